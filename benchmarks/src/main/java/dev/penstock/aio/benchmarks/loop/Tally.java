package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what other threads end for the one thread that waits here. It looks now and then: to be woken for each request
 * would be a cost that is not of what is measured.
 */
final class Tally {
    /** Seldom enough not to show in the processor time of slow requests. */
    private static final long LOOK_NS = 1_000_000;

    private final LongAdder ended = new LongAdder();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;
    /** Of the waiting thread. */
    private long told;

    private volatile @Nullable Thread waiter;

    /** So many slots begin to be at work. */
    void start(int slots) {
        stopping = false;
        running.set(slots);
        waiter = Thread.currentThread();
    }

    /** Whether a slot whose request has ended is to go on with another one. */
    boolean goesOn() {
        return !stopping && failure.get() == null;
    }

    void ended() {
        ended.increment();
    }

    /** A slot will not go on. */
    void stopped() {
        if (running.decrementAndGet() == 0) {
            LockSupport.unpark(waiter);
        }
    }

    /** A slot cannot go on. */
    void failed(Throwable why) {
        failure.compareAndSet(null, why);
        stopped();
    }

    /** Waits until something ended that was not told yet; {@return how much} */
    int awaitSome() throws IOException {
        int count = untold();
        while (count == 0) {
            requireNoFailure();
            LockSupport.parkNanos(LOOK_NS);
            count = untold();
        }
        return count;
    }

    /** Lets all slots stop and waits until they have; {@return how much ended that was not told yet} */
    int awaitAll() throws IOException {
        stop();
        requireNoFailure();
        return untold();
    }

    /** Lets all slots stop and waits until they have; a failure was told, or will be. */
    void stop() {
        stopping = true;
        while (running.get() > 0) {
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private int untold() {
        long before = told;
        told = ended.sum();
        return Math.toIntExact(told - before);
    }

    private void requireNoFailure() throws IOException {
        Throwable why = failure.get();
        if (why != null) {
            throw new IOException(why);
        }
    }
}
