package dev.penstock.aio.benchmarks.compare;

import org.HdrHistogram.Histogram;

/**
 * How long requests took, from before the start until the end was seen.
 *
 * @param p50Ns half of them took no longer
 * @param p99Ns of a hundred, one took longer
 * @param p999Ns of a thousand, one took longer
 */
record Percentiles(long p50Ns, long p99Ns, long p999Ns) {
    static Percentiles of(Histogram histogram) {
        return new Percentiles(
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9));
    }

    /** {@return the numbers in one line, from which {@link #parse} makes them} */
    String line() {
        return p50Ns + " " + p99Ns + " " + p999Ns;
    }

    static Percentiles parse(String line) {
        long[] numbers = Numbers.of(line);
        return new Percentiles(numbers[0], numbers[1], numbers[2]);
    }
}
