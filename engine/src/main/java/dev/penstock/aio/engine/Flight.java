package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A block's present request: the engine's own copy of what was asked for, and the {@link Transfer} that a lane sees.
 * Written by the thread that claimed the block, before {@link Life#begin}; constant until the request ends, but for
 * the progress, which only the thread that delivers a completion touches.
 */
final class Flight implements Transfer {
    private static final Buffers NO_BUFFERS = Buffers.of();

    final Block block;
    private TransferKind kind = TransferKind.READ;
    private @Nullable OpenFile target;
    private long start;
    private long asked;
    private Buffers memory = NO_BUFFERS;
    private int level;
    private SigEvent telling = SigEvent.none();
    /** What the event's callback is told, if it has one. */
    private @Nullable Told told;

    /** If nobody listens, some milliseconds early at times. */
    private long startedNs;
    /** Whether its end is to be told by the notification service. */
    private boolean observed;
    /** When the lane was handed it, if somebody listened then. */
    private long dispatchedNs;

    private boolean isDispatchTimed;
    /** When it ended, if that is told. */
    private long endedNs;
    /** Whether it was not handed to its lane by the call that started it. Written under the file's lock. */
    private boolean waited;

    /** Bytes moved so far. */
    private long moved;
    /** What the lane was given in place of memory that it may not be given; between {@link #pin} and {@link #unpin}. */
    private LeasePool.@Nullable Chunk copy;

    /** Whether the views of the memory hold what is to be moved; a lane that knows the slab never looks at them. */
    private boolean armed;

    /** How often the lane handed it back undone. */
    private int repeats;

    Flight(Block block) {
        this.block = block;
    }

    /** Fills in a read or a write. */
    void transfer(TransferKind newKind, @Nullable OpenFile file, long offset, @Nullable Buffers buffers, long length) {
        fill(newKind, file);
        start = offset;
        asked = length;
        remember(buffers == null ? NO_BUFFERS : buffers);
    }

    /** Fills in what has no buffers. */
    void other(TransferKind newKind, @Nullable OpenFile file, long size) {
        fill(newKind, file);
        start = size;
        asked = 0;
        remember(NO_BUFFERS);
    }

    private void fill(TransferKind newKind, @Nullable OpenFile file) {
        // Mostly a block is used again for the same; see BlockList on what a reference costs.
        if (kind != newKind) {
            kind = newKind;
        }
        if (target != file) {
            target = file;
        }
        moved = 0;
        repeats = 0;
        level = 0;
        observed = false;
        isDispatchTimed = false;
        waited = false;
    }

    private void remember(Buffers newMemory) {
        if (memory != newMemory) {
            memory = newMemory;
        }
    }

    /** Lets go of the memory; not while it is in flight. */
    void forget() {
        memory = NO_BUFFERS;
    }

    void tell(SigEvent event, int priority) {
        if (telling != event) {
            telling = event;
        }
        level = priority;
        told = Submission.calls(event) ? new Told(event, block) : null;
    }

    /**
     * The request is about to be accepted by its file, or refused: whether its end is to be told is decided.
     *
     * @param lane where it goes; null if nowhere
     */
    void observe(@Nullable LaneDriver lane) {
        observed = target().telling().tells(telling);
        // The clock is a good part of what a request costs, and for how long one has been in flight nobody asks to the
        // microsecond.
        startedNs = observed || lane == null ? System.nanoTime() : lane.recentNs();
    }

    private boolean isWanted() {
        return observed && target().telling().isWanted(kind);
    }

    /** It has to wait before the lane is handed it. */
    void waits() {
        waited = true;
    }

    /** The lane is about to be handed it. */
    void dispatched() {
        if (observed && !waited && moves()) {
            // Mostly that is at once, and the clock is a good part of what a listener costs.
            dispatchedNs = startedNs;
            isDispatchTimed = true;
        } else if (isWanted()) {
            dispatchedNs = System.nanoTime();
            isDispatchTimed = true;
        }
    }

    /**
     * It ends, its outcome is written.
     *
     * @return whether its end is to be told
     */
    boolean ends() {
        boolean wanted = isWanted();
        if (wanted) {
            LaneDriver driver = block.driver;
            long nowNs = driver == null ? System.nanoTime() : driver.clock().nanoTime();
            // What was let in, or began, meanwhile did so after the others were found done.
            long fromNs = isDispatchTimed ? dispatchedNs : startedNs;
            endedNs = nowNs - fromNs < 0 ? fromNs : nowNs;
        }
        return wanted;
    }

    // ---- what the engine asks

    long endedNs() {
        return endedNs;
    }

    long dispatchedNs() {
        return dispatchedNs;
    }

    boolean isDispatchTimed() {
        return isDispatchTimed;
    }

    @Nullable
    OpenFile targetOrNull() {
        return target;
    }

    OpenFile target() {
        return requireNonNull(target);
    }

    SigEvent telling() {
        return telling;
    }

    /** Hands over what the callback is to be told; only once, by the thread that ends the request. */
    @Nullable
    Told takeTold() {
        Told taken = told;
        told = null;
        return taken;
    }

    Buffers memory() {
        return memory;
    }

    int level() {
        return level;
    }

    long start() {
        return start;
    }

    long asked() {
        return asked;
    }

    long moved() {
        return moved;
    }

    long startedNs() {
        return startedNs;
    }

    boolean moves() {
        return kind == TransferKind.READ || kind == TransferKind.WRITE;
    }

    boolean isSync() {
        return kind == TransferKind.SYNC || kind == TransferKind.DATA_SYNC;
    }

    boolean isAppend() {
        return kind == TransferKind.WRITE && target().spec().append();
    }

    /** Whether a poisoned file refuses it. */
    boolean modifies() {
        return kind != TransferKind.READ && kind != TransferKind.SIZE;
    }

    /** Counts bytes; returns how many are still to be moved. */
    long advance(long bytes) {
        moved += bytes;
        return asked - moved;
    }

    /** Counts one more attempt; returns how many there were. */
    int repeat() {
        return ++repeats;
    }

    /** Borrows the lease, if there is one; false if it was released meanwhile. */
    boolean borrow() {
        PooledLease lease = memory.lease();
        return lease == null || lease.borrow();
    }

    void giveBack() {
        PooledLease lease = memory.lease();
        if (lease != null) {
            lease.giveBack();
        }
    }

    /** What is still to be moved is about to be handed to the lane; the views follow when the lane asks for them. */
    void arm() {
        armed = false;
    }

    private Buffers armed() {
        if (!armed) {
            armed = true;
            memory.arm(moved, asked - moved);
        }
        return memory;
    }

    /**
     * The lane has finished: what it read into a copy goes to the user, and the copy back.
     *
     * @return the lane's result, or EFAULT if the user's memory is not there any more
     */
    long unpin(long result) {
        LeasePool.Chunk used = copy;
        if (used == null) {
            return result;
        }
        copy = null;
        try {
            boolean lost = kind == TransferKind.READ && result > 0 && !armed().scatter(used.whole(), (int) result);
            return lost ? -Errno.EFAULT.number() : result;
        } finally {
            copies().takeBack(block.consumer, used);
        }
    }

    private Copies copies() {
        return block.consumer.engine().copies();
    }

    /** Returns an exception that describes the request. */
    AioException exception(long transferred, Errno errno, int number, @Nullable String detail) {
        String action = kind.name().toLowerCase(Locale.ROOT) + (target == null ? "" : " file=" + target.path());
        long none = AioException.NONE;
        return new AioException(
                action, moves() ? start : none, moves() ? asked : none, transferred, errno, number, detail);
    }

    /** Returns the exception by which the request is refused. */
    AioException refusal(Errno errno, @Nullable String detail) {
        return exception(0, errno, errno.number(), detail);
    }

    // ---- what the lane sees

    @Override
    public TransferKind kind() {
        return kind;
    }

    @Override
    public BackendFile file() {
        return target().backendFile();
    }

    @Override
    public long offset() {
        // What the user set for an append is ignored, and may be anything: to a ring -1 is a position of its own.
        return isAppend() ? 0 : start + moved;
    }

    @Override
    public long length() {
        return asked - moved;
    }

    @Override
    public int buffers() {
        return memory.count();
    }

    @Override
    public ByteBuffer buffer(int index) {
        return armed().view(index);
    }

    @Override
    public int pin() {
        if (memory.lease() != null) {
            return (int) length();
        }
        if (copy != null) {
            return (int) Math.min(length(), copy.bytes());
        }
        try {
            LeasePool.Chunk chunk = copies().lend(this, block.consumer, length());
            return chunk == null ? 0 : pin(chunk);
        } catch (AioException noMemory) {
            return -noMemory.errno().number();
        }
    }

    private int pin(LeasePool.Chunk chunk) {
        boolean gathered = false;
        try {
            int bytes = (int) Math.min(length(), chunk.bytes());
            gathered = kind == TransferKind.READ || armed().gather(chunk.whole(), bytes);
            if (!gathered) {
                return -Errno.EFAULT.number();
            }
            copy = chunk;
            return bytes;
        } finally {
            if (!gathered) {
                copies().takeBack(block.consumer, chunk);
            }
        }
    }

    @Override
    public @Nullable Slab slab() {
        if (copy != null) {
            return copy.slab();
        }
        PooledLease lease = memory.lease();
        return lease == null ? null : lease.slab();
    }

    @Override
    public int slabOffset() {
        if (copy != null) {
            return copy.offset();
        }
        PooledLease lease = memory.lease();
        return lease == null ? 0 : lease.slabOffset() + memory.start() + (int) moved;
    }

    @Override
    public boolean needsKeeper() {
        return repeats > 0 || isAppend();
    }
}
