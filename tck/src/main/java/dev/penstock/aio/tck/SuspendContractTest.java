package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** aio_suspend: what it takes, and what ends it. */
class SuspendContractTest extends TckTest {
    private static final int BYTES = 512;

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

    private boolean poll(ControlBlock... blocks) throws AioException {
        return io().suspend(blocks, Duration.ZERO);
    }

    /** Waits in another thread, without a timeout. */
    private Future<?> suspended(ControlBlock... blocks) {
        return background(() -> {
            io().suspend(blocks);
            return null;
        });
    }

    // ---- what ends a wait

    @Test
    void itReturnsAtOnceIfOneOfTheBlocksIsDone() throws AioException {
        faults().hold(Faults.at(0));
        ControlBlock pending = started(0);
        ControlBlock done = started(BYTES);
        awaitDone(done);

        assertTrue(poll(pending, done));
        assertTrue(io().suspend(new ControlBlock[] {pending, done}, Bounded.LIMIT));
        Bounded.get(suspended(pending, done));

        assertEquals(Errno.EINPROGRESS, io().error(pending));
    }

    @Test
    void itReturnsWhenTheFirstOfTheBlocksIsDone() throws AioException {
        faults().hold(Faults.at(0));
        Hold second = faults().hold(Faults.at(BYTES));
        ControlBlock pending = started(0);
        ControlBlock ending = started(BYTES);
        Future<?> waiting = suspended(pending, ending);

        assertFalse(waiting.isDone());
        second.release();

        Bounded.get(waiting);
        assertEquals(Errno.SUCCESS, io().error(ending));
        assertEquals(Errno.EINPROGRESS, io().error(pending));
    }

    @Test
    void aFailedRequestEndsTheWait() throws AioException {
        faults().fail(Faults.at(0), Errno.EIO, 1);
        Hold hold = hold();
        ControlBlock block = started(0);
        Future<?> waiting = suspended(block);

        hold.release();

        Bounded.get(waiting);
        assertEquals(Errno.EIO, io().error(block));
    }

    @Test
    void aCanceledRequestEndsTheWait() throws IOException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncIo io = narrow.io();
        narrow.faults().hold(transfer -> true);
        AsyncFile other = io.open(fileOf("g", BYTES));
        ControlBlock running = io.controlBlock().file(other).buffer(ByteBuffer.allocate(BYTES));
        ControlBlock queued = io.controlBlock().file(other).buffer(ByteBuffer.allocate(BYTES));
        io.read(running);
        io.read(queued);
        Future<Boolean> waiting = background(() -> io.suspend(new ControlBlock[] {running, queued}, Bounded.LIMIT));

        assertEquals(CancelResult.CANCELED, io.cancel(queued));

        assertTrue(Bounded.get(waiting));
        assertEquals(Errno.ECANCELED, io.error(queued));
        assertEquals(Errno.EINPROGRESS, io.error(running));
    }

    @Test
    void aSyncIsWaitedForAsAnyOtherRequest() throws AioException {
        Hold hold = hold(TransferKind.SYNC);
        ControlBlock sync = io().controlBlock().file(file);
        io().sync(SyncMode.FULL, sync);

        assertFalse(poll(sync));
        Future<?> waiting = suspended(sync);
        hold.release();

        Bounded.get(waiting);
        assertEquals(0, success(sync));
    }

    @Test
    void aBlockWhoseResultWasCollectedCountsAsDone() throws AioException {
        faults().hold(Faults.at(BYTES));
        ControlBlock collected = started(0);
        assertEquals(BYTES, success(collected));
        ControlBlock pending = started(BYTES);

        assertTrue(poll(pending, collected));
        Bounded.get(suspended(collected));
    }

    @Test
    void aBlockOfAFileThatWasClosedMeanwhileCountsAsDone() throws AioException {
        ControlBlock block = started(0);

        file.close();

        assertTrue(poll(block));
        assertEquals(BYTES, success(block));
    }

    // ---- what it takes

    @Test
    @Asserts("LTP-aio_suspend-3-1")
    void nullEntriesAreIgnored() throws AioException {
        ControlBlock[] slots = new ControlBlock[8];
        for (int slot : new int[] {2, 5, 6}) {
            slots[slot] = writeBlock(file, 1024, slot * 1024L);
            io().write(slots[slot]);
        }

        Bounded.get(suspended(slots));

        for (int slot : new int[] {2, 5, 6}) {
            assertEquals(1024, success(slots[slot]));
        }
    }

    @Test
    @Asserts("GLIBC-tst-aio-7")
    void oneArrayServesUntilAllOfItIsCollectedAndNull() throws IOException {
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(file, 100, i * 100L);
            io().write(blocks[i]);
        }

        for (int left = blocks.length; left > 0; ) {
            assertTrue(io().suspend(blocks, Bounded.LIMIT));
            for (int i = 0; i < blocks.length; i++) {
                if (blocks[i] != null && io().error(blocks[i]) != Errno.EINPROGRESS) {
                    assertEquals(100, io().result(blocks[i]));
                    blocks[i] = null;
                    left--;
                }
            }
        }

        Pattern.checkFile(path("f"), 0, 1000);
        expectErrno(Errno.EINVAL, () -> io().suspend(blocks));
    }

    @Test
    void duplicatesAreAllowed() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        ControlBlock[] twice = {block, block, null, block};

        assertFalse(poll(twice));
        Future<?> waiting = suspended(twice);
        hold.release();

        Bounded.get(waiting);
        assertEquals(BYTES, success(block));
    }

    @Test
    void noBlockAtAllIsEINVALAtOnceForSuchAWaitWouldNeverEnd() {
        expectErrno(Errno.EINVAL, () -> io().suspend());
        expectErrno(Errno.EINVAL, () -> io().suspend(new ControlBlock[2]));
        expectErrno(Errno.EINVAL, () -> io().suspend(new ControlBlock[0], Duration.ZERO));
        expectErrno(Errno.EINVAL, () -> io().suspend(new ControlBlock[3], Bounded.LIMIT));
    }

    @Test
    void aBlockThatWasNeverStartedIsEINVALBeforeAnyWait() throws AioException {
        hold();
        ControlBlock fresh = io().controlBlock().file(file);
        ControlBlock pending = started(0);

        expectErrno(Errno.EINVAL, () -> io().suspend(fresh));
        expectErrno(Errno.EINVAL, () -> io().suspend(pending, fresh));
        expectErrno(Errno.EINVAL, () -> io().suspend(new ControlBlock[] {fresh, pending}, Duration.ZERO));
    }

    @Test
    void nullArgumentsAreNullPointerExceptions() throws AioException {
        ControlBlock block = started(0);

        Nulls.refused("blocks", () -> io().suspend((ControlBlock[]) null));
        Nulls.refused("blocks", () -> io().suspend(null, Duration.ZERO));
        Nulls.refused("timeout", () -> io().suspend(new ControlBlock[] {block}, null));
    }

    @Test
    void aBlockOfAnotherInstanceIsRefused() throws AioException {
        ControlBlock block = started(0);
        AsyncIo other = start(Map.of()).io();

        assertThrows(IllegalArgumentException.class, () -> other.suspend(block));
        assertThrows(IllegalArgumentException.class, () -> other.suspend(new ControlBlock[] {block}, Duration.ZERO));
    }

    @Test
    void thereIsNoLimitToTheNumberOfBlocks() throws IOException {
        UnderTest wide = start(Map.of("max.requests", 20_000, "max.requests.per.consumer", 20_000, "window", 256));
        AsyncIo io = wide.io();
        Hold hold = wide.faults().hold(transfer -> true);
        AsyncFile many = io.open(fileOf("g", BYTES));
        ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        ControlBlock[] blocks = new ControlBlock[10_000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io.controlBlock().file(many).buffer(buffer);
            io.read(blocks[i]);
        }

        assertFalse(io.suspend(blocks, Duration.ofMillis(1)));
        Future<Boolean> waiting = background(() -> io.suspend(blocks, Bounded.LIMIT));
        assertEquals(CancelResult.CANCELED, io.cancel(blocks[9_999]));
        assertTrue(Bounded.get(waiting));
        hold.release();

        for (int i = 0; i < 9_999; i++) {
            assertTrue(io.suspend(new ControlBlock[] {blocks[i]}, Bounded.LIMIT));
            assertEquals(1, io.result(blocks[i]));
        }
    }
}
