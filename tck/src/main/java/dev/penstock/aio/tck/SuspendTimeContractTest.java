package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** aio_suspend with a timeout, and what other implementations' suites do with it. */
class SuspendTimeContractTest extends TckTest {
    private static final int BYTES = 512;
    private static final int MIB = 1024 * 1024;

    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock started(long offset) throws AioException {
        ControlBlock block = writeBlock(file, BYTES, offset);
        io().write(block);
        return block;
    }

    /** Waits in another thread, without a timeout. */
    private Future<?> suspended(ControlBlock... blocks) {
        return background(() -> {
            io().suspend(blocks);
            return null;
        });
    }

    // ---- for how long

    static Stream<Duration> timesUp() {
        return Stream.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-1), Duration.ofSeconds(Long.MIN_VALUE));
    }

    @ParameterizedTest
    @MethodSource("timesUp")
    void aTimeoutOfZeroOrLessPolls(Duration timeout) throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);

        assertFalse(io().suspend(new ControlBlock[] {block}, timeout));
        hold.release();
        awaitDone(block);

        assertTrue(io().suspend(new ControlBlock[] {block}, timeout));
    }

    static Stream<Duration> longTimes() {
        return Stream.of(
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofDays(1_000_000),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    }

    @ParameterizedTest
    @MethodSource("longTimes")
    void aHugeTimeoutWaitsWithoutLimit(Duration timeout) throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        Future<Boolean> waiting = background(() -> io().suspend(new ControlBlock[] {block}, timeout));

        assertFalse(io().suspend(new ControlBlock[] {block}, Duration.ofMillis(20)));
        assertFalse(waiting.isDone());
        hold.release();

        assertTrue(Bounded.get(waiting));
    }

    @Test
    @Asserts({
        "LTP-aio_suspend-5-1",
        "LTP-aio_suspend-9-1-a",
        "LTP-aio_suspend-9-1-b",
        "LTP-aio_suspend-A7",
        "GLIBC-tst-aio6-a",
        "GLIBC-tst-aio6-b"
    })
    void aTimeoutRunsFromTheCallAndLeavesTheRequestInProgress() throws AioException {
        faults().hold(Faults.at(6 * BYTES));
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = started(i * (long) BYTES);
        }
        ControlBlock[] sixth = {null, blocks[6]};

        assertFalse(io().suspend(sixth, Duration.ofMillis(1)));
        long start = System.nanoTime();
        assertFalse(io().suspend(sixth, Duration.ofMillis(50)));
        Duration waited = Duration.ofNanos(System.nanoTime() - start);

        assertTrue(waited.compareTo(Duration.ofMillis(50)) >= 0, waited::toString);
        assertTrue(waited.compareTo(Bounded.LIMIT) < 0, waited::toString);
        assertEquals(Errno.EINPROGRESS, io().error(blocks[6]));
    }

    // ---- what other suites try

    @Test
    @Asserts({"LTP-aio_suspend-1-1-a", "LTP-aio_suspend-1-1-b", "LTP-aio_suspend-1-1-c"})
    void anEntryOfAListIsWaitedForByItselfAndTheListIsToldNevertheless() throws IOException {
        AsyncFile big = open(fileOf("g", 10 * MIB));
        Hold hold = faults().hold(Faults.at(6 * MIB));
        Told told = new Told();
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] =
                    block(big, ByteBuffer.allocateDirect(MIB), i * (long) MIB).opcode(Opcode.READ);
        }
        io().list(ListMode.NOWAIT, blocks, SigEvent.call(told));
        assertEquals(Errno.EINPROGRESS, io().error(blocks[6]));
        Future<?> waiting = suspended(null, blocks[6]);
        hold.release();

        Bounded.get(waiting);
        assertEquals(Errno.SUCCESS, io().error(blocks[6]));
        assertEquals(MIB, io().result(blocks[6]));
        told.awaitOne();
        for (int i = 0; i < blocks.length; i++) {
            if (i != 6) {
                assertEquals(Errno.SUCCESS, io().error(blocks[i]));
                assertEquals(MIB, io().result(blocks[i]));
            }
        }
    }

    @Test
    @Asserts({"FBSD-aio_file_suspend", "XNU-write_suspend", "NBSD-cancel_active_write-c"})
    void aWaitForOneWriteThenOneReadGivesTheSameBytes() throws AioException {
        ControlBlock write = writeBlock(file, MIB, 0);
        Hold hold = hold();
        io().write(write);
        hold.awaitHeld(1);
        assertEquals(CancelResult.NOT_CANCELED, io().cancel(write));
        hold.release();
        Bounded.get(suspended(write));
        assertEquals(Errno.SUCCESS, io().error(write));
        assertEquals(MIB, io().result(write));

        ByteBuffer target = ByteBuffer.allocateDirect(MIB);
        ControlBlock read = block(file, target, 0);
        io().read(read);
        Bounded.get(suspended(read));
        assertEquals(MIB, io().result(read));
        Pattern.check(target, 0, 0);
    }

    @Test
    @Asserts("NIX-suspend")
    void aReadAndAWriteAreWaitedForTogetherUntilBothAreDone() throws IOException {
        AsyncFile other = open(fileOf("g", BYTES));
        ControlBlock write = writeBlock(file, 4, 0);
        ControlBlock read = block(other, ByteBuffer.allocate(4), 2);
        io().write(write);
        io().read(read);

        ControlBlock[] both = {write, read};
        while (both[0] != null || both[1] != null) {
            assertTrue(io().suspend(both, Bounded.LIMIT));
            for (int i = 0; i < both.length; i++) {
                both[i] = both[i] == null || io().error(both[i]) == Errno.SUCCESS ? null : both[i];
            }
        }

        assertEquals(4, io().result(write));
        assertEquals(4, io().result(read));
    }
}
