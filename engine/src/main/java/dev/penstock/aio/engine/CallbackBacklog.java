package dev.penstock.aio.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callbacks and dependent stages of one user that were enqueued and have not run. Once the user has ended nothing is counted
 * any more: his own executor may have ended too, and dropped what it was given.
 */
final class CallbackBacklog {
    private static final int ABANDONED = Integer.MIN_VALUE;

    /** Or {@link #ABANDONED} for ever. */
    private final AtomicInteger pending = new AtomicInteger();

    /** Counts one more; false if the user has ended. */
    boolean enqueued() {
        return add(1);
    }

    /** Counts one less; false if the user has ended. */
    boolean ran() {
        return add(-1);
    }

    private boolean add(int change) {
        int now;
        do {
            now = pending.get();
            if (now == ABANDONED) {
                return false;
            }
        } while (!pending.compareAndSet(now, now + change));
        return true;
    }

    /** The user has ended; returns how many were counted. */
    int abandon() {
        return Math.max(0, pending.getAndSet(ABANDONED));
    }

    int pending() {
        return Math.max(0, pending.get());
    }
}
