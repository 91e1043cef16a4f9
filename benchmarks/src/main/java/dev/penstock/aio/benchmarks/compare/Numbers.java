package dev.penstock.aio.benchmarks.compare;

import java.util.stream.Stream;

/** Numbers in a line. */
final class Numbers {
    private Numbers() {}

    static long[] of(String line) {
        return Stream.of(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }
}
