package dev.penstock.aio.benchmarks.compare;

/**
 * What was measured in one go.
 *
 * @param requests how many ended
 * @param nanos how long that took
 * @param cpu what the process used meanwhile
 * @param allocatedBytes what its threads allocated meanwhile; negative if nobody knows
 */
record Sample(long requests, long nanos, Cpu cpu, long allocatedBytes) {
    /** {@return requests per second} */
    double rate() {
        return requests * 1e9 / nanos;
    }

    double allocatedBytesPerRequest() {
        return (double) allocatedBytes / requests;
    }

    /** {@return the numbers in one line, from which {@link #parse} makes them} */
    String line() {
        return requests + " " + nanos + " " + cpu.userNs() + " " + cpu.systemNs() + " " + allocatedBytes;
    }

    static Sample parse(String line) {
        long[] numbers = Numbers.of(line);
        return new Sample(numbers[0], numbers[1], new Cpu(numbers[2], numbers[3]), numbers[4]);
    }
}
