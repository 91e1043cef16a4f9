package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import org.jspecify.annotations.Nullable;

/**
 * A wait for any of some blocks (aio_suspend), and the entries of a list that one call starts (lio_listio), whose wait ends with
 * its {@link ListOperation}. It remembers each block's request by number, so that one collected and started again meanwhile
 * counts as done. Used again and again; one thread at a time.
 */
final class BlockWait implements Awaited {
    private static final @Nullable Block[] NONE = {};

    private @Nullable Block[] blocks = NONE;
    private long[] numbers = {};
    private int count;
    /** What comes before it has ended. */
    private int pending;
    /** The lanes asked to be driven by {@link #need}; as many as blocks, for a block may change lanes meanwhile. */
    private @Nullable LaneDriver[] needed = {};

    /** Fills it with the blocks that are not null. */
    BlockWait of(Consumer consumer, @Nullable ControlBlock[] of) {
        upTo(of.length);
        for (ControlBlock each : of) {
            if (each != null) {
                add(consumer.own(each));
            }
        }
        return this;
    }

    /** Fills it with one request of a block, which may serve another by now. */
    BlockWait of(Block block, long number) {
        upTo(1);
        add(block, number);
        return this;
    }

    /** Empties it, with room for so many. */
    void upTo(int max) {
        if (blocks.length < max) {
            @Nullable Block[] newBlocks = new Block[max];
            long[] newNumbers = new long[max];
            needed = new LaneDriver[max];
            numbers = newNumbers;
            blocks = newBlocks;
        }
        count = 0;
        pending = 0;
    }

    /** Adds a block that was claimed, with the request of its that is about to begin. */
    void addNext(Block block) {
        add(block, block.sequence() + 1);
    }

    private void add(Block block) {
        add(block, block.sequence());
    }

    private void add(Block block, long number) {
        blocks[count] = block;
        numbers[count] = number;
        count++;
    }

    /** Whether a request that was {@linkplain #addNext about to begin} has begun. */
    boolean hasBegun(int index) {
        return block(index).sequence() >= numbers[index];
    }

    int count() {
        return count;
    }

    Block block(int index) {
        return requireNonNull(blocks[index]);
    }

    /** Checks that there is something to wait for. */
    void requireStarted() throws AioException {
        if (count == 0) {
            throw new AioException("suspend", Errno.EINVAL, "there is no block to wait for");
        }
        for (int i = 0; i < count; i++) {
            if (numbers[i] == 0) {
                throw new AioException("suspend " + blocks[i], Errno.EINVAL, "the block was never started");
            }
        }
    }

    /** Lets go of the blocks. */
    void clear() {
        java.util.Arrays.fill(blocks, 0, count, null);
        count = 0;
    }

    @Override
    public boolean isMet() {
        for (int i = 0; i < count; i++) {
            if (block(i).hasEnded(numbers[i])) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void enlist(Thread thread) {
        for (int i = 0; i < count; i++) {
            block(i).enlist(thread);
        }
    }

    @Override
    public void delist(Thread thread) {
        for (int i = 0; i < count; i++) {
            block(i).delist(thread);
        }
    }

    /** Returns the first that has not ended, so that a long wait does not look at all it has been through each time. */
    private int pending() {
        while (pending < count && block(pending).hasEnded(numbers[pending])) {
            pending++;
        }
        return pending;
    }

    @Override
    public boolean help() {
        int waiting = count;
        for (int i = pending(); i < count; i++) {
            if (Helping.help(block(i), numbers[i])) {
                return true;
            }
            if (waiting == count && Helping.mayWaitForOthers(block(i))) {
                waiting = i;
            }
        }
        return waiting < count && Helping.helpBefore(block(waiting), numbers[waiting]);
    }

    @Override
    public void flush() {
        LaneDriver last = null;
        for (int i = 0; i < count; i++) {
            LaneDriver driver = block(i).driver;
            if (driver != null && driver != last) {
                driver.flush();
                last = driver;
            }
        }
    }

    @Override
    public void glance() {
        LaneDriver last = null;
        for (int i = 0; i < count; i++) {
            LaneDriver driver = block(i).driver;
            if (driver != null && driver != last) {
                driver.glance();
                last = driver;
            }
        }
    }

    @Override
    public @Nullable LaneDriver soleLane() {
        LaneDriver sole = null;
        for (int i = pending(); i < count; i++) {
            Block block = block(i);
            if (!Life.isPending(block.word())) {
                // The lane of its former life, if any, has nothing more to do with the wait.
                continue;
            }
            LaneDriver driver = block.driver;
            if (driver == null || !driver.isCollected() || (sole != null && sole != driver)) {
                return null;
            }
            sole = driver;
        }
        return sole;
    }

    @Override
    public void need() {
        for (int i = 0; i < count; i++) {
            LaneDriver driver = block(i).driver;
            needed[i] = driver;
            if (driver != null) {
                driver.need();
            }
        }
    }

    @Override
    public void unneed() {
        for (int i = 0; i < count; i++) {
            LaneDriver driver = needed[i];
            needed[i] = null;
            if (driver != null) {
                driver.unneed();
            }
        }
    }
}
