package dev.penstock.aio.provider.posix;

import dev.penstock.aio.spi.Slab;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where the slabs lie that the engine told of. Looked up for every transfer without a lock; slabs come seldom. */
final class SlabAddresses {
    /** Addresses by id, in the order of the ids. */
    private record Table(int[] ids, long[] addresses) {
        static Table of(SortedMap<Integer, Long> known) {
            return new Table(
                    known.keySet().stream().mapToInt(Integer::intValue).toArray(),
                    known.values().stream().mapToLong(Long::longValue).toArray());
        }
    }

    /** Guarded by this. */
    private final SortedMap<Integer, Long> known = new TreeMap<>();

    private volatile Table table = Table.of(known);

    synchronized void add(Slab slab) {
        known.put(slab.id(), address(slab));
        table = Table.of(known);
    }

    synchronized void remove(Slab slab) {
        known.remove(slab.id());
        table = Table.of(known);
    }

    /** Returns the address of the slab's first byte; looks at the slab itself if nobody told of it. */
    long of(Slab slab) {
        Table now = table;
        int at = Arrays.binarySearch(now.ids, slab.id());
        return at < 0 ? address(slab) : now.addresses[at];
    }

    private static long address(Slab slab) {
        return MemorySegment.ofBuffer(slab.memory()).address();
    }
}
