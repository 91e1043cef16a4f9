package dev.penstock.aio.benchmarks.loop;

import java.nio.ByteBuffer;

/**
 * What a block of a file holds: the offset of the block in each of its 8 bytes, the low byte first. That is fio's
 * verify_pattern=%o, so fio can check its reads by it. A block of less than 8 bytes holds the low ones.
 */
final class Pattern {
    private Pattern() {}

    /**
     * Fills blocks.
     *
     * @param blocks from 0 to its capacity
     * @param offset of the first block in the file
     * @param blockBytes size of a block
     */
    static void fill(ByteBuffer blocks, long offset, int blockBytes) {
        for (int block = 0; block < blocks.capacity(); block += blockBytes) {
            int i = 0;
            for (; i + Long.BYTES <= blockBytes; i += Long.BYTES) {
                blocks.putLong(block + i, Long.reverseBytes(offset + block));
            }
            for (; i < blockBytes; i++) {
                blocks.put(block + i, at(i, offset + block));
            }
        }
    }

    /** Whether a block, from 0 to the capacity of a buffer, is the one of an offset. */
    static boolean holds(ByteBuffer block, long offset) {
        for (int i = 0; i < block.capacity(); i++) {
            if (block.get(i) != at(i, offset)) {
                return false;
            }
        }
        return true;
    }

    private static byte at(int index, long offset) {
        return (byte) (offset >>> 8 * (index % Long.BYTES));
    }
}
