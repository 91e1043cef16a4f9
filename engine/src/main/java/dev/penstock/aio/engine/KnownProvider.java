package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Probe;
import org.jspecify.annotations.Nullable;

/** A provider that is there, what its probe said, and its backend once one was started. Guarded by the lock of {@link Backends}. */
final class KnownProvider {
    /** A provider that could not be started is tried again, but no sooner than this. */
    static final long RESTART_NS = 1_000_000_000;

    final AioProvider provider;
    private final Probe probe;
    /** When open files may move to it, by {@link System#nanoTime()}. */
    private final long settledNs;

    int ranking;
    /** What the last start said, if it failed, and when that was. */
    private @Nullable Probe failure;

    private long failedNs;
    private @Nullable Bound bound;

    KnownProvider(AioProvider provider, int ranking, Probe probe, long settledNs) {
        this.provider = provider;
        this.ranking = ranking;
        this.probe = probe;
        this.settledNs = settledNs;
    }

    @Nullable
    Bound bound() {
        return bound;
    }

    /** Whether it can serve, and else why not. */
    Probe answer() {
        String broken = bound == null ? null : bound.broken();
        if (broken != null) {
            return Probe.unavailable(broken, "");
        }
        return failure == null ? probe : failure;
    }

    /** Whether it should be tried, if need be by starting it once more. */
    boolean isWorthATry() {
        return answer().isAvailable()
                || (bound == null && probe.isAvailable() && System.nanoTime() - failedNs >= RESTART_NS);
    }

    /** Whether it has been there long enough for open files to come back to it. */
    boolean isSettled() {
        return System.nanoTime() - settledNs >= 0;
    }

    /**
     * Returns its backend, which is started if it is not.
     *
     * @return null if it cannot be started, or broke in its start
     */
    @Nullable
    Bound start(Engine engine) {
        try {
            Bound started = bound;
            if (started == null) {
                started = new Bound(engine, provider, probe.capabilities());
                bound = started;
                failure = null;
            }
            return started.broken() == null ? started : null;
        } catch (AioException | RuntimeException | Error e) {
            failure = Probe.unavailable("it could not be started: " + e, "");
            failedNs = System.nanoTime();
            return null;
        }
    }
}
