package dev.penstock.aio.engine;

import org.jspecify.annotations.Nullable;

/**
 * Which block a token names. A slot's generation changes whenever it is freed, so that a stale or repeated completion
 * finds nothing. Guarded by the lane's lock.
 */
final class Slots {
    private final @Nullable Block[] blocks;
    private final int[] generations;
    private final int[] free;
    private int freeCount;

    Slots(int size) {
        blocks = new Block[size];
        generations = new int[size];
        free = new int[size];
        for (int slot = size - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
    }

    boolean hasFree() {
        return freeCount > 0;
    }

    int used() {
        return blocks.length - freeCount;
    }

    /** Puts a block into a free slot and returns its token. */
    long put(Block block) {
        int slot = free[--freeCount];
        blocks[slot] = block;
        return (long) generations[slot] << 32 | slot;
    }

    /** Whether a token names a block. */
    boolean holds(long token, Block block) {
        int slot = (int) token;
        return slot >= 0 && slot < blocks.length && blocks[slot] == block && generations[slot] == (int) (token >>> 32);
    }

    /** Frees the slot of a token; null if the token names nothing any more. */
    @Nullable
    Block take(long token) {
        int slot = (int) token;
        if (slot < 0 || slot >= blocks.length || generations[slot] != (int) (token >>> 32)) {
            return null;
        }
        Block block = blocks[slot];
        if (block != null) {
            blocks[slot] = null;
            generations[slot]++;
            free[freeCount++] = slot;
        }
        return block;
    }
}
