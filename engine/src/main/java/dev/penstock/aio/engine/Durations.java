package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** Durations as nanoseconds; those that do not fit wait without limit. */
final class Durations {
    private Durations() {}

    static long nanos(Duration timeout) {
        requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.isZero()) {
            return 0;
        }
        try {
            return timeout.toNanos();
        } catch (ArithmeticException tooLong) {
            return Waiting.FOREVER;
        }
    }
}
