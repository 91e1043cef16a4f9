package dev.penstock.aio.benchmarks.loop;

import java.util.random.RandomGenerator;

/**
 * What is to be done: the same for every system.
 *
 * @param name short, without spaces
 * @param kind what a request is
 * @param blockBytes what a request moves
 * @param depth how many requests each thread has in flight; for a list, how many it has
 * @param direct whether the file is opened with O_DIRECT
 * @param threads how many submit
 */
public record Work(String name, Kind kind, int blockBytes, int depth, boolean direct, int threads) {
    /** What a request is. */
    public enum Kind {
        /** A read at a random block. */
        RANDOM_READ(100),
        /** A write at a random block. */
        RANDOM_WRITE(0),
        /** Of ten requests, about seven reads and three writes, at random blocks. */
        MIXED(70),
        /** A read of the next block. */
        SEQUENTIAL_READ(100),
        /** A write of the next block. */
        SEQUENTIAL_WRITE(0),
        /** A write at a random block and a sync of its data. */
        SYNCED_WRITE(0),
        /** A read that is started with many others in one list, which is waited for. */
        LIST(100);

        private final int readPercent;

        Kind(int readPercent) {
            this.readPercent = readPercent;
        }
    }

    /** Describes the work of one thread. */
    public Work(String name, Kind kind, int blockBytes, int depth, boolean direct) {
        this(name, kind, blockBytes, depth, direct, 1);
    }

    /** {@return of a hundred requests, how many read} */
    public int readPercent() {
        return kind.readPercent;
    }

    /** {@return whether the file is only read} */
    public boolean isRead() {
        return readPercent() == 100;
    }

    /** {@return whether the file is only written} */
    public boolean isWrite() {
        return readPercent() == 0;
    }

    /** {@return whether the next request is to write} */
    boolean nextWrites(RandomGenerator random) {
        return !isRead() && (isWrite() || random.nextInt(100) >= readPercent());
    }

    /** {@return whether blocks come at random} */
    public boolean isRandom() {
        return kind != Kind.SEQUENTIAL_READ && kind != Kind.SEQUENTIAL_WRITE;
    }

    /** {@return how many requests all threads have in flight} */
    public int inFlight() {
        return depth * threads;
    }
}
