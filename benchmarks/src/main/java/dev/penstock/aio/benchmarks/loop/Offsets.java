package dev.penstock.aio.benchmarks.loop;

import java.util.SplittableRandom;

/** Where the next block is. */
final class Offsets {
    private final SplittableRandom random;
    private final boolean isRandom;
    private final int blockBytes;
    private final int blocks;
    private int last = -1;

    /**
     * Begins anew.
     *
     * @param thread another one has other blocks
     */
    Offsets(Work work, long fileBytes, int thread) {
        this.random = new SplittableRandom(1 + thread);
        this.isRandom = work.isRandom();
        this.blockBytes = work.blockBytes();
        this.blocks = Math.toIntExact(fileBytes / blockBytes);
    }

    long next() {
        last = isRandom ? random.nextInt(blocks) : (last + 1) % blocks;
        return (long) last * blockBytes;
    }
}
