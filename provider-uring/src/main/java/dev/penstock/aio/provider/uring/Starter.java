package dev.penstock.aio.provider.uring;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a lane has staged to the kernel, in batches. One thread at a time, whoever has the right; only threads that
 * live long wait for it.
 *
 * <p>Between batches the submission queue is empty: what the kernel does not take is taken back and tried again later, and
 * until then a cancel finds it.
 */
final class Starter {
    private static final System.Logger LOG = System.getLogger(Starter.class.getName());
    private static final int EINTR = Errno.EINTR.number();
    private static final int EAGAIN = Errno.EAGAIN.number();
    private static final int EBUSY = Errno.EBUSY.number();
    private static final int EINTRS_MAX = 100;

    private final Slots slots;
    private final Slabs slabs;
    private final Helper helper;
    private final int fd;
    private final SubmissionQueue submissions;
    /** Told if the kernel refuses everything. */
    private final Consumer<String> broken;
    /** For what a ring has no operation for; set before the first use. */
    private @Nullable ByHand byHand;
    /** Called when something has ended without the ring; set before the first use. */
    private @Nullable Runnable endedHere;
    /** Delivers a read that was done at once; set before the first use. */
    private @Nullable Consumer<Slot> delivery;

    /** The sole right to start. */
    private final SpinLock right = new SpinLock();
    // For who has the right.
    private final @Nullable Slot[] batch;
    private final CachedRead cachedRead;
    private boolean anyEndedHere;
    /** Whether a read that is done at once is delivered by who has the right, when he has let go of it. */
    private boolean atOnce;
    /** That read; there is one, for it is alone. */
    private @Nullable Slot doneNow;
    /**
     * Whether a thread is about to deliver such a read, or at it. What anybody does at once meanwhile, perhaps the same thread
     * because there is room now, is left to be collected: otherwise one delivery would be inside the other, for as many as
     * wait for room. Set by who has the right.
     */
    private final AtomicBoolean delivers = new AtomicBoolean();

    /**
     * Which transfer was the last that was alone, by its identity. If it comes again, somebody makes one read after the other,
     * and need not collect it. Another one is perhaps the first of many: it stays in flight, so that the rest is gathered.
     */
    private int lastAlone;

    private final MemorySegment errno;
    private volatile boolean shut;
    /** Whether something may be staged that a thread has left, though the one that staged it relied on that thread. */
    private volatile boolean left;
    /** Whether the ring is to be sent a completion of nobody, which ends a wait for one. */
    private volatile boolean rouse;

    Starter(Slots slots, Slabs slabs, Helper helper, Ring ring, Consumer<String> broken, Arena arena) {
        this.slots = slots;
        this.slabs = slabs;
        this.helper = helper;
        this.fd = ring.fd();
        this.submissions = ring.submissions();
        this.broken = broken;
        this.batch = new Slot[submissions.entries()];
        this.cachedRead = new CachedRead(arena);
        this.errno = Library.errnoMemory(arena);
    }

    void use(ByHand forOthers, Runnable told, Consumer<Slot> deliveryAtOnce) {
        byHand = forOthers;
        endedHere = told;
        delivery = deliveryAtOnce;
    }

    /**
     * Starts what is staged; if another thread is at it, that one looks once more before it goes. But not for ever: where
     * others keep staging, it leaves the rest after twice what a lane holds, and ends the wait of who is to come for it.
     */
    void start() {
        start(false);
    }

    /** The same by a thread that holds nothing which a delivery may take: it delivers a read that it has done at once. */
    void startAndDeliver() {
        start(true);
    }

    private void start(boolean mayDeliver) {
        int most = 2 * slots.window();
        int started = 0;
        Slot read = null;
        try {
            while (isAnyToStart() && right.tryLock()) {
                if (started < most) {
                    try {
                        leaves(false);
                        atOnce = mayDeliver && !delivers.getPlain();
                        started += startBatch(false, false);
                    } finally {
                        if (doneNow != null) {
                            read = doneNow;
                            doneNow = null;
                            delivers.setPlain(true);
                        }
                        right.unlock();
                    }
                } else {
                    leaveToOther();
                    // Who wanted it meanwhile relies on this thread.
                    if (!rouse) {
                        return;
                    }
                }
            }
        } finally {
            if (read != null) {
                deliver(read);
            }
        }
    }

    private void deliver(Slot read) {
        try {
            requireNonNull(delivery).accept(read);
        } finally {
            delivers.setRelease(false);
        }
    }

    /** By who has the right. */
    private void leaves(boolean nowLeft) {
        // A volatile write is a fence.
        if (left != nowLeft) {
            left = nowLeft;
        }
    }

    private void leaveToOther() {
        try {
            leaves(true);
            rouseOther();
        } finally {
            right.unlock();
        }
    }

    /** Starts what another thread has left, if it has. */
    void startLeft() {
        if (left) {
            start();
        }
    }

    private boolean isAnyToStart() {
        return slots.isAnyStaged() || rouse || (slots.isAnyStagedForHelpers() && !helper.isExpected());
    }

    /**
     * Starts also what only a thread that lives long may start, which the caller is.
     *
     * @param overdue whether also what is left to helpers, if it is overdue
     */
    void startByKeeper(boolean overdue) {
        int most = 2 * slots.window();
        int count = batch.length;
        for (int started = 0; count == batch.length && started < most; started += count) {
            if (!takeRight()) {
                return;
            }
            try {
                atOnce = false;
                count = startBatch(true, overdue);
            } finally {
                right.unlock();
            }
        }
        start();
    }

    /** Waits for the right; false if nobody gets it any more. */
    @SuppressWarnings("ThreadPriorityCheck") // who has it may need this processor
    private boolean takeRight() {
        while (!right.tryLock()) {
            if (shut) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    /** Takes the right for good: whoever comes from now on touches nothing. Waits for who is at it. */
    void shut() {
        right.lock();
        shut = true;
    }

    /** Ends the wait of whoever waits for a completion. */
    void rouse() {
        rouse = true;
        start();
    }

    /** Returns how many it took. */
    private int startBatch(boolean byKeeper, boolean overdue) {
        if (rouse) {
            rouseOther();
        }
        int count = slots.takeStaged(batch, byKeeper, due(overdue));
        int prepared = 0;
        for (int i = 0; i < count; i++) {
            Slot slot = requireNonNull(batch[i]);
            if (prepare(slot, count == 1)) {
                batch[prepared++] = slot;
            }
        }
        if (prepared > 0) {
            slots.show(batch, prepared);
            submit(prepared);
        }
        if (anyEndedHere) {
            anyEndedHere = false;
            requireNonNull(endedHere).run();
        }
        return count;
    }

    private void rouseOther() {
        rouse = false;
        submissions.nothing(CompletionQueue.NOBODY);
        submit(0);
    }

    private Slots.Due due(boolean overdue) {
        if (!helper.isExpected()) {
            return Slots.Due.ALL;
        }
        return overdue ? Slots.Due.OVERDUE : Slots.Due.NOTHING;
    }

    /** Fills in an entry; false if the transfer is not started now, or not by the ring. */
    private boolean prepare(Slot slot, boolean alone) {
        try {
            return switch (slot.kind()) {
                case READ ->
                    pin(slot)
                            && !(alone && isReadNow(slot))
                            && move(slot, Abi.IORING_OP_READ, Abi.IORING_OP_READ_FIXED);
                case WRITE -> pin(slot) && move(slot, Abi.IORING_OP_WRITE, Abi.IORING_OP_WRITE_FIXED);
                case SYNC -> sync(slot, 0);
                case DATA_SYNC -> sync(slot, Abi.IORING_FSYNC_DATASYNC);
                case TRUNCATE, SIZE -> {
                    requireNonNull(byHand).carryOut(slot);
                    yield false;
                }
            };
        } catch (RuntimeException | Error e) {
            // The others of the batch must not suffer.
            UringFile file = slot.file();
            end(slot, -Errno.EIO.number());
            Complaints.tell(LOG, "a transfer could not be prepared", file, e);
            return false;
        }
    }

    /** Finds out what memory is moved; false if there is none now, or nothing to move. */
    private boolean pin(Slot slot) {
        int bytes = slabs.pin(slot);
        if (bytes < 0) {
            end(slot, bytes);
        } else if (bytes == 0) {
            slots.postpone(slot);
        }
        return bytes > 0;
    }

    private boolean isReadNow(Slot slot) {
        long moved = cachedRead.read(slot);
        if (moved == CachedRead.NOT_DONE) {
            return false;
        }
        int transfer = System.identityHashCode(slot.transfer());
        if (atOnce && transfer == lastAlone) {
            slot.result = moved;
            doneNow = slot;
        } else {
            end(slot, moved);
        }
        lastAlone = transfer;
        return true;
    }

    private void end(Slot slot, long result) {
        slots.end(slot, result);
        anyEndedHere = true;
    }

    private boolean move(Slot slot, int opcode, int fixedOpcode) {
        boolean fixed = slot.buffer != FixedBuffers.NONE;
        submissions.move(
                fixed ? fixedOpcode : opcode,
                slot.file().inEntry(),
                slot.offset(),
                slot.address,
                slot.bytes,
                fixed ? slot.buffer : 0,
                slot.token);
        return true;
    }

    private boolean sync(Slot slot, int flags) {
        submissions.sync(slot.file().inEntry(), flags, slot.token);
        return true;
    }

    /** Lets the kernel take the entries; what it does not is postponed. */
    private void submit(int count) {
        submissions.publish();
        int left = submissions.left();
        int answer = 1;
        for (int eintrs = 0; left > 0 && (answer > 0 || (answer == -EINTR && eintrs < EINTRS_MAX)); ) {
            answer = IoUring.io_uring_enter(errno, fd, left, 0);
            left = submissions.left();
            eintrs += answer == -EINTR ? 1 : 0;
        }
        if (left > 0) {
            submissions.takeBack();
            for (int i = Math.max(0, count - left); i < count; i++) {
                slots.postpone(requireNonNull(batch[i]));
            }
            if (answer < 0 && answer != -EINTR && answer != -EAGAIN && answer != -EBUSY) {
                broken.accept("io_uring_enter: " + Errno.of(-answer) + " (" + -answer + ")");
            }
        }
    }
}
