package dev.penstock.aio.tck;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Lets two pieces of code start at the same moment, again and again, and fails if either does. */
public final class Race implements AutoCloseable {
    /**
     * How often a race is run, by the system property {@code penstock.tck.rounds}: with 1,000, the default, both orders and
     * most overlaps come up on two cores.
     */
    public static final int ROUNDS = Integer.getInteger("penstock.tck.rounds", 1_000);

    /** So that the other side comes to run where there are fewer cores than threads. */
    private static final int SPINS_PER_PARK = 256;

    private final ExecutorService other = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "penstock-tck-race");
        thread.setDaemon(true);
        return thread;
    });

    /** Makes a race with a thread of its own. */
    public Race() {}

    /** Something that may fail in any way. */
    @FunctionalInterface
    public interface Runner {
        /** Runs it. */
        void run() throws Throwable;
    }

    /**
     * Runs both once, one of them in this thread, and waits for both.
     *
     * @param here runs in the calling thread
     * @param there runs in another one
     */
    public void run(Runner here, Runner there) {
        AtomicInteger atTheStart = new AtomicInteger();
        Future<?> second = other.submit(() -> {
            start(atTheStart);
            call(there);
            return null;
        });
        start(atTheStart);
        try {
            call(here);
        } finally {
            Bounded.get(second);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // with one core the other side would not come while this one spins
    private static void start(AtomicInteger atTheStart) {
        atTheStart.incrementAndGet();
        long end = System.nanoTime() + Bounded.LIMIT.toNanos();
        for (int spins = 1; atTheStart.get() < 2; spins++) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("the other side of the race did not start");
            }
            if (spins % SPINS_PER_PARK == 0) {
                LockSupport.parkNanos(1);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static void call(Runner runner) {
        try {
            runner.run();
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("failed in the race: " + e, e);
        }
    }

    @Override
    public void close() {
        other.shutdownNow();
    }
}
