package dev.penstock.aio.benchmarks.compare;

/**
 * What was measured in one go.
 *
 * @param requests how many ended
 * @param nanos how long that took
 * @param allocatedBytes what the submitting thread allocated meanwhile; negative if nobody knows
 */
record Sample(long requests, long nanos, long allocatedBytes) {
    /** {@return requests per second} */
    double rate() {
        return requests * 1e9 / nanos;
    }

    double allocatedBytesPerRequest() {
        return (double) allocatedBytes / requests;
    }
}
