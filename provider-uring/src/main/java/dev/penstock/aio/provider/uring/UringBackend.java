package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Slab;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The provider at work for one instance of the engine: some rings, and two threads for what has no place in them. */
final class UringBackend implements Backend {
    private final UringSettings settings;
    private final BackendEnvironment environment;
    private final List<Ring> rings;
    private final Slabs slabs;
    private final FixedFiles fixedFiles;
    private final Calls calls;
    private final Calls starts;
    private final @Nullable UringLane[] lanes;

    private UringBackend(UringSettings settings, BackendEnvironment environment, List<Ring> rings) {
        this.settings = settings;
        this.environment = environment;
        this.rings = rings;
        this.slabs = new Slabs(new FixedBuffers(rings, settings.registeredBuffers()));
        this.fixedFiles = new FixedFiles(rings, FixedFiles.FILES_MAX);
        this.lanes = new UringLane[rings.size()];
        this.calls = new Calls(environment.instance(), "calls");
        this.starts = starts(environment.instance(), calls);
    }

    private static Calls starts(String instance, Calls calls) {
        boolean started = false;
        try {
            Calls starts = new Calls(instance, "starts");
            started = true;
            return starts;
        } finally {
            if (!started) {
                calls.close();
            }
        }
    }

    static UringBackend start(UringSettings settings, BackendEnvironment environment) throws RingProblem {
        List<Ring> rings = new ArrayList<>();
        boolean started = false;
        try {
            for (int i = settings.rings(Runtime.getRuntime().availableProcessors()); i > 0; i--) {
                rings.add(Ring.open(settings.entries(), settings.completions()));
            }
            UringBackend backend = new UringBackend(settings, environment, List.copyOf(rings));
            started = true;
            return backend;
        } finally {
            if (!started) {
                rings.forEach(Ring::close);
            }
        }
    }

    @Override
    public int lanes() {
        return lanes.length;
    }

    @Override
    public synchronized Lane lane(int index, CompletionSink sink) {
        UringLane lane = lanes[index];
        if (lane == null) {
            lane = new UringLane(rings.get(index), settings.window(), slabs, calls, starts, environment::broken, sink);
            lanes[index] = lane;
        }
        return lane;
    }

    @Override
    public BackendFile open(OpenSpec spec) throws AioException {
        return registered(new UringOpening(spec).open());
    }

    @Override
    public BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        return registered(new UringOpening(spec).takeOver(descriptor));
    }

    private UringFile registered(UringFile file) throws AioException {
        boolean registered = false;
        try {
            file.register(fixedFiles);
            registered = true;
            return file;
        } finally {
            if (!registered) {
                file.close();
            }
        }
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
    public synchronized void close() {
        calls.close();
        starts.close();
        for (UringLane lane : lanes) {
            if (lane != null) {
                lane.close();
            }
        }
        fixedFiles.close();
        rings.forEach(Ring::close);
    }
}
