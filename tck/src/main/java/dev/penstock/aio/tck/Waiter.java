package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A thread in a wait, and how the wait ends.
 *
 * @param thread the one that waits
 * @param answer SUCCESS, or the errno that the wait ended with
 */
record Waiter(Thread thread, Future<Errno> answer) {
    /** How long a thread gets to begin its wait, where that cannot be seen. */
    private static final Duration SETTLE = Duration.ofMillis(250);

    /** A wait that ends by itself or by an exception. */
    interface Wait {
        void run() throws AioException;
    }

    /**
     * Runs a wait in another thread, and returns when that thread waits, as far as can be seen.
     *
     * @param background runs something in another thread
     * @param wait what to run
     */
    static Waiter start(Function<Callable<Errno>, Future<Errno>> background, Wait wait) {
        CompletableFuture<Thread> running = new CompletableFuture<>();
        Future<Errno> answer = background.apply(() -> {
            running.complete(Thread.currentThread());
            return answerOf(wait);
        });
        Thread thread = Bounded.get(running);
        settle(thread);
        return new Waiter(thread, answer);
    }

    /** Returns how a wait ends; the interrupt flag must be set after EINTR and only then. */
    static Errno answerOf(Wait wait) {
        try {
            wait.run();
            return Errno.SUCCESS;
        } catch (AioException e) {
            assertEquals(e.errno() == Errno.EINTR, Thread.currentThread().isInterrupted());
            return e.errno();
        }
    }

    /** Lets a thread begin its wait. One that waits in the kernel looks as if it ran, hence the limit. */
    static void settle(Thread thread) {
        long end = System.nanoTime() + SETTLE.toNanos();
        while (!isParked(thread) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static boolean isParked(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    /** Waits for the end of the wait, and returns how it ended. */
    Errno end() {
        return Bounded.get(answer);
    }

    /** Returns whether the wait has ended. */
    boolean hasEnded() {
        return answer.isDone();
    }
}
