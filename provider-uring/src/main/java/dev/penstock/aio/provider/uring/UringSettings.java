package dev.penstock.aio.provider.uring;

import org.jspecify.annotations.Nullable;

/**
 * The provider's configuration as values, from a container or by default. They may be out of bounds: see problem.
 *
 * @param completions for how many there is room in a ring
 */
record UringSettings(int lanes, int window, int entries, int completions, boolean registeredBuffers) {
    static final int LANES = 0;
    static final int WINDOW = 256;
    static final int ENTRIES = 256;
    static final boolean REGISTERED_BUFFERS = true;

    /** A completion always finds room, with some of nobody beside. */
    UringSettings(int lanes, int window, int entries, boolean registeredBuffers) {
        this(lanes, window, entries, 2 * Math.max(window, entries), registeredBuffers);
    }

    static UringSettings byDefault() {
        return new UringSettings(LANES, WINDOW, ENTRIES, REGISTERED_BUFFERS);
    }

    static UringSettings of(UringConfig config) {
        return new UringSettings(config.lanes(), config.window(), config.entries(), config.buffers_registered());
    }

    /** Returns what is wrong with the values, a short fact; {@code null} if nothing is. */
    @Nullable
    String problem() {
        String problem = lanes == 0 ? null : powerOutside("lanes", lanes, 64);
        problem = problem == null && (window < 1 || window > 4_096)
                ? "window=" + window + ": must be 1 to 4096"
                : problem;
        return problem == null ? powerOutside("entries", entries, 4_096) : problem;
    }

    private static @Nullable String powerOutside(String name, int value, int max) {
        boolean within = value >= 1 && value <= max && Integer.bitCount(value) == 1;
        return within ? null : name + "=" + value + ": must be a power of two, 1 to " + max;
    }

    /** Returns how many rings there are with some number of processors. */
    int rings(int processors) {
        return lanes > 0 ? lanes : Integer.highestOneBit(Math.max(4, Math.min(8, 2 * processors)));
    }
}
