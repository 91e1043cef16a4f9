package dev.penstock.aio.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that have carried out a request of {@link dev.penstock.aio.AsyncFile} on one file, to carry out the next. The one
 * that came last goes first: it is in the caches.
 */
final class BlockPool {
    /** More than are likely to end together; the rest is left to the collector. */
    private static final int PLACES = 1_024;

    private final BriefLock lock = new BriefLock();
    // Guarded by the lock.
    private final @Nullable Block[] spare = new Block[PLACES];
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
            if (count < PLACES && !closed) {
                spare[count++] = block;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of all, for a user may keep the file. */
    void close() {
        lock.lock();
        try {
            closed = true;
            Arrays.fill(spare, 0, count, null);
            count = 0;
        } finally {
            lock.unlock();
        }
    }
}
