package dev.penstock.aio.engine;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The requests that will end in a completion queue, and the lanes they are on: what a taker can help with, and whom
 * he has to wake. Guarded by the queue's lock.
 */
final class ExpectedBlocks {
    /** So many of the oldest are tried when a taker helps; those before them run already. */
    private static final int HELP_TRIES = 8;

    private final BlockList blocks = new BlockList();
    /** Every lane that a request went to since the list was last empty. */
    private final ArrayList<LaneDriver> lanes = new ArrayList<>(2);
    /** Takers that are parked; while there are any, every lane above is needed once. */
    private int parked;

    /**
     * Adds a request.
     *
     * @return the lane that was the only one until now, if it no longer is
     */
    @Nullable
    LaneDriver add(Block block, LaneDriver driver) {
        if (blocks.isEmpty() && parked == 0) {
            lanes.clear();
        }
        blocks.add(block.expected);
        if (lanes.contains(driver)) {
            return null;
        }
        LaneDriver sole = sole();
        lanes.add(driver);
        if (parked > 0) {
            driver.need();
        }
        return sole;
    }

    void remove(Block block) {
        if (block.expected.isIn(blocks)) {
            blocks.remove(block.expected);
        }
    }

    @Nullable
    LaneDriver sole() {
        return lanes.size() == 1 ? lanes.get(0) : null;
    }

    int laneCount() {
        return lanes.size();
    }

    LaneDriver lane(int index) {
        return lanes.get(index);
    }

    void park() {
        if (parked++ == 0) {
            lanes.forEach(LaneDriver::need);
        }
    }

    void unpark() {
        if (--parked == 0) {
            lanes.forEach(LaneDriver::unneed);
        }
    }

    /** Returns a request in flight that a taker might help with, the n-th oldest; null if there are fewer. */
    @Nullable
    Block candidate(int index) {
        if (index >= HELP_TRIES) {
            return null;
        }
        Block block = blocks.first();
        for (int i = 0; i < index && block != null; i++) {
            block = block.expected.next();
        }
        return block;
    }
}
