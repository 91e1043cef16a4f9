package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The providers that an instance knows, best first, and the backends it has started of them. New files go to the best
 * one that is available; a file stays with the backend it was opened with.
 */
final class Backends {
    private final Engine engine;
    private final Object lock = new Object();
    /** Best first; guarded by {@link #lock}. */
    private final List<Known> known = new ArrayList<>();
    /** Backends that could not end when their providers left, tried once more at the end; guarded by {@link #lock}. */
    private final List<Bound> lingering = new ArrayList<>();

    Backends(Engine engine) {
        this.engine = engine;
    }

    /** A provider, what its probe said, and its backend once one was started. Guarded by the lock of the outside. */
    private static final class Known {
        final AioProvider provider;
        int ranking;
        Probe probe;

        @Nullable
        Bound bound;

        Known(AioProvider provider, int ranking, Probe probe) {
            this.provider = provider;
            this.ranking = ranking;
            this.probe = probe;
        }
    }

    // ---- coming and going

    void add(AioProvider provider, int ranking) {
        Known arrived = new Known(provider, ranking, probe(provider));
        synchronized (lock) {
            known.add(arrived);
            sort();
        }
    }

    private void sort() {
        known.sort(Comparator.comparingInt((Known each) -> each.ranking).reversed());
    }

    /** A provider's ranking changed. */
    void rank(AioProvider provider, int ranking) {
        synchronized (lock) {
            known.stream().filter(each -> each.provider == provider).forEach(each -> each.ranking = ranking);
            sort();
        }
    }

    private Probe probe(AioProvider provider) {
        String filter = engine.config().provider();
        if (!filter.isEmpty() && !filter.equals(provider.name())) {
            return Probe.unavailable("the instance is configured for provider " + filter, "");
        }
        try {
            return provider.probe();
        } catch (Throwable e) {
            return Probe.unavailable("its probe failed: " + e, "");
        }
    }

    /** A provider leaves: its files end with ESTALE, when the kernel has finished with what they had in flight. */
    void remove(AioProvider provider) {
        Bound bound = null;
        synchronized (lock) {
            for (Known each : List.copyOf(known)) {
                if (each.provider == provider) {
                    known.remove(each);
                    bound = each.bound;
                }
            }
        }
        if (bound != null) {
            bound.retire();
        }
    }

    void closeAll() {
        List<Bound> all = new ArrayList<>();
        synchronized (lock) {
            for (Known each : known) {
                if (each.bound != null) {
                    all.add(each.bound);
                }
            }
            known.clear();
            all.addAll(lingering);
            lingering.clear();
        }
        all.forEach(Bound::retire);
    }

    // ---- choosing

    /** Whether there is a provider that files can be opened with. */
    boolean isUsable() {
        synchronized (lock) {
            return best() != null;
        }
    }

    private @Nullable Known best() {
        for (Known each : known) {
            if (each.probe.isAvailable()) {
                return each;
            }
        }
        return null;
    }

    private Bound active() throws AioException {
        synchronized (lock) {
            for (; ; ) {
                Known best = best();
                if (best == null) {
                    throw new AioException(
                            "use of instance " + engine.name(), Errno.ENXIO, "no provider is available: " + infos());
                }
                if (best.bound != null) {
                    return best.bound;
                }
                try {
                    best.bound = new Bound(best.provider, best.probe.capabilities());
                    return best.bound;
                } catch (AioException | RuntimeException | Error e) {
                    best.probe = Probe.unavailable("it could not be started: " + e, "");
                }
            }
        }
    }

    OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
        Bound bound = active();
        Set<Capability> missing = spec.needed();
        missing.removeAll(bound.capabilities);
        if (!missing.isEmpty()) {
            throw spec.refusal(Errno.EOPNOTSUPP, "provider " + bound.name() + " cannot do " + missing);
        }
        return bound.open(consumer, spec);
    }

    ProviderInfo activeInfo() throws AioException {
        active();
        return infos().stream()
                .filter(info -> info.state() == ProviderState.ACTIVE)
                .findFirst()
                .orElseThrow(() -> new AioException("provider of instance " + engine.name(), Errno.ENXIO));
    }

    List<ProviderInfo> infos() {
        synchronized (lock) {
            Known best = best();
            List<ProviderInfo> infos = new ArrayList<>();
            for (Known each : known) {
                ProviderState state = each == best
                        ? ProviderState.ACTIVE
                        : each.probe.isAvailable() ? ProviderState.STANDBY : ProviderState.UNAVAILABLE;
                infos.add(new Info(each.provider.name(), each.ranking, state, each.probe));
            }
            return List.copyOf(infos);
        }
    }

    private record Info(String name, int ranking, ProviderState state, Probe probe) implements ProviderInfo {
        @Override
        public Set<String> capabilities() {
            Set<String> names = new TreeSet<>();
            probe.capabilities().forEach(each -> names.add(each.name()));
            return names;
        }

        @Override
        public String reason() {
            return probe.reason();
        }

        @Override
        public String remedy() {
            return probe.remedy();
        }
    }

    // ---- slabs

    void register(LeasePool.EngineSlab slab) {
        started().forEach(bound -> bound.register(slab));
    }

    void forget(LeasePool.EngineSlab slab) {
        started().forEach(bound -> bound.forget(slab));
    }

    private List<Bound> started() {
        synchronized (lock) {
            List<Bound> started = new ArrayList<>();
            for (Known each : known) {
                if (each.bound != null) {
                    started.add(each.bound);
                }
            }
            return started;
        }
    }

    /** A provider at work. */
    final class Bound implements BackendEnvironment {
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

        private Bound(AioProvider provider, Set<Capability> capabilities) throws AioException {
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

        private void register(LeasePool.EngineSlab slab) {
            if (slabs.add(slab.id())) {
                try {
                    backend.register(slab);
                } catch (Throwable e) {
                    misbehaved("register", e);
                }
            }
        }

        private void forget(LeasePool.EngineSlab slab) {
            if (slabs.remove(slab.id())) {
                try {
                    backend.forget(slab);
                } catch (Throwable e) {
                    misbehaved("forget", e);
                }
            }
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

        private OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
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
            synchronized (lock) {
                known.stream()
                        .filter(each -> each.bound == this)
                        .forEach(each -> each.probe = Probe.unavailable(reason, ""));
            }
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
        private void retire() {
            retired = true;
            files.forEach(file -> file.order().strand());
            if (drain()) {
                files.forEach(file -> file.closing().closeDescriptor());
                for (LaneDriver lane : lanes) {
                    lane.stop();
                }
                closeBackend();
            } else {
                synchronized (lock) {
                    lingering.add(this);
                }
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
}
