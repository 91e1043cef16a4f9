package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.BackendFile;
import java.util.List;

/**
 * Where one file's transfers go: the backend and the descriptor that it has now. While the file moves to another
 * backend, they go nowhere and are held here.
 *
 * <pre>
 *   serving -> holding   {@link #hold}: what waits for room in a lane comes back; what a lane has is {@link #awaited}
 *   holding -> drained   {@link #awaited} falls to 0: each of them ended, or came back undone
 *   drained -> holding   {@link #await}: the transfer of a sync, which the old backend is to carry out
 *   drained -> drained   {@link #settle}: another backend, another descriptor; every block is of its lanes now
 *   holding -> serving   {@link #serve}: what is held goes to the lanes
 * </pre>
 *
 * <p>Guarded by the lock of {@link FileOrder}, but for what is volatile, which is written under it.
 */
final class FileHome {
    private final OpenFile file;
    private volatile Bound bound;
    private volatile BackendFile descriptor;
    private volatile boolean holding;
    /** Blocks in state QUEUED that go to a lane as soon as there is one. */
    private final BlockList held = new BlockList();
    /** How many transfers the lanes still have. */
    private int awaited;
    /** Written since the last sync that succeeded began: an error of the write-back would be told to this descriptor. */
    private boolean dirty;
    /** How many want the lanes driven, whoever waits for what. */
    private int drivers;
    /** Since when transfers are held, by {@link System#nanoTime()}. */
    private long heldSinceNs;

    private final FileLanes lanes = new FileLanes();

    FileHome(OpenFile file, Bound bound, BackendFile descriptor) {
        this.file = file;
        this.bound = bound;
        this.descriptor = descriptor;
    }

    /** The backend; any thread. */
    Bound bound() {
        return bound;
    }

    /** The descriptor; any thread. */
    BackendFile descriptor() {
        return descriptor;
    }

    /** Whether transfers are held; any thread, as a first look. */
    boolean isHolding() {
        return holding;
    }

    FileLanes lanes() {
        return lanes;
    }

    // ---- transfers

    /** Sees to it that a block that is about to be accepted is of a lane of the present backend. */
    void admit(Block block) {
        if (requireNonNull(block.driver).backend != bound) {
            rebind(block);
        }
    }

    /**
     * Hands a block to its lane, or holds it.
     *
     * @return whether it is in flight now
     */
    boolean offer(Block block) {
        if (holding) {
            file.order().waits(block);
            held.add(block.queued);
            return false;
        }
        return requireNonNull(block.driver).offer(block);
    }

    /** Takes back a block that was canceled while it waited. */
    void withdraw(Block block) {
        if (block.queued.isIn(held)) {
            held.remove(block.queued);
        } else {
            requireNonNull(block.driver).withdraw(block);
        }
    }

    /** Whether a block is held. */
    boolean holds(Block block) {
        return block.queued.isIn(held);
    }

    /**
     * A transfer is over.
     *
     * @return whether the lanes have nothing any more that a move waits for
     */
    boolean ended(Block block) {
        if (leavesDirt(block.flight)) {
            dirty = true;
        }
        return noLongerAwaited(block);
    }

    private boolean leavesDirt(Flight flight) {
        return switch (flight.kind()) {
            case WRITE -> !file.spec().isSynchronous();
            case TRUNCATE -> true;
            case READ, SIZE, SYNC, DATA_SYNC -> false;
        };
    }

    private boolean noLongerAwaited(Block block) {
        if (!block.isAwaited) {
            return false;
        }
        block.isAwaited = false;
        return --awaited == 0;
    }

    /** A sync covers from now on what was written before. */
    void syncBegins() {
        dirty = false;
    }

    /** It did not succeed. */
    void syncFailed() {
        dirty = true;
    }

    boolean isDirty() {
        return dirty;
    }

    /** Has the lanes driven whoever waits for what, until {@link #endDrive}. */
    void drive() {
        if (drivers++ == 0) {
            bound.need();
        }
    }

    void endDrive() {
        if (--drivers == 0) {
            bound.unneed();
        }
    }

    // ---- moving

    /**
     * Lets nothing go to the lanes any more.
     *
     * @param transfers those that may be in a lane
     * @return whether the lanes have nothing of the file
     */
    boolean hold(List<Block> transfers) {
        if (!holding) {
            heldSinceNs = System.nanoTime();
            holding = true;
        }
        for (Block block : transfers) {
            LaneDriver driver = requireNonNull(block.driver);
            if (driver.withdraw(block)) {
                takeBack(block);
            } else if (Life.state(block.word()) != Life.QUEUED) {
                await(block);
            }
        }
        return awaited == 0;
    }

    private void takeBack(Block block) {
        block.comeBack();
        block.flight.waits();
        held.add(block.queued);
    }

    /** A lane is about to have, or has, a transfer that the move waits for. */
    void await(Block block) {
        if (!block.isAwaited) {
            block.isAwaited = true;
            awaited++;
        }
    }

    /**
     * A lane gave a transfer back that it has not done, or not all of it.
     *
     * @return whether the lanes have nothing any more that the move waits for
     */
    boolean keep(Block block) {
        takeBack(block);
        return block.flight.moved() > 0 ? ended(block) : noLongerAwaited(block);
    }

    int awaited() {
        return awaited;
    }

    /** The descriptor is closed: nothing of the provider is kept, for a user may keep the file. */
    void closed() {
        descriptor = NoProvider.CLOSED;
    }

    /** From now on the file is at another backend. Every block that has not ended is given. */
    void settle(Bound newBound, BackendFile newDescriptor, List<Block> blocks) {
        if (drivers > 0) {
            newBound.need();
            bound.unneed();
        }
        bound = newBound;
        descriptor = newDescriptor;
        lanes.need(null, null, null);
        lanes.forget();
        for (Block block : blocks) {
            // What ends has been taken out by who ends it, and is his.
            if (Life.state(block.word()) != Life.ENDING) {
                rebind(block);
                lanes.add(block.driver);
            }
        }
    }

    /**
     * Gives a block to a lane of the present backend. Who waits for it may be inside the lane that it was on; so the
     * new one is driven for it until it ends, by the keeper if need be.
     */
    private void rebind(Block block) {
        LaneDriver from = requireNonNull(block.driver);
        LaneDriver to = bound.laneInPlaceOf(from);
        SigEvent telling = block.flight.telling();
        if (telling.notification() == SigEvent.Notify.QUEUE) {
            block.consumer.queueOf(telling).rebind(block, to);
        } else {
            block.driver = to;
        }
        to.need();
        if (block.isKept) {
            from.unneed();
        }
        block.isKept = true;
    }

    /**
     * Hands to the lanes what was held. They are to be {@linkplain LaneDriver#refill refilled} afterwards, outside the
     * lock: only then the most urgent goes first.
     *
     * @return for how long it was held, in nanoseconds
     */
    long serve() {
        holding = false;
        for (Block block = held.poll(); block != null; block = held.poll()) {
            requireNonNull(block.driver).enqueue(block);
        }
        return System.nanoTime() - heldSinceNs;
    }
}
