package dev.penstock.aio.provider.uring;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The slabs that the engine told of: where they lie, and as which buffer they are registered. Looked up for every
 * transfer; slabs come seldom. Nobody waits for a look.
 */
final class Slabs {
    /**
     * A slab.
     *
     * @param address of its first byte
     * @param buffer its index among the registered buffers; -1 if it is not registered
     */
    record Place(long address, int buffer) {}

    /** By id, in the order of the ids. Immutable. */
    private record Table(int[] ids, Place[] places) {
        /** Returns a changed copy. */
        Table with(Consumer<SortedMap<Integer, Place>> change) {
            SortedMap<Integer, Place> known = new TreeMap<>();
            for (int i = 0; i < ids.length; i++) {
                known.put(ids[i], places[i]);
            }
            change.accept(known);
            return new Table(
                    known.keySet().stream().mapToInt(Integer::intValue).toArray(),
                    known.values().toArray(new Place[0]));
        }
    }

    private final AtomicReference<Table> table = new AtomicReference<>(new Table(new int[0], new Place[0]));
    private final FixedBuffers buffers;

    Slabs(FixedBuffers buffers) {
        this.buffers = buffers;
    }

    void add(Slab slab) {
        long address = address(slab);
        Place place = new Place(address, buffers.register(address, slab.memory().capacity()));
        table.updateAndGet(now -> requireNonNull(now).with(known -> known.put(slab.id(), place)));
    }

    void remove(Slab slab) {
        Place place = of(slab);
        table.updateAndGet(now -> requireNonNull(now).with(known -> known.remove(slab.id())));
        buffers.unregister(place.buffer);
    }

    /**
     * Finds out what memory a transfer moves, and tells its slot.
     *
     * @return as {@link dev.penstock.aio.spi.Transfer#pin()}: how many bytes, 0 if there is no memory now, or a negative errno
     */
    int pin(Slot slot) {
        Transfer transfer = slot.transfer();
        int bytes = slot.offset() < 0 ? -Errno.EINVAL.number() : transfer.pin();
        if (bytes > 0) {
            Place place = of(requireNonNull(transfer.slab()));
            slot.address = place.address() + transfer.slabOffset();
            slot.buffer = place.buffer();
            slot.bytes = bytes;
        }
        return bytes;
    }

    /** Looks at the slab itself if nobody told of it. */
    Place of(Slab slab) {
        Table now = requireNonNull(table.get());
        int at = Arrays.binarySearch(now.ids, slab.id());
        return at < 0 ? new Place(address(slab), FixedBuffers.NONE) : now.places[at];
    }

    private static long address(Slab slab) {
        return MemorySegment.ofBuffer(slab.memory()).address();
    }
}
