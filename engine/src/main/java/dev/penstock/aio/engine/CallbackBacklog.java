package dev.penstock.aio.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Callbacks and dependent stages that were enqueued and have not run, of one user or of all. */
final class CallbackBacklog {
    private final AtomicInteger pending = new AtomicInteger();

    void enqueued() {
        pending.incrementAndGet();
    }

    void ran() {
        pending.decrementAndGet();
    }

    int pending() {
        return pending.get();
    }
}
