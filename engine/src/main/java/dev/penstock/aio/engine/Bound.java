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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A provider at work. */
final class Bound implements BackendEnvironment {
    private final Engine engine;
    private final AioProvider provider;
    private final Set<Capability> capabilities;
    private final Backend backend;
    private final LaneDriver[] lanes;
    /** Ids of the slabs that the backend knows: it may learn of one from its start and from the pool at a time. */
    private final Set<Integer> slabs = ConcurrentHashMap.newKeySet();
    /** Opened and not closed. */
    private final Set<OpenFile> files = ConcurrentHashMap.newKeySet();
    /** Opens under way; raised before {@link #retired} is looked at. */
    private final AtomicInteger opening = new AtomicInteger();

    /** Set when the provider leaves, before its files are stranded and before {@link #opening} is looked at. */
    private volatile boolean retired;

    Bound(Engine engine, AioProvider provider, Set<Capability> capabilities) throws AioException {
        this.engine = engine;
        this.provider = provider;
        this.capabilities = capabilities.isEmpty() ? EnumSet.noneOf(Capability.class) : capabilities;
        this.backend = provider.start(this);
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
        engine.leases().slabs().forEach(this::register);
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

    void register(LeasePool.EngineSlab slab) {
        if (slabs.add(slab.id())) {
            try {
                backend.register(slab);
            } catch (Throwable e) {
                misbehaved("register", e);
            }
        }
    }

    void forget(LeasePool.EngineSlab slab) {
        if (slabs.remove(slab.id())) {
            try {
                backend.forget(slab);
            } catch (Throwable e) {
                misbehaved("forget", e);
            }
        }
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

    OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
        opening.incrementAndGet();
        try {
            if (retired) {
                throw spec.refusal(Errno.ENXIO, "provider " + name() + " has left");
            }
            OpenFile file = new OpenFile(consumer, spec, this, openBackendFile(spec));
            files.add(file);
            if (retired) {
                file.order().strand();
            }
            return file;
        } finally {
            opening.decrementAndGet();
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
        engine.backends().broken(this, reason);
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

    /** Strands its files, waits for what is in flight for as long as a close does, and ends. */
    void retire() {
        retired = true;
        files.forEach(file -> file.order().strand());
        if (drain()) {
            files.forEach(file -> file.closing().closeDescriptor());
            for (LaneDriver lane : lanes) {
                lane.stop();
            }
            closeBackend();
        } else {
            engine.backends().lingers(this);
            engine.warnings()
                    .once("provider " + name() + " leaves with requests that do not end; it is left running");
        }
    }

    private boolean drain() {
        long deadline = System.nanoTime() + engine.config().closeTimeoutNs();
        need();
        try {
            while (isBusy() && System.nanoTime() < deadline) {
                flush();
                LockSupport.parkNanos(this, 100_000);
            }
        } finally {
            unneed();
        }
        return !isBusy();
    }

    private boolean isBusy() {
        if (opening.get() > 0) {
            return true;
        }
        for (LaneDriver lane : lanes) {
            if (lane.inFlight() > 0 || lane.waitingCount() > 0) {
                return true;
            }
        }
        return false;
    }
}
