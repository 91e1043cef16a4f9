package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** aio_suspend whose thread is interrupted: the wait ends, the request does not, and the file stays open. */
class SuspendInterruptContractTest extends TckTest {
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

    private void suspendInTime(ControlBlock... blocks) throws AioException {
        assertTrue(io().suspend(blocks, Bounded.LIMIT));
    }

    private Waiter waiter(Waiter.Wait wait) {
        return Waiter.start(this::background, wait);
    }

    @Test
    @Asserts({"LTP-aio_suspend-A10", "GLIBC-tst-aio9-a", "GLIBC-tst-aio9-b"})
    void anInterruptEndsTheWaitWithEINTRAndNoRequest() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        Waiter waiter = waiter(() -> io().suspend(block));

        waiter.thread().interrupt();

        assertEquals(Errno.EINTR, waiter.end());
        assertEquals(Errno.EINPROGRESS, io().error(block));
        hold.release();
        assertEquals(BYTES, success(block));
    }

    @Test
    @Asserts("GLIBC-tst-cancel17-b")
    void anInterruptBeforeTheWaitEndsItAtOnce() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        Waiter waiter = waiter(() -> {
            Thread.currentThread().interrupt();
            io().suspend(block);
        });

        assertEquals(Errno.EINTR, waiter.end());
        hold.release();
        assertEquals(BYTES, success(block));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, Long.MAX_VALUE})
    @Asserts({"GLIBC-tst-cancel17-a", "GLIBC-tst-cancel17-c"})
    void anExecutorThatIsShutDownGetsItsWaitingThreadBackAndTheRequestGoesOn(long timeoutSeconds) throws Exception {
        Hold hold = hold();
        ControlBlock block = started(0);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CompletableFuture<Thread> waiting = new CompletableFuture<>();
        AtomicInteger cleanUps = new AtomicInteger();
        Future<Errno> answer = executor.submit(() -> {
            try {
                waiting.complete(Thread.currentThread());
                Duration timeout = Duration.ofSeconds(timeoutSeconds);
                return Waiter.answerOf(() -> io().suspend(new ControlBlock[] {block}, timeout));
            } finally {
                cleanUps.incrementAndGet();
            }
        });
        Waiter.settle(Bounded.get(waiting));

        executor.shutdownNow();

        assertTrue(executor.awaitTermination(Bounded.LIMIT.toNanos(), TimeUnit.NANOSECONDS));
        assertEquals(Errno.EINTR, Bounded.get(answer));
        assertEquals(1, cleanUps.get());
        hold.awaitHeld(1);
        assertEquals(CancelResult.NOT_CANCELED, io().cancel(block));
        hold.release();
        assertEquals(BYTES, success(block));
    }

    @Test
    void anInterruptOfOneThreadLeavesTheOthersWaiting() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        Waiter interrupted = waiter(() -> io().suspend(block));
        Waiter patient = waiter(() -> io().suspend(block));

        interrupted.thread().interrupt();
        assertEquals(Errno.EINTR, interrupted.end());
        assertFalse(patient.hasEnded());
        hold.release();

        assertEquals(Errno.SUCCESS, patient.end());
    }

    @Test
    void anInterruptedAwaitOfARequestIsAnInterruptedExceptionAndTheRequestGoesOn() throws AioException {
        Hold hold = hold();
        Request<Long> request = file.write(Pattern.direct(BYTES, 0, 0), 0);
        CompletableFuture<Thread> running = new CompletableFuture<>();
        Callable<Boolean> wait = () -> {
            running.complete(Thread.currentThread());
            assertThrows(InterruptedException.class, request::await);
            return request.isDone();
        };
        Future<Boolean> done = background(wait);
        Waiter.settle(Bounded.get(running));

        Bounded.get(running).interrupt();

        assertFalse(Bounded.get(done));
        hold.release();
        assertEquals(BYTES, answer(request));
    }

    @Test
    void aFileSurvivesThatItsWaitersAreInterruptedAtAnyMoment() throws IOException {
        Race race = race();
        AtomicReference<Thread> waiting = new AtomicReference<>();
        race.run(() -> {}, () -> waiting.set(Thread.currentThread()));
        for (int i = 0; i < Race.ROUNDS; i++) {
            ControlBlock block = started(i % 8 * (long) BYTES);
            race.run(() -> waiting.get().interrupt(), () -> Waiter.answerOf(() -> suspendInTime(block)));
            assertEquals(BYTES, success(block));
        }

        Pattern.checkFile(path("f"), 0, 8 * BYTES);
    }
}
