package dev.penstock.aio.engine;

import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for room in a lane's window, by priority with ageing: the one with the smallest
 * {@code ticket + AGEING * level} goes first, so a request that is lowered by one level is overtaken by at most
 * {@link #AGEING} later ones, and none starves. Keys never change, so there is one first-in-first-out list for each
 * level and only their heads are compared. Guarded by the lane's lock.
 */
final class WaitingQueue {
    /** How many later requests may overtake for each level of priority. */
    static final int AGEING = 64;
    /** So many levels fit into the mask. */
    static final int LEVELS_MAX = 64;

    private final BlockList[] levels;
    private long tickets;
    /** Bit n is set while level n holds something. */
    private long occupied;

    private int size;

    WaitingQueue(int levelCount) {
        levels = new BlockList[levelCount];
        for (int level = 0; level < levelCount; level++) {
            levels[level] = new BlockList();
        }
    }

    int size() {
        return size;
    }

    void add(Block block) {
        int level = block.flight.level();
        block.ticket = tickets++;
        levels[level].add(block.queued);
        occupied |= 1L << level;
        size++;
    }

    boolean contains(Block block) {
        return block.queued.isIn(levels[block.flight.level()]);
    }

    void remove(Block block) {
        int level = block.flight.level();
        levels[level].remove(block.queued);
        removed(level);
    }

    @Nullable
    Block poll() {
        int best = -1;
        long bestKey = Long.MAX_VALUE;
        for (long rest = occupied; rest != 0; rest &= rest - 1) {
            int level = Long.numberOfTrailingZeros(rest);
            Block head = levels[level].first();
            long key = (head == null ? 0 : head.ticket) + (long) AGEING * level;
            if (key < bestKey) {
                best = level;
                bestKey = key;
            }
        }
        if (best < 0) {
            return null;
        }
        Block block = levels[best].poll();
        removed(best);
        return block;
    }

    private void removed(int level) {
        size--;
        if (levels[level].isEmpty()) {
            occupied &= ~(1L << level);
        }
    }
}
