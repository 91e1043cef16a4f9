package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.ProviderSwitch.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The providers that an instance knows, best first, and the backends it has started of them. New files go to the best
 * one that is available; {@link Mover} brings open files after.
 */
final class Backends {
    private final Engine engine;
    private final Object lock = new Object();
    /** Best first; guarded by {@link #lock}. */
    private final List<KnownProvider> known = new ArrayList<>();
    /** Names of providers that left: when they come back they have to settle. Guarded by {@link #lock}. */
    private final Set<String> gone = new HashSet<>();
    /** Backends that could not end when their providers left, tried once more at the end; guarded by {@link #lock}. */
    private final List<Bound> lingering = new ArrayList<>();
    /** The best one when it was told last; guarded by {@link #lock}. */
    private String chosen = "";
    /** Where files are while there is no provider; guarded by {@link #lock}. */
    private @Nullable Bound none;
    /** Every backend that runs. Without the lock, for it is held while a provider starts. */
    private final List<Bound> started = new CopyOnWriteArrayList<>();
    /** Counts the changes. */
    private final AtomicInteger generation = new AtomicInteger();

    Backends(Engine engine) {
        this.engine = engine;
    }

    // ---- coming and going

    void add(AioProvider provider, int ranking) {
        Probe probe = probe(provider);
        long settleNs;
        synchronized (lock) {
            settleNs = gone.contains(provider.name()) ? engine.config().swapSettleNs() : 0;
            known.add(new KnownProvider(provider, ranking, probe, System.nanoTime() + settleNs));
            sort();
        }
        engine.mover().reconsider(Cause.ARRIVED, provider.name(), settleNs);
    }

    private void sort() {
        known.sort(Comparator.comparingInt((KnownProvider each) -> each.ranking).reversed());
        generation.incrementAndGet();
    }

    /** A provider's ranking changed. */
    void rank(AioProvider provider, int ranking) {
        synchronized (lock) {
            known.stream().filter(each -> each.provider == provider).forEach(each -> each.ranking = ranking);
            sort();
        }
        engine.mover().reconsider(Cause.RANKED, provider.name(), 0);
    }

    /** A backend can no longer work. */
    void broken(Bound bound) {
        generation.incrementAndGet();
        // Not here: whoever reports it may hold any lock, and others may wait for him while they hold ours.
        engine.mover().open(() -> engine.mover().reconsider(Cause.BROKEN, bound.name(), 0));
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

    /**
     * A provider leaves: its files move to others. Returns when the kernel has finished with what they had in flight, or
     * the time for it is over.
     */
    void remove(AioProvider provider) {
        Bound bound = null;
        synchronized (lock) {
            for (KnownProvider each : List.copyOf(known)) {
                if (each.provider == provider) {
                    known.remove(each);
                    bound = each.bound();
                }
            }
            gone.add(provider.name());
            if (bound != null) {
                // An end of the instance that comes meanwhile must know of it.
                lingering.add(bound);
            }
            generation.incrementAndGet();
        }
        if (bound == null) {
            engine.mover().reconsider(Cause.LEFT, provider.name(), 0);
        } else {
            bound.retire(System.nanoTime() + engine.config().closeTimeoutNs());
        }
    }

    /** Every provider leaves. */
    void closeAll(long deadline) {
        List<Bound> all = new ArrayList<>();
        synchronized (lock) {
            for (KnownProvider each : known) {
                Bound bound = each.bound();
                if (bound != null) {
                    all.add(bound);
                }
            }
            known.clear();
            all.addAll(lingering);
            lingering.clear();
            if (none != null) {
                all.add(none);
            }
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

    /** Something changed that makes a difference to moves under way. */
    void changed() {
        generation.incrementAndGet();
    }

    /** How often something changed. */
    int generation() {
        return generation.get();
    }

    /** Whether there is a provider that files can be opened with. */
    boolean isUsable() {
        synchronized (lock) {
            return best() != null;
        }
    }

    private @Nullable KnownProvider best() {
        for (KnownProvider each : known) {
            if (each.answer().isAvailable()) {
                return each;
            }
        }
        return null;
    }

    private Bound active() throws AioException {
        synchronized (lock) {
            for (KnownProvider each : known) {
                Bound bound = each.isWorthATry() ? start(each) : null;
                if (bound != null) {
                    return bound;
                }
            }
            throw new AioException(
                    "use of instance " + engine.name(), Errno.ENXIO, "no provider is available: " + infos());
        }
    }

    private @Nullable Bound start(KnownProvider each) {
        boolean wasUsable = each.answer().isAvailable();
        Bound bound = each.start(engine);
        if (wasUsable != (bound != null)) {
            changed();
            engine.mover().reconsider(bound == null ? Cause.BROKEN : Cause.ARRIVED, each.provider.name(), 0);
        }
        return bound;
    }

    /**
     * Returns the backend that a file should move to.
     *
     * @param from where it is
     * @param tried to which it could not
     * @return the best one that is better than where it is, if it can stay there, else the best one; null if there is none
     */
    @Nullable
    Bound candidate(Bound from, Set<Bound> tried) {
        boolean mayStay = from.isServing();
        synchronized (lock) {
            for (KnownProvider each : known) {
                if (each.bound() == from && mayStay) {
                    return null;
                }
                boolean ready = each.isWorthATry() && (!mayStay || each.isSettled());
                Bound bound = ready && each.bound() != from ? start(each) : null;
                if (bound != null && !tried.contains(bound)) {
                    return bound;
                }
            }
            return null;
        }
    }

    /** Returns where files are while there is no provider; null if there is one. */
    @Nullable
    Bound noneIfUnusable() throws AioException {
        synchronized (lock) {
            if (best() != null) {
                return null;
            }
            if (none == null) {
                none = new Bound(engine, new NoProvider(), EnumSet.noneOf(Capability.class));
            }
            return none;
        }
    }

    /** Whether a file that is at a backend need not move. */
    boolean isBest(Bound at) {
        if (!at.isServing()) {
            return false;
        }
        synchronized (lock) {
            for (KnownProvider each : known) {
                if (each.bound() == at) {
                    return true;
                }
                if (each.isWorthATry() && each.isSettled()) {
                    return false;
                }
            }
            return true;
        }
    }

    OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
        for (; ; ) {
            int before = generation();
            Bound bound = active();
            Set<Capability> missing = bound.missing(spec);
            if (!missing.isEmpty()) {
                throw spec.refusal(Errno.EOPNOTSUPP, "provider " + bound.name() + " cannot do " + missing);
            }
            OpenFile file = bound.open(consumer, spec);
            if (file != null) {
                consumer.opened(file);
                engine.mover().opened(file, before);
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
            KnownProvider best = best();
            List<ProviderInfo> infos = new ArrayList<>();
            for (KnownProvider each : known) {
                Probe answer = each.answer();
                ProviderState state = each == best
                        ? ProviderState.ACTIVE
                        : answer.isAvailable() ? ProviderState.STANDBY : ProviderState.UNAVAILABLE;
                infos.add(new Info(each.provider.name(), each.ranking, state, answer));
            }
            return List.copyOf(infos);
        }
    }

    /**
     * What new files are opened with at one moment.
     *
     * @param usable the names of those that can be used, best first
     * @param isNew whether the first is another one than when this was asked last
     */
    record Choice(List<String> usable, boolean isNew) {}

    /** Returns what new files are opened with now, though nothing has changed. */
    Choice presentChoice() {
        return new Choice(usable(), false);
    }

    private List<String> usable() {
        synchronized (lock) {
            return known.stream()
                    .filter(each -> each.answer().isAvailable())
                    .map(each -> each.provider.name())
                    .toList();
        }
    }

    /** Something has changed: returns what new files are opened with now. */
    Choice choice() {
        synchronized (lock) {
            List<String> usable = usable();
            String first = usable.isEmpty() ? "" : usable.get(0);
            boolean isNew = !first.equals(chosen);
            chosen = first;
            return new Choice(usable, isNew);
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
