package dev.penstock.aio.benchmarks.loop;

import java.util.random.RandomGenerator;

/**
 * What is to be done: the same for every system.
 *
 * @param name short, without spaces
 * @param kind what a request is
 * @param blockBytes what a request moves
 * @param depth how many requests are in flight; for a list, how many it has
 * @param direct whether the file is opened with O_DIRECT
 */
public record Work(String name, Kind kind, int blockBytes, int depth, boolean direct) {
    private static final int MIXED_READS = 70;

    /** What a request is. */
    public enum Kind {
        /** A read at a random block. */
        RANDOM_READ(true),
        /** A write at a random block. */
        RANDOM_WRITE(false),
        /** A read of the next block. */
        SEQUENTIAL_READ(true),
        /** A write of the next block. */
        SEQUENTIAL_WRITE(false),
        /** A read or a write at a random block, 70 of 100 are reads. */
        MIXED(false),
        /** A write at a random block and a sync of its data. */
        SYNCED_WRITE(false),
        /** A read that is started with many others in one list, which is waited for. */
        LIST(true);

        private final boolean reads;

        Kind(boolean reads) {
            this.reads = reads;
        }
    }

    /** {@return whether the file is only read} */
    public boolean isRead() {
        return kind.reads;
    }

    /** {@return whether the next request is to write} */
    boolean nextWrites(RandomGenerator random) {
        return kind == Kind.MIXED ? random.nextInt(100) >= MIXED_READS : !kind.reads;
    }

    /** {@return whether blocks come at random} */
    public boolean isRandom() {
        return kind != Kind.SEQUENTIAL_READ && kind != Kind.SEQUENTIAL_WRITE;
    }
}
