package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.VirtualThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Waits in virtual threads: they park, and never keep a carrier from running others. More of them wait here than there
 * are carriers, even with those that the scheduler adds for pinned ones.
 */
class VirtualThreadContractTest extends TckTest {
    private static final int WAITERS = 400;

    @BeforeEach
    @Timeout(120)
    void needsVirtualThreads() {
        assumeTrue(VirtualThreads.areSupported(), "no virtual threads before Java 21");
    }

    /** A wait of any kind. */
    private interface Wait {
        void run() throws Exception;
    }

    private static <T> Future<T> virtual(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        VirtualThreads.start(future);
        return future;
    }

    /** Lets many virtual threads wait for what is held, and asserts that one more still runs. */
    private void waitersDoNotKeepOthersFromRunning(Hold hold, Wait wait) {
        CountDownLatch waiting = new CountDownLatch(WAITERS);
        List<Future<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            waiters.add(virtual(() -> {
                waiting.countDown();
                wait.run();
                return null;
            }));
        }
        Bounded.await(waiting);

        for (int i = 0; i < 100; i++) {
            assertEquals("ran", Bounded.get(virtual(() -> "ran")));
        }

        assertTrue(waiters.stream().noneMatch(Future::isDone), "a waiter did not wait");
        hold.release();
        waiters.forEach(Bounded::get);
    }

    @Test
    void suspendInVirtualThreadsPinsNoCarrier() throws IOException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(newFile("f"), 100, 0);
        io().write(block);

        waitersDoNotKeepOthersFromRunning(hold, () -> awaitDone(block));

        assertEquals(100, success(block));
    }

    @Test
    void awaitOfARequestInVirtualThreadsPinsNoCarrier() throws IOException {
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> request = newFile("f").write(Pattern.direct(100, 0, 0), 0);

        waitersDoNotKeepOthersFromRunning(hold, () -> assertEquals(100, request.await()));
    }

    @Test
    void takeFromAQueueInVirtualThreadsPinsNoCarrier() throws IOException {
        AsyncFile file = newFile("f");
        CompletionQueue queue = io().completionQueue();
        Hold hold = hold(TransferKind.WRITE);
        for (int i = 0; i < WAITERS; i++) {
            io().write(writeBlock(file, 10, i * 10L).sigEvent(SigEvent.queue(queue)));
        }

        waitersDoNotKeepOthersFromRunning(hold, () -> assertEquals(10, io().result(queue.take(Bounded.LIMIT))));
    }

    @Test
    void waitingListsInVirtualThreadsPinNoCarrier() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);

        waitersDoNotKeepOthersFromRunning(hold, () -> {
            ControlBlock[] blocks = {writeBlock(file, 10, 0).opcode(Opcode.WRITE)};
            io().list(ListMode.WAIT, blocks, SigEvent.none());
            assertEquals(10, io().result(blocks[0]));
        });
    }

    @Test
    void closeInAVirtualThreadPinsNoCarrier() throws IOException {
        Hold hold = hold(TransferKind.WRITE);
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 100, 0);
        io().write(block);

        waitersDoNotKeepOthersFromRunning(hold, file::close);

        assertEquals(100, success(block));
    }

    @Test
    void manyVirtualThreadsEachWriteReadAndCompare() throws IOException {
        AsyncFile file = newFile("f");
        List<Future<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 200; t++) {
            long offset = t * 512L;
            threads.add(virtual(() -> {
                ControlBlock block = writeBlock(file, 512, offset);
                for (int i = 0; i < 10; i++) {
                    assertEquals(512, writeAndWait(block));
                    assertEquals(512, readAndWait(block));
                }
                return null;
            }));
        }
        threads.forEach(Bounded::get);

        Pattern.checkFile(path("f"), 0, 200 * 512);
    }

    @Test
    void anInterruptedSuspendInAVirtualThreadAnswersEINTRWithTheFlagKept() throws Exception {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(newFile("f"), 100, 0);
        io().write(block);
        FutureTask<Boolean> waiter = new FutureTask<>(() -> {
            expectErrno(Errno.EINTR, () -> io().suspend(block));
            return Thread.currentThread().isInterrupted();
        });
        Thread thread = VirtualThreads.start(waiter);
        Waiter.settle(thread);

        thread.interrupt();

        assertTrue(Bounded.get(waiter));
        assertEquals(Errno.EINPROGRESS, io().error(block));
        hold.release();
        assertEquals(100, success(block));
    }

    @Test
    void anInterruptedAwaitInAVirtualThreadThrowsAndTheRequestGoesOn() throws IOException {
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> request = newFile("f").write(Pattern.direct(100, 0, 0), 0);
        FutureTask<String> waiter = new FutureTask<>(() -> {
            try {
                return "answered " + request.await(Bounded.LIMIT);
            } catch (InterruptedException e) {
                return "interrupted";
            } catch (TimeoutException e) {
                return "timed out";
            }
        });
        Thread thread = VirtualThreads.start(waiter);
        Waiter.settle(thread);

        thread.interrupt();

        assertEquals("interrupted", Bounded.get(waiter));
        hold.release();
        assertEquals(100, answer(request));
    }
}
