package dev.penstock.aio.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that have carried out a request of {@link dev.penstock.aio.AsyncFile} on one file, to carry out the next. The one
 * that came last goes first: it is in the caches.
 */
final class BlockPool {
    /** More than are likely to end together; the rest is left to the collector. */
    private static final int PLACES_MAX = 1_024;

    private static final int PLACES_MIN = 16;
    private static final @Nullable Block[] NONE = {};

    private final BriefLock lock = new BriefLock();
    // Guarded by the lock.
    private @Nullable Block[] spare = NONE;
    private int count;
    private boolean closed;

    /** Returns one, or null if there is none. */
    @Nullable
    Block poll() {
        lock.lock();
        try {
            if (count == 0) {
                return null;
            }
            Block block = spare[--count];
            spare[count] = null;
            return block;
        } finally {
            lock.unlock();
        }
    }

    /** Takes one that may be started; the caller does not touch it any more. */
    void add(Block block) {
        lock.lock();
        try {
            if (closed || count == PLACES_MAX) {
                return;
            }
            if (count == spare.length) {
                spare = Arrays.copyOf(spare, Math.max(PLACES_MIN, 2 * count));
            }
            spare[count++] = block;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of all, for a user may keep the file. */
    void close() {
        lock.lock();
        try {
            closed = true;
            spare = NONE;
            count = 0;
        } finally {
            lock.unlock();
        }
    }
}
