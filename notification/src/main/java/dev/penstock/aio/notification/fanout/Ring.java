package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The completions that one filter matched last, for any number of readers: each keeps its own index, and one that falls
 * behind by more than the capacity finds that what it wants was overwritten. So a writer never waits, and does the
 * same work for one reader as for a hundred.
 *
 * <p>Any thread writes, without a lock. A writer takes an index and then fills the slot; one that was overtaken by a
 * whole round in between leaves the slot as it is, and its completion is lost as if it had been overwritten.
 */
final class Ring {
    /** A completion and its index. */
    record Entry(long index, Completion completion) {}

    private final AtomicReferenceArray<@Nullable Entry> slots;
    private final int mask;
    /** The index of the next completion. */
    private final AtomicLong head = new AtomicLong();

    /**
     * Makes an empty ring.
     *
     * @param capacity a power of two
     */
    Ring(int capacity) {
        this.slots = new AtomicReferenceArray<>(capacity);
        this.mask = capacity - 1;
    }

    int capacity() {
        return mask + 1;
    }

    /** Returns the index that the next completion gets. */
    long head() {
        return head.get();
    }

    void add(Completion completion) {
        Entry mine = new Entry(head.getAndIncrement(), completion);
        int slot = (int) mine.index & mask;
        Entry there = slots.get(slot);
        while ((there == null || there.index < mine.index) && !slots.compareAndSet(slot, there, mine)) {
            there = slots.get(slot);
        }
    }

    /** Returns the completion at an index; null if it is not there yet, or not any more: see {@link #oldest}. */
    @Nullable
    Completion at(long index) {
        Entry there = slots.get((int) index & mask);
        return there != null && there.index == index ? there.completion : null;
    }

    /**
     * Returns the index from which a reader can go on: the one it asks for, unless that was overwritten.
     *
     * @param index 0 to {@link #head}
     */
    long oldest(long index) {
        Entry there = slots.get((int) index & mask);
        if (there == null || there.index <= index) {
            return index;
        }
        return Math.max(index + 1, head.get() - capacity());
    }
}
