package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Slab;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** A real backend with faults in front of its lanes and files. */
final class FaultingBackend implements Backend {
    private final Backend backend;
    private final Faults faults;

    /** Delivers what ends here, for lanes that push; its thread is made with the first such end. */
    private final ExecutorService pusher;

    private final Map<Integer, Lane> lanes = new HashMap<>();

    FaultingBackend(Backend backend, Faults faults, String instance) {
        this.backend = backend;
        this.faults = faults;
        this.pusher = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "penstock-tck-faults-" + instance);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public int lanes() {
        return backend.lanes();
    }

    @Override
    public Lane lane(int index, CompletionSink sink) {
        synchronized (lanes) {
            return lanes.computeIfAbsent(
                    index, i -> FaultingLane.of(inner -> backend.lane(i, inner), sink, faults, this::push));
        }
    }

    private void push(Runnable task) {
        try {
            pusher.execute(task);
        } catch (RejectedExecutionException e) {
            // The backend was closed since: what a release had started has ended, and there is nothing to push.
        }
    }

    @Override
    public BackendFile open(OpenSpec spec) throws AioException {
        return new FaultingFile(backend.open(spec), spec.path(), faults);
    }

    @Override
    public BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        faults.takesOver(spec.path());
        BackendFile taken = backend.takeOver(spec, descriptor);
        return taken == null ? null : new FaultingFile(taken, spec.path(), faults);
    }

    @Override
    public void register(Slab slab) {
        backend.register(slab);
    }

    @Override
    public void forget(Slab slab) {
        backend.forget(slab);
    }

    @Override
    public void close() {
        backend.close();
        pusher.shutdown();
    }
}
