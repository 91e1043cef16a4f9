package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The requests that will end in a completion queue, and the lanes they are on: what a taker can help with, and whom
 * he has to wake. Guarded by the queue's lock.
 */
final class ExpectedBlocks {
    /** Those that a taker may carry out himself, or with what they wait for. */
    private final BlockList blocks = new BlockList();
    /** The lanes that these requests are on, each once, in the first {@link #laneCount} places. */
    private @Nullable LaneDriver[] lanes = new LaneDriver[2];
    /** How many requests are on each of them, 1 or more. */
    private int[] counts = new int[2];

    private int laneCount;
    /** Takers that are parked; while there are any, every lane above is needed once. */
    private int parked;

    /**
     * Adds a request.
     *
     * @return the lane that was the only one until now, if it no longer is
     */
    @Nullable
    LaneDriver add(Block block, LaneDriver driver) {
        block.isExpected = true;
        if (driver.isForHelpers(block)) {
            blocks.add(block.expected);
        }
        int at = indexOf(driver);
        if (at >= 0) {
            counts[at]++;
            return null;
        }
        LaneDriver sole = sole();
        addLane(driver);
        return sole;
    }

    private int indexOf(@Nullable LaneDriver driver) {
        for (int i = 0; i < laneCount; i++) {
            if (lanes[i] == driver) {
                return i;
            }
        }
        return -1;
    }

    private void addLane(LaneDriver driver) {
        if (laneCount == lanes.length) {
            lanes = Arrays.copyOf(lanes, 2 * laneCount);
            counts = Arrays.copyOf(counts, 2 * laneCount);
        }
        lanes[laneCount] = driver;
        counts[laneCount++] = 1;
        if (parked > 0) {
            driver.need();
        }
    }

    /** Removes a request, which is still on the lane that it was added with. */
    void remove(Block block) {
        if (block.isExpected) {
            block.isExpected = false;
            if (block.expected.isIn(blocks)) {
                blocks.remove(block.expected);
            }
            int at = indexOf(block.driver);
            if (--counts[at] == 0) {
                removeLane(at);
            }
        }
    }

    private void removeLane(int at) {
        LaneDriver driver = lane(at);
        laneCount--;
        lanes[at] = lanes[laneCount];
        counts[at] = counts[laneCount];
        lanes[laneCount] = null;
        if (parked > 0) {
            driver.unneed();
        }
    }

    @Nullable
    LaneDriver sole() {
        return laneCount == 1 ? lanes[0] : null;
    }

    int laneCount() {
        return laneCount;
    }

    LaneDriver lane(int index) {
        return requireNonNull(lanes[index]);
    }

    void park() {
        if (parked++ == 0) {
            for (int i = 0; i < laneCount; i++) {
                lane(i).need();
            }
        }
    }

    void unpark() {
        if (--parked == 0) {
            for (int i = 0; i < laneCount; i++) {
                lane(i).unneed();
            }
        }
    }

    /** Returns a request that a taker might help with, the n-th oldest; null if there are fewer. */
    @Nullable
    Block candidate(int index) {
        if (index >= Helping.TRIES) {
            return null;
        }
        Block block = blocks.first();
        for (int i = 0; i < index && block != null; i++) {
            block = block.expected.next();
        }
        return block;
    }
}
