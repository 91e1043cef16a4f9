package dev.penstock.aio.distribution.command;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long requests took from start to collection. Recording allocates nothing. For one thread. */
final class Latencies {
    private static final long LONGEST_NS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(LONGEST_NS, DIGITS);

    void record(long durationNs) {
        histogram.recordValue(Math.min(LONGEST_NS, Math.max(0, durationNs)));
    }

    /** Returns how many were recorded. */
    long count() {
        return histogram.getTotalCount();
    }

    /** Returns the latency that {@code percent} of the requests did not exceed, in milliseconds with three decimals. */
    String percentileMs(double percent) {
        return String.format(Locale.ROOT, "%.3f", histogram.getValueAtPercentile(percent) / 1e6);
    }
}
