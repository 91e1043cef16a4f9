package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** lio_listio: what a list starts, what it passes over, and when it returns. */
class ListContractTest extends TckTest {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * 1024;

    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock write(int bytes, long offset) throws AioException {
        return writeBlock(file, bytes, offset).opcode(Opcode.WRITE);
    }

    private ControlBlock[] writes(int count, int bytes) throws AioException {
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = write(bytes, i * (long) bytes);
        }
        return blocks;
    }

    private static ControlBlock read(ControlBlock block) throws AioException {
        return block.opcode(Opcode.READ);
    }

    private void list(ListMode mode, ControlBlock... blocks) throws AioException {
        io().list(mode, blocks, SigEvent.none());
    }

    /** Collects a block that must be done already, without any wait. */
    private void collected(long expected, ControlBlock block) throws AioException {
        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(expected, io().result(block));
    }

    // ---- WAIT

    @Test
    @Asserts({"LTP-lio_listio-12-1", "NBSD-lio_wait_write_then_read-a"})
    void waitReturnsWhenEveryEntryIsDone() throws AioException {
        ControlBlock[] blocks = writes(10, KIB);

        list(ListMode.WAIT, blocks);

        for (ControlBlock block : blocks) {
            collected(KIB, block);
        }
    }

    @Test
    void waitDoesNotReturnWhileOneEntryRuns() throws AioException {
        Hold hold = faults().hold(Faults.at(3 * KIB));
        ControlBlock[] blocks = writes(4, KIB);
        Future<?> waiting = background(() -> {
            list(ListMode.WAIT, blocks);
            return null;
        });
        hold.awaitHeld(1);
        awaitDone(blocks[0], blocks[1], blocks[2]);

        assertFalse(waiting.isDone());
        hold.release();

        Bounded.get(waiting);
        collected(KIB, blocks[3]);
    }

    @Test
    @Asserts({"LTP-lio_listio-9-1", "GLIBC-tst-aio-3"})
    void theFileIsCompleteWhenAWaitedListOfWritesReturns() throws IOException {
        list(ListMode.WAIT, writes(10, 100));

        Pattern.checkFile(path("f"), 0, 1000);
    }

    @Test
    @Asserts("LTP-lio_listio-8-1")
    void oneReadGivesTheBytesOfTheFile() throws IOException {
        ByteBuffer target = ByteBuffer.allocate(512);
        ControlBlock block = read(block(open(fileOf("g", 512)), target, 0));

        list(ListMode.WAIT, block);

        collected(512, block);
        Pattern.check(target, 0, 0);
    }

    @Test
    @Asserts({"LTP-lio_listio-5-1-a", "LTP-lio_listio-6-1"})
    void aListMixesReadsWritesAndNops() throws IOException {
        AsyncFile other = open(fileOf("g", KIB));
        ControlBlock write = write(KIB, 0);
        ControlBlock read = read(block(other, ByteBuffer.allocate(KIB), 0));
        ControlBlock nop = write(KIB, KIB).opcode(Opcode.NOP);

        list(ListMode.WAIT, write, read, nop);

        collected(KIB, write);
        collected(KIB, read);
        expectErrno(Errno.EINVAL, () -> io().error(nop));
        Pattern.checkFile(path("f"), 0, KIB);
    }

    @Test
    @Asserts("NIX-lio_wait")
    void entriesOnDisjointRangesOfOneFileDoNotTouchEachOther() throws IOException {
        Files.write(path("f"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        ByteBuffer target = ByteBuffer.allocate(4);
        ControlBlock write =
                block(file, ByteBuffer.wrap(new byte[] {90, 91, 92, 93}), 2).opcode(Opcode.WRITE);
        ControlBlock read = read(block(file, target, 8));

        list(ListMode.WAIT, write, read);

        collected(4, write);
        collected(4, read);
        assertEquals(ByteBuffer.wrap(new byte[] {8, 9, 10, 11}), target);
        assertArrayEquals(new byte[] {0, 1, 90, 91, 92, 93, 6, 7, 8, 9, 10, 11}, Files.readAllBytes(path("f")));
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    @Asserts({"XNU-lio_wait", "XNU-lio_nowait"})
    void aListMayNameSeveralFiles(ListMode mode) throws IOException {
        ControlBlock[] blocks = new ControlBlock[4];
        for (int i = 0; i < blocks.length; i++) {
            AsyncFile each = newFile("g" + i);
            blocks[i] = writeBlock(each, MIB, i * (long) MIB).opcode(Opcode.WRITE);
        }

        list(mode, blocks);

        for (int i = 0; i < blocks.length; i++) {
            assertEquals(MIB, success(blocks[i]));
            assertEquals((i + 1) * (long) MIB, Files.size(path("g" + i)));
        }
    }

    @Test
    void aListMayBeLongerThanWhatRunsAtATime() throws IOException {
        ControlBlock[] blocks = writes(Math.min(1000, io().limits().maxListEntries()), 16);

        list(ListMode.WAIT, blocks);

        for (ControlBlock block : blocks) {
            collected(16, block);
        }
        Pattern.checkFile(path("f"), 0, 16 * blocks.length);
    }

    @Test
    void severalThreadsMayWaitForListsOfTheirOwn() throws AioException {
        List<Future<?>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            ControlBlock[] blocks = writes(8, 64);
            threads.add(background(() -> {
                for (int i = 0; i < Race.ROUNDS / 4; i++) {
                    list(ListMode.WAIT, blocks);
                    for (ControlBlock block : blocks) {
                        collected(64, block);
                    }
                }
                return null;
            }));
        }

        threads.forEach(Bounded::get);
    }

    @Test
    void waitReturnsWhenTheEntriesAreDoneThoughTheirCallbacksHaveNotRun() throws AioException {
        Told told = new Told();
        Queue<Runnable> later = new ConcurrentLinkedQueue<>();
        ControlBlock[] blocks = writes(3, KIB);
        for (ControlBlock block : blocks) {
            block.sigEvent(SigEvent.call(later::add, told));
        }

        Bounded.get(background(() -> {
            list(ListMode.WAIT, blocks);
            return null;
        }));

        told.assertCount(0);
        Bounded.await("every callback to be handed over", () -> later.size() == 3);
        later.forEach(Runnable::run);
        told.assertCount(3);
    }

    @Test
    void anInterruptedWaitIsEINTRAndTheEntriesGoOn() throws AioException {
        Hold hold = hold();
        ControlBlock[] blocks = writes(3, KIB);
        Future<Boolean> flagKept = background(() -> {
            Thread.currentThread().interrupt();
            expectErrno(Errno.EINTR, () -> list(ListMode.WAIT, blocks));
            return Thread.interrupted();
        });

        assertTrue(Bounded.get(flagKept));
        for (ControlBlock block : blocks) {
            assertEquals(Errno.EINPROGRESS, io().error(block));
        }
        hold.release();
        for (ControlBlock block : blocks) {
            assertEquals(KIB, success(block));
        }
    }

    @Test
    void anInterruptWhileItWaitsIsEINTRAndTheEntriesGoOn() throws AioException {
        Hold hold = hold();
        ControlBlock[] blocks = writes(3, KIB);
        Waiter waiter = Waiter.start(this::background, () -> list(ListMode.WAIT, blocks));
        hold.awaitHeld(1);

        waiter.thread().interrupt();

        assertEquals(Errno.EINTR, waiter.end());
        for (ControlBlock block : blocks) {
            assertEquals(Errno.EINPROGRESS, io().error(block));
        }
        hold.release();
        for (ControlBlock block : blocks) {
            assertEquals(KIB, success(block));
        }
    }

    // ---- NOWAIT

    @Test
    @Asserts("LTP-lio_listio-A24")
    void nowaitReturnsWhileTheEntriesRun() throws AioException {
        Hold hold = hold();
        ControlBlock[] blocks = writes(8, KIB);

        list(ListMode.NOWAIT, blocks);

        for (ControlBlock block : blocks) {
            assertEquals(Errno.EINPROGRESS, io().error(block));
        }
        hold.release();
        for (ControlBlock block : blocks) {
            assertEquals(KIB, success(block));
        }
    }

    @Test
    @Asserts({"NBSD-lio_nowait", "NBSD-lio_wait_write_then_read-b"})
    void theEntriesOfANowaitListAreWaitedForBySuspend() throws AioException {
        ControlBlock[] writes = writes(8, 8 * KIB);
        list(ListMode.NOWAIT, writes);
        for (ControlBlock block : writes) {
            assertEquals(8 * KIB, success(block));
        }
        ControlBlock[] reads = new ControlBlock[8];
        ByteBuffer[] targets = new ByteBuffer[8];
        for (int i = 0; i < reads.length; i++) {
            targets[i] = ByteBuffer.allocateDirect(8 * KIB);
            reads[i] = read(block(file, targets[i], i * 8L * KIB));
        }

        list(ListMode.NOWAIT, reads);

        for (int i = 0; i < reads.length; i++) {
            assertEquals(8 * KIB, success(reads[i]));
            Pattern.check(targets[i], 0, i * 8L * KIB);
        }
    }
}
