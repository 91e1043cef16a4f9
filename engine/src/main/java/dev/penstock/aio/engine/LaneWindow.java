package dev.penstock.aio.engine;

import dev.penstock.aio.spi.Lane;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has, and what waits for room in it. At most {@code size} transfers are in the lane at a time; the rest
 * waits here by priority.
 *
 * <p>A file's lock may be held when a method is called. No lock of a file is taken while the lane's is held.
 */
final class LaneWindow {
    /** No slot has this number. */
    static final long NO_TOKEN = -1;

    /** Guarded by {@link #lock}. */
    private Lane lane;

    private final Slots slots;
    private final BriefLock lock = new BriefLock();
    /** Guarded by {@link #lock}. */
    private final WaitingQueue waiting;
    /**
     * To be staged before all others: the rest of a full transfer, repeats, and what came back from another lane. Guarded
     * by {@link #lock}.
     */
    private final BlockList urgent = new BlockList();
    /** Blocks in {@link #waiting} and {@link #urgent}; written under {@link #lock}, read by anybody. */
    private volatile int waitingCount;
    /** Blocks in the lane; written under {@link #lock}, read by anybody. */
    private final AtomicInteger inFlight = new AtomicInteger();
    /** Staged since the last flush; too many where the lane left only some staged, or somebody flushed meanwhile. */
    private final AtomicInteger staged = new AtomicInteger();
    /** Whether the keeper has to flush, since what was staged last for it to start. */
    private final AtomicBoolean stagedForKeeper = new AtomicBoolean();
    /** Whether the keeper has to come by, for a flush may leave to helpers what is staged. */
    private final AtomicBoolean leftToHelpers = new AtomicBoolean();
    /** How often something was staged that is for helpers; written under {@link #lock}, read by anybody. */
    private final AtomicInteger stagedForHelpers = new AtomicInteger();

    /** Told, inside the locks, that the lane threw instead of taking a transfer. */
    interface Refused {
        /** The token is still in flight. */
        void refused(long token, Throwable why);
    }

    private final Refused refused;

    LaneWindow(Lane lane, int size, int levels, Refused refused) {
        this.lane = lane;
        this.slots = new Slots(size);
        this.waiting = new WaitingQueue(levels);
        this.refused = refused;
    }

    /**
     * Hands an accepted block to the lane, or lets it wait for room. The caller holds the file's lock.
     *
     * @return whether it is in flight now
     */
    boolean offer(Block block) {
        lock.lock();
        try {
            if (slots.hasFree() && waitingCount == 0) {
                boolean inFlight = block.handOver();
                if (inFlight) {
                    order(block).leaves(block);
                    stage(block);
                }
                return inFlight;
            }
            order(block).waits(block);
            waiting.add(block);
            count();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Lets an accepted block wait for room, even if there is some. The caller holds the file's lock. */
    void enqueue(Block block) {
        lock.lock();
        try {
            if (block.undispatched) {
                waiting.add(block);
            } else {
                urgent.add(block.queued);
            }
            count();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes out a block that waits. The caller holds the file's lock.
     *
     * @return false if it does not
     */
    boolean withdraw(Block block) {
        lock.lock();
        try {
            if (waiting.contains(block)) {
                waiting.remove(block);
            } else if (block.queued.isIn(urgent)) {
                urgent.remove(block.queued);
            } else {
                return false;
            }
            count();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets a transfer of a request that is in flight be staged once more, before all others. */
    void again(Block block) {
        lock.lock();
        try {
            urgent.add(block.queued);
            count();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stages the next block that waits, if there is room. Its file is told, outside the lock, if it asks for that.
     *
     * @return whether one was staged
     */
    boolean stageNext() {
        if (waitingCount == 0) {
            return false;
        }
        Block block;
        FileOrder order;
        long place;
        boolean tell;
        lock.lock();
        try {
            block = slots.hasFree() ? poll() : null;
            if (block == null) {
                count();
                return false;
            }
            // Read before it is staged: from then on its request may end, and the block be used again.
            order = order(block);
            place = block.place;
            tell = order.leaves(block);
            stage(block);
        } finally {
            lock.unlock();
        }
        if (tell) {
            order.dispatched(block, place);
        }
        return true;
    }

    private static FileOrder order(Block block) {
        return block.flight.target().order();
    }

    private @Nullable Block poll() {
        for (; ; ) {
            Block next = urgent.poll();
            if (next == null) {
                next = waiting.poll();
            }
            // Most of the urgent are in flight as they are. One that is being canceled is neither.
            if (next == null || Life.isInFlight(next.word()) || next.handOver()) {
                return next;
            }
        }
    }

    private void stage(Block block) {
        long token = slots.put(block);
        block.token = token;
        count();
        block.flight.arm();
        boolean forHelpers = false;
        try {
            forHelpers = lane.isForHelpers(block.flight);
            lane.stage(token, block.flight);
        } catch (Throwable e) {
            refused.refused(token, e);
        }
        // Counted afterwards, or a flush that comes between would forget a transfer that is not staged yet. With a full
        // fence: from here on the submitter looks for who parks.
        if (!forHelpers && block.flight.needsKeeper()) {
            stagedForKeeper.set(true);
        }
        if (forHelpers) {
            // Before the fence, for who blocks.
            stagedForHelpers.setRelease(stagedForHelpers.getPlain() + 1);
        }
        staged.incrementAndGet();
        // Behind the fence: if the keeper has yet to take this back, he will see what is staged.
        if (forHelpers && !leftToHelpers.get()) {
            leftToHelpers.set(true);
        }
    }

    private void count() {
        // A volatile write is a fence. Mostly nothing waits, and what is in flight needs none: who shows himself before
        // he looks at it meets the one that follows in stage.
        int nowWaiting = waiting.size() + urgent.size();
        if (waitingCount != nowWaiting) {
            waitingCount = nowWaiting;
        }
        inFlight.setRelease(slots.used());
    }

    /** Takes a finished transfer's block out of the lane; null if the token names nothing any more. */
    @Nullable
    Block take(long token) {
        lock.lock();
        try {
            Block block = slots.take(token);
            count();
            return block;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the token by which the lane knows a block's request, or {@link #NO_TOKEN} if it does not have that one. */
    long tokenOf(Block block, long number) {
        lock.lock();
        try {
            long token = block.token;
            return slots.holds(token, block) && Life.number(block.word()) == number ? token : NO_TOKEN;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nobody is inside the lane's stage. Nothing is outstanding, so nobody will be. */
    void awaitStager() {
        lock.lock();
        lock.unlock();
    }

    /** Lets go of the lane, to which nothing is offered any more. */
    void forget(Lane nothing) {
        lock.lock();
        lane = nothing;
        lock.unlock();
    }

    /** How many are staged and not flushed, or more. */
    int staged() {
        return staged.get();
    }

    /** Whether something is staged that only the keeper's flush starts. */
    boolean isStagedForKeeper() {
        return stagedForKeeper.get();
    }

    /** Whether the keeper has not come by since something was staged that a flush leaves to helpers, or left it there. */
    boolean isLeftToHelpers() {
        return leftToHelpers.get();
    }

    /** How often something was staged that is for helpers; wraps. */
    int stagedForHelpers() {
        return stagedForHelpers.get();
    }

    /** Whether there is anything that the keeper's flush would start. */
    boolean hasStaged() {
        return staged.get() > 0 || stagedForKeeper.get() || leftToHelpers.get();
    }

    /** Forgets what is staged, because it is being flushed; false if there is nothing. */
    boolean flushing() {
        return staged.get() > 0 && staged.getAndSet(0) > 0;
    }

    /** Forgets also what only the keeper's flush starts; returns how many were forgotten, -1 if there is nothing at all. */
    int flushingByKeeper() {
        boolean forKeeper = takeBack(stagedForKeeper);
        boolean left = takeBack(leftToHelpers);
        int count = staged.get() > 0 ? staged.getAndSet(0) : 0;
        return count > 0 || forKeeper || left ? count : -1;
    }

    private static boolean takeBack(AtomicBoolean flag) {
        return flag.get() && flag.getAndSet(false);
    }

    /** A flush failed: what was staged may still be. */
    void notFlushed() {
        stagedForKeeper.set(true);
    }

    /**
     * The lane left some of what the keeper flushed staged, on purpose: he comes by again.
     *
     * @param count how many were forgotten; some may have been started since
     */
    void leftStaged(int count) {
        staged.addAndGet(Math.max(1, count));
        leftToHelpers.set(true);
    }

    int inFlight() {
        return inFlight.get();
    }
}
