package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The providers that an instance knows, best first, and the backends it has started of them. New files go to the best
 * one that is available; a file stays with the backend it was opened with.
 */
final class Backends {
    /** A provider that could not be started is tried again by an open, but no sooner than this. */
    static final long RESTART_NS = 1_000_000_000;

    private final Engine engine;
    private final Object lock = new Object();
    /** Best first; guarded by {@link #lock}. */
    private final List<Known> known = new ArrayList<>();
    /** Backends that could not end when their providers left, tried once more at the end; guarded by {@link #lock}. */
    private final List<Bound> lingering = new ArrayList<>();
    /** Every backend that runs. Without the lock, for it is held while a provider starts. */
    private final List<Bound> started = new CopyOnWriteArrayList<>();

    Backends(Engine engine) {
        this.engine = engine;
    }

    /** A provider, what its probe said, and its backend once one was started. Guarded by the lock of the outside. */
    private static final class Known {
        final AioProvider provider;
        final Probe probe;
        int ranking;
        /** What the last start said, if it failed, and when that was. */
        @Nullable
        Probe failure;

        long failedNs;

        @Nullable
        Bound bound;

        Known(AioProvider provider, int ranking, Probe probe) {
            this.provider = provider;
            this.ranking = ranking;
            this.probe = probe;
        }

        /** Whether it can serve, and else why not. */
        Probe answer() {
            String broken = bound == null ? null : bound.broken();
            if (broken != null) {
                return Probe.unavailable(broken, "");
            }
            return failure == null ? probe : failure;
        }

        /** Whether an open should try it, if need be by starting it once more. */
        boolean isWorthATry() {
            return answer().isAvailable()
                    || (bound == null && probe.isAvailable() && System.nanoTime() - failedNs >= RESTART_NS);
        }

        Bound start(Engine engine) throws AioException {
            Bound started = bound;
            if (started == null) {
                started = new Bound(engine, provider, probe.capabilities());
                bound = started;
                failure = null;
            }
            return started;
        }

        void failed(Throwable why) {
            failure = Probe.unavailable("it could not be started: " + why, "");
            failedNs = System.nanoTime();
        }
    }

    // ---- coming and going

    void add(AioProvider provider, int ranking) {
        Known arrived = new Known(provider, ranking, probe(provider));
        synchronized (lock) {
            known.add(arrived);
            sort();
        }
        engine.tapPoint().providersChanged();
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
        engine.tapPoint().providersChanged();
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
            if (bound != null) {
                // An end of the instance that comes meanwhile must know of it.
                lingering.add(bound);
            }
        }
        engine.tapPoint().providersChanged();
        if (bound != null) {
            bound.retire(System.nanoTime() + engine.config().closeTimeoutNs());
        }
    }

    /** Every provider leaves. */
    void closeAll(long deadline) {
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
        all.forEach(bound -> bound.retire(deadline));
    }

    /** A backend could not end when its provider left. */
    void lingers(Bound bound) {
        synchronized (lock) {
            if (!lingering.contains(bound)) {
                lingering.add(bound);
            }
        }
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
            if (each.answer().isAvailable()) {
                return each;
            }
        }
        return null;
    }

    private Bound active() throws AioException {
        synchronized (lock) {
            for (Known each : known) {
                if (each.isWorthATry()) {
                    try {
                        Bound bound = each.start(engine);
                        if (bound.broken() == null) {
                            return bound;
                        }
                    } catch (AioException | RuntimeException | Error e) {
                        each.failed(e);
                        engine.soon(() -> engine.tapPoint().providersChanged());
                    }
                }
            }
            throw new AioException(
                    "use of instance " + engine.name(), Errno.ENXIO, "no provider is available: " + infos());
        }
    }

    OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
        for (; ; ) {
            Bound bound = active();
            Set<Capability> missing = spec.needed();
            missing.removeAll(bound.capabilities());
            if (!missing.isEmpty()) {
                throw spec.refusal(Errno.EOPNOTSUPP, "provider " + bound.name() + " cannot do " + missing);
            }
            OpenFile file = bound.open(consumer, spec);
            if (file != null) {
                return file;
            }
            // It has left since, and is not known any more.
        }
    }

    ProviderInfo activeInfo() throws AioException {
        synchronized (lock) {
            active();
            return infos().stream()
                    .filter(info -> info.state() == ProviderState.ACTIVE)
                    .findFirst()
                    .orElseThrow(() -> new AioException("provider of instance " + engine.name(), Errno.ENXIO));
        }
    }

    List<ProviderInfo> infos() {
        synchronized (lock) {
            Known best = best();
            List<ProviderInfo> infos = new ArrayList<>();
            for (Known each : known) {
                Probe answer = each.answer();
                ProviderState state = each == best
                        ? ProviderState.ACTIVE
                        : answer.isAvailable() ? ProviderState.STANDBY : ProviderState.UNAVAILABLE;
                infos.add(new Info(each.provider.name(), each.ranking, state, answer));
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

    /** A slab was made; when this returns, every backend knows it, or will before it opens its first file. */
    void register(LeasePool.EngineSlab slab) {
        started.forEach(bound -> bound.slabs().register(slab));
    }

    /** No lease will come from a slab any more. */
    void forget(LeasePool.EngineSlab slab) {
        started.forEach(bound -> bound.slabs().forget(slab));
    }

    /** A backend runs: it is told of the slabs that are made from now on. */
    void started(Bound bound) {
        started.add(bound);
    }

    /** A backend is about to close. */
    void ended(Bound bound) {
        started.remove(bound);
        synchronized (lock) {
            lingering.remove(bound);
        }
    }
}
