package dev.penstock.aio.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** A bound on what is pending. Exact: refuses only if the bound would really be passed. */
final class Admission {
    private final int max;
    private final AtomicInteger pending = new AtomicInteger();

    Admission(int max) {
        this.max = max;
    }

    boolean acquire(int count) {
        int now;
        do {
            now = pending.get();
            if (count > max - now) {
                return false;
            }
        } while (!pending.compareAndSet(now, now + count));
        return true;
    }

    void release(int count) {
        pending.addAndGet(-count);
    }

    int pending() {
        return pending.get();
    }

    int max() {
        return max;
    }
}
