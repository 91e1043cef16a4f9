package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The completions that one filter matched last, for any number of readers: each keeps its own index, and one that falls
 * behind by more than the capacity finds that what it wants was overwritten. So a writer never waits, and does the
 * same work for one reader as for a hundred.
 *
 * <p>Any thread writes, without a lock. A writer takes an index and then fills its {@link Slot}. One who was overtaken by a
 * whole round in between leaves the slot as it is; one who finds somebody a whole round behind him still at it, too. The
 * completion is lost then as if it had been overwritten.
 */
final class Ring {
    private final Slot[] slots;
    private final int mask;
    /** The index of the next completion. */
    private final AtomicLong head = new AtomicLong();

    /**
     * Makes an empty ring.
     *
     * @param capacity a power of two
     */
    Ring(int capacity) {
        this.slots = new Slot[capacity];
        Arrays.setAll(slots, each -> new Slot());
        this.mask = capacity - 1;
    }

    int capacity() {
        return mask + 1;
    }

    /** Returns the index that the next completion gets. */
    long head() {
        return head.get();
    }

    void add(Source source, Completion.Operation operation, EndedRequest request) {
        long index = head.getAndIncrement();
        slot(index).put(index, source, operation, request);
    }

    private Slot slot(long index) {
        return slots[(int) index & mask];
    }

    /** Returns the completion at an index; null if it is not there yet, or not any more: see {@link #oldest}. */
    @Nullable
    Completion at(long index) {
        return slot(index).get(index);
    }

    /**
     * Returns the index from which a reader can go on: the one it asks for, unless that was overwritten.
     *
     * @param index 0 to {@link #head}
     */
    long oldest(long index) {
        return slot(index).hasPassed(index) ? Math.max(index + 1, head.get() - capacity()) : index;
    }
}
