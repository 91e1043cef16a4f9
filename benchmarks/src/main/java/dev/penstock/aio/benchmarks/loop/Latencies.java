package dev.penstock.aio.benchmarks.loop;

/** Takes how long requests took, from several threads at once. */
@FunctionalInterface
public interface Latencies {
    /** Takes the nanoseconds from before the start of a request until its end was seen. */
    void took(long ns);
}
