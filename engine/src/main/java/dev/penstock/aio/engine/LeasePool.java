package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Slab;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The memory that an instance lends: slabs of page-aligned, collectable direct memory, cut into chunks of a power of
 * two pages, with one list of free chunks for each size. What is larger than a slab has one of its own, which is
 * forgotten when it comes back.
 *
 * <p>Whoever lends from a lane, a virtual thread perhaps that holds up everybody else of the lane, must not wait for
 * others: only the lists are locked, and briefly. Threads that find no free chunk at the same moment make a slab each.
 *
 * <p>A chunk that goes to another consumer than the one who had it is zeroed first. Nothing is ever freed by hand: a
 * slab lives while something refers to it, so the kernel's use of it is safe whatever is closed.
 */
final class LeasePool {
    static final int PAGE_BYTES = 4096;
    private static final int SLAB_BYTES = 1 << 20;
    private static final int SIZES = Integer.numberOfTrailingZeros(SLAB_BYTES / PAGE_BYTES) + 1;

    /** Memory that leases are cut from. */
    static final class EngineSlab implements Slab {
        private final int id;
        private final ByteBuffer memory;

        EngineSlab(int id, int bytes) {
            this.id = id;
            this.memory = ByteBuffer.allocateDirect(bytes + PAGE_BYTES)
                    .alignedSlice(PAGE_BYTES)
                    .slice(0, bytes);
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public ByteBuffer memory() {
            return memory.duplicate();
        }
    }

    /** A piece of a slab: free, or lent to one consumer. */
    static final class Chunk {
        private final EngineSlab slab;
        private final int offset;
        private final int bytes;
        /** Whose data it may hold; touched by whoever has taken it out of the free ones. */
        private @Nullable Consumer last;

        /** All of it, for copies; made when first needed, by whoever the chunk is lent to. */
        private @Nullable ByteBuffer whole;

        Chunk(EngineSlab slab, int offset, int bytes) {
            this.slab = slab;
            this.offset = offset;
            this.bytes = bytes;
        }

        EngineSlab slab() {
            return slab;
        }

        int offset() {
            return offset;
        }

        int bytes() {
            return bytes;
        }

        ByteBuffer memory(int capacity) {
            return slab.memory.slice(offset, capacity);
        }

        /** Returns all of it, the same view for every call. */
        ByteBuffer whole() {
            ByteBuffer view = whole;
            if (view == null) {
                view = memory(bytes);
                whole = view;
            }
            return view;
        }

        private void zero() {
            ByteBuffer all = slab.memory.slice(offset, bytes);
            while (all.remaining() >= Long.BYTES) {
                all.putLong(0);
            }
        }
    }

    private final Engine engine;
    private final BriefLock lock = new BriefLock();
    /** Free chunks by size; guarded by {@link #lock}. */
    private final List<ArrayDeque<Chunk>> free = new ArrayList<>();
    /** Slabs that providers are told of. */
    private final List<EngineSlab> slabs = new CopyOnWriteArrayList<>();

    private final AtomicInteger slabIds = new AtomicInteger();

    LeasePool(Engine engine) {
        this.engine = engine;
        for (int size = 0; size < SIZES; size++) {
            free.add(new ArrayDeque<>());
        }
    }

    /** How many bytes a lease of this size takes. */
    static long rounded(int bytes) {
        long pages = (bytes + (long) PAGE_BYTES - 1) / PAGE_BYTES;
        return bytes > SLAB_BYTES ? pages * PAGE_BYTES : Long.highestOneBit(pages * 2 - 1) * PAGE_BYTES;
    }

    Chunk lend(Consumer to, int bytes) throws AioException {
        long rounded = rounded(bytes);
        if (rounded > Integer.MAX_VALUE - PAGE_BYTES) {
            throw new AioException("lease bytes=" + bytes, Errno.EAGAIN, "larger than a buffer can be");
        }
        try {
            return lend(to, (int) rounded, rounded > SLAB_BYTES);
        } catch (OutOfMemoryError e) {
            throw new AioException("lease bytes=" + bytes, Errno.ENOMEM, e.getMessage());
        }
    }

    private Chunk lend(Consumer to, int rounded, boolean alone) {
        Chunk chunk = alone ? new Chunk(newSlab(rounded), 0, rounded) : poll(rounded);
        if (chunk == null) {
            chunk = cut(newSlab(SLAB_BYTES), rounded);
        }
        if (chunk.last != null && chunk.last != to) {
            chunk.zero();
        }
        chunk.last = to;
        return chunk;
    }

    private ArrayDeque<Chunk> free(int bytes) {
        return free.get(Integer.numberOfTrailingZeros(bytes / PAGE_BYTES));
    }

    private @Nullable Chunk poll(int bytes) {
        lock.lock();
        try {
            return free(bytes).pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Cuts a slab into chunks; returns one and lets the others be free. */
    private Chunk cut(EngineSlab slab, int bytes) {
        ArrayDeque<Chunk> chunks = new ArrayDeque<>();
        for (int offset = bytes; offset < SLAB_BYTES; offset += bytes) {
            chunks.add(new Chunk(slab, offset, bytes));
        }
        lock.lock();
        try {
            free(bytes).addAll(chunks);
        } finally {
            lock.unlock();
        }
        return new Chunk(slab, 0, bytes);
    }

    private EngineSlab newSlab(int bytes) {
        EngineSlab slab = new EngineSlab(slabIds.getAndIncrement(), bytes);
        slabs.add(slab);
        engine.backends().register(slab);
        return slab;
    }

    void takeBack(Chunk chunk) {
        if (chunk.bytes > SLAB_BYTES) {
            slabs.remove(chunk.slab);
            engine.backends().forget(chunk.slab);
            return;
        }
        lock.lock();
        try {
            free(chunk.bytes).addFirst(chunk);
        } finally {
            lock.unlock();
        }
    }

    /** Returns every slab that leases may come from. */
    List<EngineSlab> slabs() {
        return List.copyOf(slabs);
    }

    boolean has(EngineSlab slab) {
        return slabs.contains(slab);
    }
}
