package dev.penstock.aio.engine;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that have carried out a request of {@link dev.penstock.aio.AsyncFile} on one file, to carry out the next. The one
 * that came last goes first: it is in the caches. Where very many have ended together, the collector may have most of them
 * if memory is short.
 */
final class BlockPool {
    /** So many are kept whatever happens. */
    private static final int CHUNK = 1_024;

    private static final int PLACES_MIN = 16;
    private static final @Nullable Block[] NONE = {};

    private final BriefLock lock = new BriefLock();
    // Guarded by the lock.
    private @Nullable Block[] spare = NONE;
    private int count;
    /** Beyond those, in arrays that are full; what was added last comes last. */
    private final Deque<SoftReference<@Nullable Block[]>> full = new ArrayDeque<>(0);

    /** An array of that length with nothing in it, or {@link #NONE}: who starts and ends by turns needs it each time. */
    private @Nullable Block[] empty = NONE;

    private boolean closed;

    /** Returns one, or null if there is none. */
    @Nullable
    Block poll() {
        lock.lock();
        try {
            if (count == 0 && !refill()) {
                return null;
            }
            Block block = spare[--count];
            spare[count] = null;
            return block;
        } finally {
            lock.unlock();
        }
    }

    private boolean refill() {
        while (!full.isEmpty()) {
            @Nullable Block[] last = full.removeLast().get();
            if (last != null) {
                empty = spare;
                spare = last;
                count = CHUNK;
                return true;
            }
        }
        return false;
    }

    /** Takes one that may be started; the caller does not touch it any more. */
    void add(Block block) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (count == CHUNK) {
                @Nullable Block[] next = empty.length == CHUNK ? empty : new Block[CHUNK];
                full.addLast(new SoftReference<>(spare));
                empty = NONE;
                spare = next;
                count = 0;
            } else if (count == spare.length) {
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
            empty = NONE;
            full.clear();
            count = 0;
        } finally {
            lock.unlock();
        }
    }
}
