package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Slab;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One start of a {@link ScriptedProvider}. */
final class ScriptedBackend implements Backend {
    private final ScriptedProvider provider;
    private final BackendEnvironment environment;
    private final ScriptedLane[] lanes;
    private final List<ScriptedFile> files = new CopyOnWriteArrayList<>();
    private final Set<Integer> slabs = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ScriptedBackend(ScriptedProvider provider, BackendEnvironment environment) {
        this.provider = provider;
        this.environment = environment;
        this.lanes = new ScriptedLane[provider.lanes];
    }

    @Override
    public int lanes() {
        return lanes.length;
    }

    @Override
    public Lane lane(int index, CompletionSink sink) {
        if (lanes[index] == null) {
            lanes[index] = new ScriptedLane(provider, this, index, sink);
        }
        return lanes[index];
    }

    ScriptedLane lane(int index) {
        return lanes[index];
    }

    @Override
    public BackendFile open(OpenSpec spec) throws AioException {
        provider.script().opening(spec);
        requireOpen("open");
        ScriptedDisk.Descriptor descriptor = provider.disk == null ? null : provider.disk.open(spec);
        return add(new ScriptedFile(provider, spec, spec.direct() ? provider.alignmentBytes : 1, descriptor));
    }

    @Override
    public BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        if (!provider.takesOver) {
            return null;
        }
        provider.script().opening(spec);
        requireOpen("takeOver");
        return add(new ScriptedFile(
                provider, spec, spec.direct() ? provider.alignmentBytes : 1, provider.disk.open(descriptor)));
    }

    private ScriptedFile add(ScriptedFile file) {
        files.add(file);
        return file;
    }

    List<ScriptedFile> files() {
        return files;
    }

    @Override
    public void register(Slab slab) {
        provider.script().registering();
        if (!slabs.add(slab.id())) {
            provider.violated("slab registered twice: " + slab.id());
        }
    }

    @Override
    public void forget(Slab slab) {
        if (!slabs.remove(slab.id())) {
            provider.violated("slab forgotten that was not registered: " + slab.id());
        }
    }

    /** Ids of the slabs it was told of and did not forget. */
    Set<Integer> slabs() {
        return Set.copyOf(slabs);
    }

    @Override
    public void close() {
        provider.script().closingBackend();
        if (closed) {
            provider.violated("backend closed twice");
        }
        for (ScriptedLane lane : lanes) {
            if (lane.outstanding() > 0) {
                provider.violated("backend closed with transfers in flight");
            }
            if (!lane.isLeft()) {
                provider.violated("backend closed while a thread is inside a lane");
            }
            lane.stop();
        }
        if (files.stream().anyMatch(file -> !file.isClosed())) {
            provider.violated("backend closed before its files");
        }
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen(String verb) {
        if (closed) {
            provider.violated(verb + " after close");
        }
    }

    void release() {
        for (ScriptedLane lane : lanes) {
            // It may be starting.
            if (lane != null) {
                lane.release();
            }
        }
    }

    /** Says that it can no longer work. */
    void breakDown(String reason) {
        environment.broken(reason);
    }
}
