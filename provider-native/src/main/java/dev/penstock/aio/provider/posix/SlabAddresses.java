package dev.penstock.aio.provider.posix;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.spi.Slab;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Where the slabs lie that the engine told of. Looked up for every transfer; slabs come seldom. Nobody waits here. */
final class SlabAddresses {
    /** Addresses by id, in the order of the ids. Immutable. */
    private record Table(int[] ids, long[] addresses) {
        /** Returns a changed copy. */
        Table with(Consumer<SortedMap<Integer, Long>> change) {
            SortedMap<Integer, Long> known = new TreeMap<>();
            for (int i = 0; i < ids.length; i++) {
                known.put(ids[i], addresses[i]);
            }
            change.accept(known);
            return new Table(
                    known.keySet().stream().mapToInt(Integer::intValue).toArray(),
                    known.values().stream().mapToLong(Long::longValue).toArray());
        }
    }

    private final AtomicReference<Table> table = new AtomicReference<>(new Table(new int[0], new long[0]));

    void add(Slab slab) {
        long address = address(slab);
        table.updateAndGet(now -> requireNonNull(now).with(known -> known.put(slab.id(), address)));
    }

    void remove(Slab slab) {
        table.updateAndGet(now -> requireNonNull(now).with(known -> known.remove(slab.id())));
    }

    /** Returns the address of the slab's first byte; looks at the slab itself if nobody told of it. */
    long of(Slab slab) {
        Table now = requireNonNull(table.get());
        int at = Arrays.binarySearch(now.ids, slab.id());
        return at < 0 ? address(slab) : now.addresses[at];
    }

    private static long address(Slab slab) {
        return MemorySegment.ofBuffer(slab.memory()).address();
    }
}
