package dev.penstock.aio.provider.nio;

import org.jspecify.annotations.Nullable;

/** The provider's configuration as values, from a container or by default. They may be out of bounds: see problem. */
record NioSettings(int threads, String threadPrefix, int idleSeconds, int window, int helpAfter) {
    /** Direct reads, which need many threads most, went no faster with 32, and took more processor time. */
    static final int THREADS = 16;

    static final String THREAD_PREFIX = "penstock-nio";
    static final int IDLE_SECONDS = 60;
    static final int WINDOW = 256;
    /** So many hand-overs, of 18 us each, cost about what a look for the descriptor does. */
    static final int HELP_AFTER = 16;

    static NioSettings byDefault() {
        return new NioSettings(THREADS, THREAD_PREFIX, IDLE_SECONDS, WINDOW, HELP_AFTER);
    }

    static NioSettings of(NioConfig config) {
        return new NioSettings(
                config.threads(), config.thread_prefix(), config.idle_seconds(), config.window(), config.help_after());
    }

    /** Returns what is wrong with the values, a short fact; {@code null} if nothing is. */
    @Nullable
    String problem() {
        if (threadPrefix.isEmpty() || threadPrefix.length() > 64) {
            return "thread.prefix=" + threadPrefix + ": must have 1 to 64 characters";
        }
        String problem = outside("threads", threads, 1, 256);
        problem = problem == null ? outside("idle.seconds", idleSeconds, 1, 86_400) : problem;
        problem = problem == null ? outside("window", window, 1, 4_096) : problem;
        return problem == null ? outside("help.after", helpAfter, 0, 1_000_000) : problem;
    }

    private static @Nullable String outside(String name, int value, int min, int max) {
        return value >= min && value <= max ? null : name + "=" + value + ": must be " + min + " to " + max;
    }
}
