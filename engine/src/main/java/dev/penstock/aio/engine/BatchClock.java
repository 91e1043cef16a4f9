package dev.penstock.aio.engine;

import org.jspecify.annotations.Nullable;

/**
 * When requests end. Those that a lane delivers in one collect were all found done at that moment, and the clock is a good
 * part of what a listener costs; so it is read once for all of them, and if one of them asks.
 */
final class BatchClock {
    /** Who collects; only what it wrote itself means something to a thread. */
    private @Nullable Thread collector;
    // For the thread that collects.
    private boolean isRead;
    private long batchNs;

    /** The calling thread begins to collect, and nobody else does. */
    void begin() {
        isRead = false;
        collector = Thread.currentThread();
    }

    void end() {
        collector = null;
    }

    /** Returns the time by {@link System#nanoTime}; inside a collect that of the first call. */
    long nanoTime() {
        if (collector != Thread.currentThread()) {
            return System.nanoTime();
        }
        if (!isRead) {
            isRead = true;
            batchNs = System.nanoTime();
        }
        return batchNs;
    }
}
