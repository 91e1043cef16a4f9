package dev.penstock.aio.benchmarks.loop;

import java.util.SplittableRandom;

/** Where the next block is. */
final class Offsets {
    private final SplittableRandom random = new SplittableRandom(1);
    private final boolean isRandom;
    private final int blockBytes;
    private final int blocks;
    private int last = -1;

    Offsets(Work work, long fileBytes) {
        this.isRandom = work.isRandom();
        this.blockBytes = work.blockBytes();
        this.blocks = Math.toIntExact(fileBytes / blockBytes);
    }

    long next() {
        last = isRandom ? random.nextInt(blocks) : (last + 1) % blocks;
        return (long) last * blockBytes;
    }
}
