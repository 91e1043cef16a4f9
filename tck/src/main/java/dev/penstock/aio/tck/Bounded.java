package dev.penstock.aio.tck;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that end: every wait of the TCK goes through here or names {@link #LIMIT} itself. */
public final class Bounded {
    /** How long a test waits for anything before it fails. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    private static final long POLL_NS = 200_000;

    private Bounded() {}

    /**
     * Waits until something holds.
     *
     * @param what the condition in words, for the failure
     * @param condition cheap and without side effects
     */
    public static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Waits until a latch is open. */
    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("not within " + LIMIT + ": latch=" + latch.getCount());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Waits for a thread to end. */
    public static void join(Thread thread) {
        try {
            thread.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (thread.isAlive()) {
            throw new AssertionError("not within " + LIMIT + ": end of " + thread);
        }
    }

    /**
     * Waits for a future's answer.
     *
     * @return the answer
     * @throws AssertionError if there is none in time, or with the cause if it failed with anything but an
     *     {@link AssertionError} of its own
     */
    public static <T> T get(Future<T> future) {
        try {
            return future.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + LIMIT + ": " + future, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw new AssertionError("failed: " + e.getCause(), e.getCause());
        }
    }

    /**
     * Waits for the failure of a stage.
     *
     * @return what it failed with, without the wrapping of futures
     */
    public static Throwable failure(CompletableFuture<?> future) {
        try {
            Object answer = future.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            throw new AssertionError("did not fail: " + answer);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + LIMIT + ": " + future, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("the waiting test was interrupted", e);
    }
}
