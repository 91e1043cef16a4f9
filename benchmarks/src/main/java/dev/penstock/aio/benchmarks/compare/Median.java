package dev.penstock.aio.benchmarks.compare;

import java.util.stream.DoubleStream;

/**
 * The median of some numbers, and how far they lie apart.
 *
 * @param value the median
 * @param min the smallest
 * @param max the largest
 */
record Median(double value, double min, double max) {
    static final Median UNKNOWN = new Median(Double.NaN, Double.NaN, Double.NaN);

    static Median of(DoubleStream numbers) {
        double[] sorted = numbers.sorted().toArray();
        int last = sorted.length - 1;
        return new Median((sorted[last / 2] + sorted[(last + 1) / 2]) / 2, sorted[0], sorted[last]);
    }
}
