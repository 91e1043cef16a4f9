package dev.penstock.aio.engine;

import dev.penstock.aio.Lease;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A lease: a chunk of a slab, and how many requests borrow it. */
final class PooledLease implements Lease {
    private static final int RELEASED = -1;
    /** Added to the number of borrowers when the user has ended: the last of them releases it. */
    private static final int ABANDONED = 1 << 30;

    private static final AtomicIntegerFieldUpdater<PooledLease> BORROWERS =
            AtomicIntegerFieldUpdater.newUpdater(PooledLease.class, "borrowers");

    private final Consumer consumer;
    private final LeasePool.Chunk chunk;
    private final int capacity;
    private final ByteBuffer buffer;
    /** The number of requests that borrow it, perhaps with {@link #ABANDONED}, or {@link #RELEASED} for ever. */
    private volatile int borrowers;
    /** Left by a request of {@link dev.penstock.aio.AsyncFile}, for the next description. */
    private final AtomicReference<@Nullable Buffers> spare = new AtomicReference<>();

    PooledLease(Consumer consumer, LeasePool.Chunk chunk, int capacity) {
        this.consumer = consumer;
        this.chunk = chunk;
        this.capacity = capacity;
        this.buffer = chunk.memory(capacity);
    }

    Consumer consumer() {
        return consumer;
    }

    LeasePool.EngineSlab slab() {
        return chunk.slab();
    }

    int slabOffset() {
        return chunk.offset();
    }

    /** Borrows it for a request; false if it was released, or is about to be. */
    boolean borrow() {
        int now;
        do {
            now = borrowers;
            if (now == RELEASED || now >= ABANDONED) {
                return false;
            }
        } while (!BORROWERS.compareAndSet(this, now, now + 1));
        return true;
    }

    void giveBack() {
        if (BORROWERS.decrementAndGet(this) == ABANDONED && BORROWERS.compareAndSet(this, ABANDONED, RELEASED)) {
            takeBack();
        }
    }

    /** Releases it for a user who has ended; if requests borrow it, as soon as none does. */
    void abandon() {
        int now;
        do {
            now = borrowers;
            if (now == RELEASED || now >= ABANDONED) {
                return;
            }
        } while (!BORROWERS.compareAndSet(this, now, now == 0 ? RELEASED : now + ABANDONED));
        if (now == 0) {
            takeBack();
        }
    }

    private void takeBack() {
        consumer.leases().takeBack(this, chunk);
    }

    boolean isReleased() {
        return borrowers == RELEASED;
    }

    /** Returns the description of a former request, or null. */
    @Nullable
    Buffers takeSpare() {
        return spare.get() == null ? null : spare.getAndSet(null);
    }

    void spare(Buffers used) {
        spare.lazySet(used);
    }

    /** Returns a view of its own with the buffer's present position and limit. */
    ByteBuffer view() {
        return present().duplicate();
    }

    /** Returns the buffer also while it is borrowed, for a second request on it. */
    ByteBuffer present() {
        if (isReleased()) {
            throw new IllegalStateException("the lease was released: " + this);
        }
        return buffer;
    }

    @Override
    public ByteBuffer buffer() {
        requireUnborrowed("buffer of");
        return buffer;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public boolean isBorrowed() {
        int now = borrowers;
        return now > 0 && now != ABANDONED;
    }

    @Override
    public void close() {
        int now = borrowers;
        // It may be borrowed or given back between the look and the release.
        for (; now != RELEASED; now = borrowers) {
            requireUnborrowed("release of", now);
            if (BORROWERS.compareAndSet(this, 0, RELEASED)) {
                takeBack();
            }
        }
    }

    private void requireUnborrowed(String what) {
        requireUnborrowed(what, borrowers);
    }

    private void requireUnborrowed(String what, int now) {
        if (now != 0) {
            throw new IllegalStateException(what + " " + this
                    + (now == RELEASED ? ": it was released" : ": " + now % ABANDONED + " requests borrow it"));
        }
    }

    @Override
    public String toString() {
        return "Lease[capacity=" + capacity + " slab=" + chunk.slab().id() + " offset=" + chunk.offset() + "]";
    }
}
