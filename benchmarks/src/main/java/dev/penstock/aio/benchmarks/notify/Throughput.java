package dev.penstock.aio.benchmarks.notify;

import dev.penstock.aio.benchmarks.loop.Loop;

/**
 * What was done in some time.
 *
 * @param count how much
 * @param nanos how long it took
 */
record Throughput(long count, long nanos) {
    /** Drives a loop for some time, and ends what is in flight; counts requests. */
    static Throughput of(Loop loop, long forNs) throws Exception {
        long sinceNs = System.nanoTime();
        long requests = 0;
        loop.fill();
        do {
            requests += loop.step();
        } while (System.nanoTime() - sinceNs < forNs);
        requests += loop.drain();
        return new Throughput(requests, System.nanoTime() - sinceNs);
    }

    double perSecond() {
        return count * 1e9 / nanos;
    }
}
