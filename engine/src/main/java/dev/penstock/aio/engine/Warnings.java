package dev.penstock.aio.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of an instance. What may happen at every request, such as a callback that fails, is told at most once in
 * {@link #PAUSE_NS} for each fact, with how often it happened since it was told last.
 */
final class Warnings {
    static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

    private static final System.Logger LOG = System.getLogger("dev.penstock.aio");

    private final LongSupplier nanoTime;
    private final BiConsumer<String, @Nullable Throwable> log;
    /** By fact; there are few, for only names of providers and of verbs vary. */
    private final ConcurrentHashMap<String, Repeated> told = new ConcurrentHashMap<>();

    /** When a fact was told last, and how often it happened since. */
    private record Repeated(long atNs, long untold, boolean telling) {}

    Warnings() {
        this(System::nanoTime, (text, why) -> LOG.log(System.Logger.Level.WARNING, text, why));
    }

    /** With a clock and a log of a test. */
    Warnings(LongSupplier nanoTime, BiConsumer<String, @Nullable Throwable> log) {
        this.nanoTime = nanoTime;
        this.log = log;
    }

    /** Tells of what happens once. */
    void once(String fact) {
        tell(fact, null);
    }

    /** Tells of what happens once. */
    void once(String fact, Throwable why) {
        tell(fact, why);
    }

    /** Tells of what may happen again and again. */
    void repeated(String fact, Throwable why) {
        long now = nanoTime.getAsLong();
        long[] untold = {0};
        Repeated state = told.compute(fact, (key, before) -> {
            if (before != null && now - before.atNs < PAUSE_NS) {
                return new Repeated(before.atNs, before.untold + 1, false);
            }
            untold[0] = before == null ? 0 : before.untold;
            return new Repeated(now, 0, true);
        });
        if (state.telling) {
            tell(untold[0] == 0 ? fact : fact + " (and " + untold[0] + " times since the last such entry)", why);
        }
    }

    /** Whoever tells has something to do afterwards that must be done: a logger that fails is not his matter. */
    @SuppressWarnings("EmptyCatch") // there is nobody left to be told
    private void tell(String text, @Nullable Throwable why) {
        try {
            log.accept(text, why);
        } catch (Throwable e) {
            // Of a bundle that has stopped, for example.
        }
    }
}
