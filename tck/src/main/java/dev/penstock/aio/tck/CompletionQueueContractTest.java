package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks handed back in the order in which their requests ended, each to one taker. */
class CompletionQueueContractTest extends TckTest {
    /** Starts writes of 8 bytes each that tell a queue; the attachment of each is its number. */
    private List<ControlBlock> startWrites(AsyncFile file, CompletionQueue queue, int count) throws AioException {
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(
                    writeBlock(file, 8, 8L * i).sigEvent(SigEvent.queue(queue)).attachment(i));
            io().write(blocks.get(i));
        }
        return blocks;
    }

    private static ControlBlock take(CompletionQueue queue) throws AioException {
        ControlBlock block = queue.take(Bounded.LIMIT);
        assertNotNull(block, "nothing in time");
        return block;
    }

    @Test
    void aBlockIsTakenWhenItsRequestHasEndedAndItsResultIsStillToBeCollected() throws AioException {
        CompletionQueue queue = io().completionQueue();
        ControlBlock block = startWrites(newFile("f"), queue, 1).get(0);

        assertSame(block, take(queue));

        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(8, io().result(block));
        assertNull(queue.poll());
    }

    @Test
    void blocksComeInTheOrderInWhichTheirRequestsEnd() throws AioException {
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = newFile("f");
        List<Hold> holds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            holds.add(faults().hold(Faults.at(8L * i)));
        }
        List<ControlBlock> blocks = startWrites(file, queue, 20);

        List<ControlBlock> ended = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int next = i * 7 % 20;
            holds.get(next).release();
            awaitDone(blocks.get(next));
            ended.add(blocks.get(next));
        }

        for (ControlBlock expected : ended) {
            assertSame(expected, queue.poll());
        }
        assertNull(queue.poll());
    }

    @Test
    @Asserts({"URING-cq-full", "URING-cq-overflow-order", "URING-defer-tags"})
    void aQueueThatNobodyEmptiesLosesNothingAndKeepsTheOrder() throws AioException {
        int count = 200;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<ControlBlock> blocks = startWrites(file, queue, count);
        for (ControlBlock block : blocks) {
            hold.awaitHeld(1);
            hold.release(1);
            awaitDone(block);
        }
        for (int i = 0; i < count; i++) {
            ControlBlock block = queue.poll();
            assertSame(blocks.get(i), block);
            assertEquals(i, block.attachment());
            assertEquals(8, io().result(block));
        }
        hold.release();
        List<ControlBlock> many = startWrites(file, queue, 1000);
        awaitDone(many.toArray(new ControlBlock[0]));

        Set<Object> taken = new HashSet<>();
        for (int i = 0; i < many.size(); i++) {
            ControlBlock block = queue.poll();
            assertTrue(taken.add(block.attachment()), "taken twice");
            assertEquals(8, io().result(block));
        }
        assertNull(queue.poll());
    }

    @Test
    void failedAndCanceledRequestsAndSyncsComeToo() throws AioException {
        UnderTest narrow = start(Map.of("window", 1));
        CompletionQueue queue = narrow.io().completionQueue();
        AsyncFile file = narrow.io().open(path("f"), WRITE, CREATE);
        Hold hold = narrow.faults().hold(Faults.kind(TransferKind.WRITE));
        narrow.faults().fail(Faults.kind(TransferKind.WRITE), Errno.EIO, 1);
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            blocks.add(narrow.io().controlBlock().file(file).sigEvent(SigEvent.queue(queue)));
        }
        narrow.io().write(blocks.get(0).buffer(ByteBuffer.allocate(8)));
        narrow.io().write(blocks.get(1).buffer(ByteBuffer.allocate(8)));
        narrow.io().sync(SyncMode.DATA, blocks.get(2));

        assertEquals(CancelResult.CANCELED, narrow.io().cancel(blocks.get(1)));
        assertSame(blocks.get(1), take(queue));
        assertEquals(Errno.ECANCELED, narrow.io().error(blocks.get(1)));
        hold.release();

        assertSame(blocks.get(0), take(queue));
        assertEquals(Errno.EIO, narrow.io().error(blocks.get(0)));
        assertEquals(-1, narrow.io().result(blocks.get(0)));
        assertSame(blocks.get(2), take(queue));
        assertEquals(0, narrow.io().result(blocks.get(2)));
    }

    @Test
    void aBlockThatWasNotTakenYetIsStillBusy() throws AioException {
        CompletionQueue queue = io().completionQueue();
        ControlBlock block = startWrites(newFile("f"), queue, 1).get(0);
        awaitDone(block);

        assertTrue(block.isBusy());
        assertBusy(block);
        assertEquals(8, io().result(block));
        assertBusy(block);

        assertSame(block, queue.poll());
        assertFalse(block.isBusy());
        assertEquals(8, writeAndWait(block.sigEvent(SigEvent.none())));
    }

    private void assertBusy(ControlBlock block) {
        expectErrno(Errno.EBUSY, () -> io().write(block));
        expectErrno(Errno.EBUSY, () -> io().read(block));
        expectErrno(Errno.EBUSY, () -> io().sync(SyncMode.FULL, block));
        expectErrno(Errno.EBUSY, () -> block.offset(1));
        expectErrno(Errno.EBUSY, () -> block.sigEvent(SigEvent.none()));
        expectErrno(Errno.EBUSY, () -> block.buffer(ByteBuffer.allocate(1)));
        assertEquals(1, block.sequence());
    }

    @Test
    void aBlockGoesRoundAndRound() throws IOException {
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = newFile("f");
        List<ControlBlock> blocks = startWrites(file, queue, 4);
        for (int i = 4; i < 1000; i++) {
            ControlBlock block = take(queue);
            assertEquals(8, io().result(block));
            io().write(block.buffer(Pattern.direct(8, 0, 8L * i)).offset(8L * i));
        }
        for (int i = 0; i < 4; i++) {
            assertTrue(blocks.contains(take(queue)));
        }
        assertNull(queue.poll());
        Pattern.checkFile(path("f"), 0, 8000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aTimeoutOfZeroOrLessPolls(long seconds) throws AioException {
        CompletionQueue queue = io().completionQueue();
        Duration timeout = Duration.ofSeconds(seconds);
        assertNull(queue.take(timeout));
        ControlBlock block = startWrites(newFile("f"), queue, 1).get(0);
        awaitDone(block);

        assertSame(block, queue.take(timeout));
    }

    @Test
    void aTimeoutRunsFromTheCallAndAHugeOneWaitsWithoutLimit() throws AioException {
        CompletionQueue queue = io().completionQueue();
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = startWrites(newFile("f"), queue, 1).get(0);

        long begin = System.nanoTime();
        assertNull(queue.take(Duration.ofMillis(50)));
        assertTrue(System.nanoTime() - begin >= 50_000_000);

        Future<ControlBlock> taker = background(() -> queue.take(Duration.ofSeconds(Long.MAX_VALUE)));
        Future<ControlBlock> other = background(queue::take);
        hold.release();
        ControlBlock second = startWrites(newFile("g"), queue, 1).get(0);
        assertEquals(Set.of(block, second), Set.of(Bounded.get(taker), Bounded.get(other)));
    }

    @Test
    void eachBlockIsHandedToOneTaker() throws IOException {
        int takers = 4;
        int count = 2000;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open(fileOf("f", 4096), READ);
        Set<Object> taken = ConcurrentHashMap.newKeySet();
        List<Future<Integer>> counts = new ArrayList<>();
        CountDownLatch left = new CountDownLatch(count);
        for (int i = 0; i < takers; i++) {
            counts.add(background(() -> takeUntilClosed(queue, taken, left)));
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(8);
        for (int i = 0; i < count; i++) {
            io().read(block(file, buffer, 0).attachment(i).sigEvent(SigEvent.queue(queue)));
        }

        Bounded.await(left);
        queue.close();

        int sum = 0;
        for (Future<Integer> one : counts) {
            sum += Bounded.get(one);
        }
        assertEquals(count, sum);
        assertEquals(count, taken.size());
    }

    private int takeUntilClosed(CompletionQueue queue, Set<Object> taken, CountDownLatch left) throws AioException {
        for (int count = 0; ; count++) {
            try {
                ControlBlock block = take(queue);
                assertTrue(taken.add(block.attachment()), "taken twice");
                assertEquals(8, io().result(block));
                left.countDown();
            } catch (AioException closed) {
                assertEquals(Errno.ECANCELED, closed.errno());
                return count;
            }
        }
    }

    @Test
    void aTakerIsWokenAlsoIfItCameFirst() throws AioException {
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 8, 0).sigEvent(SigEvent.queue(queue));
        for (int round = 0; round < Race.ROUNDS; round++) {
            Future<ControlBlock> taker = background(() -> take(queue));
            io().write(block);
            assertSame(block, Bounded.get(taker));
            assertEquals(8, io().result(block));
        }
    }

    @Test
    void anInterruptedTakeIsEINTRWithTheFlagKeptAndNothingIsLost() throws Exception {
        CompletionQueue queue = io().completionQueue();
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = startWrites(newFile("f"), queue, 1).get(0);
        List<Boolean> flags = new ArrayList<>();
        Thread taker = new Thread(() -> {
            expectErrno(Errno.EINTR, queue::take);
            flags.add(Thread.currentThread().isInterrupted());
            expectErrno(Errno.EINTR, () -> queue.take(Bounded.LIMIT));
            flags.add(Thread.currentThread().isInterrupted());
        });
        taker.start();
        Waiter.settle(taker);

        taker.interrupt();
        Bounded.join(taker);

        assertEquals(List.of(true, true), flags);
        assertEquals(Errno.EINPROGRESS, io().error(block));
        hold.release();
        assertSame(block, take(queue));
        assertEquals(8, io().result(block));
    }

    @Test
    void aQueueServesOnlyItsOwnInstance() throws AioException {
        UnderTest other = start(Map.of());
        CompletionQueue foreign = other.io().completionQueue();
        ControlBlock block = writeBlock(newFile("f"), 8, 0);

        assertThrows(IllegalArgumentException.class, () -> io().write(block.sigEvent(SigEvent.queue(foreign))));

        assertFalse(block.isBusy());
        assertNull(foreign.poll());
    }

    @Test
    void everyEntryOfAListThatNamesAQueueComesToIt() throws AioException {
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = newFile("f");
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(file, 8, 8L * i)
                    .opcode(i % 2 == 0 ? Opcode.WRITE : Opcode.NOP)
                    .sigEvent(SigEvent.queue(queue))
                    .attachment(i);
        }

        io().list(ListMode.NOWAIT, blocks, SigEvent.none());

        Set<Object> taken = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 5; i++) {
            taken.add(take(queue).attachment());
        }
        assertEquals(Set.of(0, 2, 4, 6, 8), taken);
        assertNull(queue.poll());
    }

    @Test
    void aListItselfCannotTellAQueue() throws AioException {
        CompletionQueue queue = io().completionQueue();
        ControlBlock block = writeBlock(newFile("f"), 8, 0).opcode(Opcode.WRITE);

        expectErrno(Errno.EINVAL, () -> io().list(ListMode.NOWAIT, new ControlBlock[] {block}, SigEvent.queue(queue)));

        assertEquals(0, block.sequence());
    }

    @Test
    void aNullTimeoutIsNamed() {
        CompletionQueue queue = io().completionQueue();

        Nulls.refused("timeout", () -> queue.take(null));
    }
}
