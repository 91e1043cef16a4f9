package dev.penstock.aio.provider.posix;

import org.jspecify.annotations.Nullable;

/** The provider's configuration as values, from a container or by default. They may be out of bounds: see problem. */
record PosixSettings(int window, int descriptors, int descriptorsDirect, int spareDescriptors, int pollUs) {
    static final int WINDOW = 64;
    static final int DESCRIPTORS = 1;
    static final int DESCRIPTORS_DIRECT = 16;
    static final int SPARE_DESCRIPTORS = 256;
    static final int POLL_US = 20;

    static PosixSettings byDefault() {
        return new PosixSettings(WINDOW, DESCRIPTORS, DESCRIPTORS_DIRECT, SPARE_DESCRIPTORS, POLL_US);
    }

    static PosixSettings of(PosixConfig config) {
        return new PosixSettings(
                config.window(),
                config.descriptors(),
                config.descriptors_direct(),
                config.descriptors_spare(),
                config.poll_us());
    }

    /** Returns what is wrong with the values, a short fact; {@code null} if nothing is. */
    @Nullable
    String problem() {
        String problem = outside("window", window, 1, 1_024);
        problem = problem == null ? outside("descriptors", descriptors, 1, 64) : problem;
        problem = problem == null ? outside("descriptors.direct", descriptorsDirect, 1, 64) : problem;
        problem = problem == null ? outside("descriptors.spare", spareDescriptors, 0, 65_536) : problem;
        return problem == null ? outside("poll.us", pollUs, 0, 1_000) : problem;
    }

    private static @Nullable String outside(String name, int value, int min, int max) {
        return value >= min && value <= max ? null : name + "=" + value + ": must be " + min + " to " + max;
    }
}
