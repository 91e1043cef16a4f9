package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Capability;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A provider at work. */
final class Bound implements BackendEnvironment {
    /** How long the threads that are in a lane may take to leave it when nothing is outstanding any more. */
    private static final long LEAVE_NS = 1_000_000_000;

    private static final long POLL_NS = 100_000;

    private final Engine engine;
    private final AioProvider provider;
    private final Set<Capability> capabilities;
    private final Backend backend;
    private final LaneDriver[] lanes;
    private final BackendSlabs slabs;
    /** Opened and not closed. */
    private final Set<OpenFile> files = ConcurrentHashMap.newKeySet();
    /** Whether it is closed; guarded by this. */
    private boolean ended;
    /** Round opens; shut when the provider leaves, before its files are stranded. */
    private final Gate opens = new Gate();
    /** Why the backend cannot work any more, if it said so; it may say so before its start returns. */
    private volatile @Nullable String broken;

    Bound(Engine engine, AioProvider provider, Set<Capability> capabilities) throws AioException {
        this.engine = engine;
        this.provider = provider;
        this.capabilities = capabilities.isEmpty() ? EnumSet.noneOf(Capability.class) : capabilities;
        this.backend = provider.start(this);
        this.slabs = new BackendSlabs(this, backend, engine.leases());
        try {
            this.lanes = new LaneDriver[backend.lanes()];
            for (int i = 0; i < lanes.length; i++) {
                lanes[i] = new LaneDriver(this, i, engine);
            }
            startLanes();
        } catch (RuntimeException | Error e) {
            closeBackend();
            throw e;
        }
        engine.backends().started(this);
        slabs.registerAll();
    }

    private void startLanes() {
        for (int i = 0; i < lanes.length; i++) {
            try {
                lanes[i].start();
            } catch (Error noThread) {
                for (int started = 0; started < i; started++) {
                    lanes[started].stop();
                }
                throw noThread;
            }
        }
    }

    private void closeBackend() {
        try {
            backend.close();
        } catch (Throwable e) {
            misbehaved("close", e);
        }
    }

    BackendSlabs slabs() {
        return slabs;
    }

    Set<Capability> capabilities() {
        return capabilities;
    }

    String name() {
        return provider.name();
    }

    Backend backend() {
        return backend;
    }

    LaneDriver lane(Thread thread) {
        if (lanes.length == 1) {
            return lanes[0];
        }
        @SuppressWarnings("deprecation") // threadId() came with Java 19
        long id = thread.getId();
        return lanes[(int) id & (lanes.length - 1)];
    }

    /** Opens a file; null if the provider has left meanwhile. */
    @Nullable
    OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
        if (!opens.enter()) {
            return null;
        }
        try {
            OpenFile file = new OpenFile(consumer, spec, this, openBackendFile(spec));
            files.add(file);
            if (opens.isShut()) {
                file.order().strand();
            }
            return file;
        } finally {
            opens.leave();
        }
    }

    private BackendFile openBackendFile(ParsedOptions spec) throws AioException {
        try {
            return backend.open(spec);
        } catch (RuntimeException | Error e) {
            misbehaved("open", e);
            throw spec.refusal(Errno.EIO, "provider " + name() + " failed: " + e);
        }
    }

    /** A file is closed, or will not be used. */
    void closed(OpenFile file) {
        files.remove(file);
    }

    @Override
    public String instance() {
        return engine.name();
    }

    @Override
    public void broken(String reason) {
        engine.warnings().once("provider " + name() + " is broken: " + reason);
        broken = reason;
        // Not here: whoever reports it may hold any lock.
        engine.soon(() -> engine.tapPoint().providersChanged());
    }

    /** Returns why it cannot work any more, if it said so. */
    @Nullable
    String broken() {
        return broken;
    }

    /** It threw where it must not. */
    void misbehaved(String verb, Throwable why) {
        engine.warnings().repeated("provider " + name() + " failed in " + verb, why);
    }

    void flush() {
        for (LaneDriver lane : lanes) {
            lane.flush();
        }
    }

    void glance() {
        for (LaneDriver lane : lanes) {
            lane.glance();
        }
    }

    void need() {
        for (LaneDriver lane : lanes) {
            lane.need();
        }
    }

    void unneed() {
        for (LaneDriver lane : lanes) {
            lane.unneed();
        }
    }

    // ---- the end

    /**
     * Strands its files, waits for what is in flight, and ends: when the backend is closed, its files are, and nobody is
     * inside a verb of it.
     *
     * @param deadline by {@link System#nanoTime()}; whatever is in flight then keeps it running
     */
    synchronized void retire(long deadline) {
        if (ended) {
            return;
        }
        opens.shut();
        files.forEach(file -> file.order().strand());
        String left = end(deadline);
        ended = left == null;
        if (ended) {
            engine.backends().ended(this);
        } else {
            engine.backends().lingers(this);
            engine.warnings().once("provider " + name() + " leaves with " + left + "; it is left running");
        }
    }

    /** Ends it, or answers what keeps it from that. */
    private @Nullable String end(long deadline) {
        if (!drain(deadline)) {
            return "requests that do not end";
        }
        if (!shutLanes()) {
            return "threads that do not come back from it";
        }
        files.forEach(file -> file.closing().closeDescriptor());
        for (LaneDriver lane : lanes) {
            lane.stop();
        }
        if (!slabs.shut(System.nanoTime() + LEAVE_NS)) {
            return "a call of it that does not come back";
        }
        closeBackend();
        return null;
    }

    private boolean drain(long deadline) {
        need();
        try {
            while (isBusy() && System.nanoTime() - deadline < 0) {
                flush();
                LockSupport.parkNanos(this, POLL_NS);
            }
        } finally {
            unneed();
        }
        return !isBusy();
    }

    private boolean isBusy() {
        if (!opens.isEmpty()) {
            return true;
        }
        for (OpenFile file : files) {
            if (!file.order().isIdle()) {
                return true;
            }
        }
        return false;
    }

    private boolean shutLanes() {
        long deadline = System.nanoTime() + LEAVE_NS;
        boolean left = true;
        for (LaneDriver lane : lanes) {
            left &= lane.shut(deadline);
        }
        return left;
    }
}
