package dev.penstock.aio.provider.posix;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Slab;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The provider at work for one instance of the engine. glibc's threads are the process's, not ours. */
final class PosixBackend implements Backend {
    /** More than threads are likely to wait at the same time; a power of two. */
    private static final int LANES = 8;

    private final PosixSettings settings;
    private final SlabAddresses slabs = new SlabAddresses();
    private final AtomicInteger spareDescriptors;
    private final Calls calls;
    private final @Nullable PosixLane[] lanes;

    PosixBackend(PosixSettings settings, String instance) {
        this.settings = settings;
        this.spareDescriptors = new AtomicInteger(settings.spareDescriptors());
        this.calls = new Calls(instance);
        this.lanes = new PosixLane[LANES];
    }

    @Override
    public int lanes() {
        return lanes.length;
    }

    @Override
    public synchronized Lane lane(int index, CompletionSink sink) {
        PosixLane lane = lanes[index];
        if (lane == null) {
            lane = new PosixLane(index, settings, slabs, calls, sink);
            lanes[index] = lane;
        }
        return lane;
    }

    @Override
    public BackendFile open(OpenSpec spec) throws AioException {
        return new PosixOpening(spec).open(settings, lanes.length, spareDescriptors);
    }

    @Override
    public BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        return new PosixOpening(spec).takeOver(descriptor, settings, lanes.length, spareDescriptors);
    }

    @Override
    public void register(Slab slab) {
        slabs.add(slab);
    }

    @Override
    public void forget(Slab slab) {
        slabs.remove(slab);
    }

    @Override
    public void close() {
        calls.close();
    }
}
