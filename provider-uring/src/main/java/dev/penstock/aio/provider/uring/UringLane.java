package dev.penstock.aio.provider.uring;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lane: one ring.
 *
 * <h2>Which thread runs what</h2>
 *
 * Any thread stages, flushes and cancels. One at a time submits: see {@link Starter}. The engine lets one at a time collect
 * and block. Cached reads are carried out by whoever submits them, inside the call, and one that comes again and again alone is
 * delivered by him too; cached writes by whoever waits for them ({@link Helper}), before that call, if anybody does.
 *
 * <h2>What orders what</h2>
 *
 * {@link Slots} holds a lock for each of its steps, and reads the completion queue under it, so that a thread that cancels
 * can look for the one completion it waits for while another collects.
 *
 * <h2>What the kernel hands back undone</h2>
 *
 * A completion with EFAULT, ECANCELED, EINTR or EAGAIN that nobody asked for means that the thread that submitted has ended,
 * that there was no worker thread to be had, or that a cancel that failed has disturbed it. If some bytes had been moved by
 * then, the kernel names their number instead, as if that was all there is. It is repeated, from a thread that lives long;
 * if that one gets the same, it is carried out {@link ByHand}, whose answer holds.
 *
 * <h2>Why this shape</h2>
 *
 * One ring keeps one processor busy, so there are several. A thread of our own on the way would cost more than the read.
 */
final class UringLane implements Lane {
    private static final System.Logger LOG = System.getLogger(UringLane.class.getName());
    /** Of direct transfers more would come too late: the device runs dry while they are gathered. */
    private static final int FLUSH_THRESHOLD_MIN = 8;
    /** Cached ones end inside the call, and the more of them share it the better; from here on that is hardly seen. */
    private static final int FLUSH_THRESHOLD_MAX = 32;

    /** The keeper may call twice in a row: that is one visit, for it gives helpers no time to come. */
    private static final long VISIT_NS = 25_000;

    private static final int EFAULT = Errno.EFAULT.number();
    private static final int ECANCELED = Errno.ECANCELED.number();
    private static final int EINTR = Errno.EINTR.number();
    private static final int EAGAIN = Errno.EAGAIN.number();

    private final Ring ring;
    private final Slots slots;
    private final Helper helper;
    private final Starter starter;
    private final Sleeper sleeper;
    private final Canceler canceler;
    /** Starts what a thread has to that lives long. Never busy with anything else: a call may hang. */
    private final Calls starts;

    private final AtomicBoolean startQueued = new AtomicBoolean();

    private final ByHand byHand;
    private final CompletionSink sink;
    // For the thread that collects.
    private final @Nullable Slot[] done;
    private final MemorySegment errno;
    /** By System.nanoTime: the keeper's last visit; his alone. */
    private long visitedNs = System.nanoTime() - VISIT_NS;
    /** As many cached ones as came together before, for as many are likely to be started together. */
    private volatile int flushThreshold = FLUSH_THRESHOLD_MIN;

    UringLane(
            Ring ring,
            int window,
            Slabs slabs,
            Calls calls,
            Calls starts,
            Consumer<String> broken,
            CompletionSink sink) {
        // Collected when nobody has the lane any more.
        Arena arena = Arena.ofAuto();
        this.ring = ring;
        this.slots = new Slots(ring.completions(), window, arena);
        this.helper = new Helper(slabs);
        this.starter = new Starter(slots, slabs, helper, ring, broken, arena);
        this.sleeper = new Sleeper(slots, starter, ring, arena);
        this.canceler = new Canceler(slots, ring);
        this.starts = starts;
        this.byHand = new ByHand(calls, slots, sleeper::lookUp);
        this.sink = sink;
        this.done = new Slot[window];
        this.errno = Library.errnoMemory(arena);
        starter.use(byHand, sleeper::lookUp, this::deliverAtOnce);
    }

    @Override
    public int window() {
        return slots.window();
    }

    @Override
    public int flushThreshold() {
        return helper.isExpected() && !slots.isAnyStaged() ? window() : flushThreshold;
    }

    @Override
    public boolean flushesWhenIdle() {
        return slots.isAnyStaged() || !helper.isExpected();
    }

    @Override
    public boolean isForHelpers(Transfer transfer) {
        return Helper.isFor(transfer);
    }

    @Override
    public boolean pushes() {
        return false;
    }

    @Override
    public void stage(long token, Transfer transfer) {
        slots.stage(token, transfer);
    }

    @Override
    public void flush() {
        starter.startAndDeliver();
    }

    /** A read that came alone again, and is done. */
    private void deliverAtOnce(Slot read) {
        if (flushThreshold != FLUSH_THRESHOLD_MIN) {
            flushThreshold = FLUSH_THRESHOLD_MIN;
        }
        long token = read.token;
        long result = read.result;
        // From the delivery on the engine may stage another transfer in this slot.
        read.free();
        sink.completed(token, result);
    }

    @Override
    public boolean flushByKeeper() {
        long nowNs = System.nanoTime();
        boolean isVisit = nowNs - visitedNs >= VISIT_NS;
        if (isVisit) {
            visitedNs = nowNs;
            helper.visited(slots.isAnyOverdue());
        }
        starter.startByKeeper(isVisit);
        if (isVisit) {
            slots.visited();
        }
        return !slots.isAnyStagedForHelpers() && !slots.isAnyStagedForKeeper();
    }

    @Override
    public int collect() {
        int count = deliverEnded();
        starter.startLeft();
        if (ring.submissions().isOverflown()) {
            // There is room now for what the kernel has kept.
            IoUring.io_uring_enter(errno, ring.fd(), 0, Abi.IORING_ENTER_GETEVENTS);
            count += deliverEnded();
        }
        if (slots.isAnyPostponed()) {
            retry(count > 0);
        }
        return count;
    }

    private int deliverEnded() {
        if (!slots.isAnyEnded()) {
            return 0;
        }
        int count = slots.takeEnded(done);
        cameTogether(count);
        int delivered = 0;
        try {
            while (delivered < count) {
                deliver(requireNonNull(done[delivered++]));
            }
        } finally {
            // None is lost if the delivery of another throws.
            for (; delivered < count; delivered++) {
                slots.putBack(requireNonNull(done[delivered]));
            }
        }
        return count;
    }

    /** Looks at what was taken, before it is delivered. */
    private void cameTogether(int count) {
        int cached = 0;
        for (int i = 0; i < count; i++) {
            cached += requireNonNull(done[i]).file().isDirect() ? 0 : 1;
        }
        int threshold = Math.max(FLUSH_THRESHOLD_MIN, Math.min(cached, FLUSH_THRESHOLD_MAX));
        if (count > 0 && threshold != flushThreshold) {
            flushThreshold = threshold;
        }
    }

    private void deliver(Slot slot) {
        long token = slot.token;
        long result = slot.result;
        boolean undone = isUndone(slot);
        if (undone && slot.forKeeper) {
            byHand.carryOut(slot);
            return;
        }
        // From the delivery on the engine may stage another transfer in this slot.
        slot.free();
        if (undone) {
            sink.repeat(token);
        } else {
            sink.completed(token, result);
        }
    }

    /** If it cannot be found out, the slot is put back, to be looked at by the next collect. */
    private boolean isUndone(Slot slot) {
        boolean known = false;
        try {
            boolean undone = slot.fromRing && isUndone(slot, slot.result);
            known = true;
            return undone;
        } finally {
            if (!known) {
                slots.putBack(slot);
            }
        }
    }

    /** Nothing or not all was moved, through no fault of the transfer. An append that was begun cannot be repeated. */
    private static boolean isUndone(Slot slot, long result) {
        if (result >= 0) {
            return switch (slot.kind()) {
                case READ -> result < slot.bytes && result > 0 && !slot.file().mayEndAt(slot.offset() + result);
                case WRITE -> result < slot.bytes && !slot.isAppend();
                default -> false;
            };
        }
        boolean notBegun = result == -ECANCELED || result == -EAGAIN;
        return notBegun || ((result == -EFAULT || result == -EINTR) && !slot.isAppend());
    }

    /** Nothing is in flight; the ring is about to go. */
    void close() {
        starter.shut();
    }

    private void retry(boolean somethingEnded) {
        slots.restage(somethingEnded);
        startAll();
    }

    /** Starts what is staged, also what a thread that lives long has to, without being one. */
    private void startAll() {
        starter.start();
        if (slots.isAnyStagedForKeeper()) {
            startSoon();
        }
    }

    private void startSoon() {
        if (startQueued.compareAndSet(false, true)) {
            boolean accepted = false;
            try {
                accepted = starts.run(() -> {
                    startQueued.set(false);
                    starter.startByKeeper(false);
                });
            } finally {
                if (!accepted) {
                    startQueued.set(false);
                }
            }
        }
    }

    @Override
    public void block(long nanos) {
        sleeper.sleep(nanos);
    }

    @Override
    public void wake() {
        sleeper.wake();
    }

    @Override
    public boolean help(long token) {
        Slot slot = slots.claim(token);
        if (slot == null) {
            return false;
        }
        long result = carriedOut(slot);
        if (result == Helper.NOT_DONE) {
            slots.giveBack(slot);
            startAll();
        } else {
            slot.free();
            sink.completed(token, result);
        }
        return true;
    }

    private long carriedOut(Slot slot) {
        try {
            return helper.carryOut(slot);
        } catch (RuntimeException | Error e) {
            Complaints.tell(LOG, "a transfer could not be carried out", slot.file(), e);
            return -Errno.EIO.number();
        }
    }

    @Override
    public boolean cancel(long token) {
        boolean canceled = canceler.cancel(token);
        if (canceled) {
            sink.completed(token, -ECANCELED);
        }
        return canceled;
    }
}
