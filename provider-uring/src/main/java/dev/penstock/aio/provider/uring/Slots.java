package dev.penstock.aio.provider.uring;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Transfer;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a lane, the lists they move between, and their completions in the ring. Every method is one step, under a
 * lock that is held for some dozen instructions for each transfer; never during a system call, while memory is copied, or
 * while a completion is delivered.
 */
final class Slots {
    private static final long RETRY_NS = 1_000_000;
    private static final int ECANCELED = Errno.ECANCELED.number();

    /** How a cancel stands. */
    enum Cancel {
        /** Nothing has it any more; its completion is the caller's to deliver. */
        DONE,
        /** The kernel has it. */
        IN_KERNEL,
        /** It ends, or has ended, by itself. */
        TOO_LATE
    }

    /** What is started of that which is for helpers. */
    enum Due {
        NOTHING,
        /** What was there already when the keeper came by last. */
        OVERDUE,
        ALL
    }

    private final CompletionQueue completions;
    private final Slot[] slots;

    private final SpinLock lock = new SpinLock();
    // Guarded by the lock; the flags beside them say whether they hold something, and are read by anybody.
    private final SlotList staged = new SlotList();
    private volatile boolean anyStaged;
    /** Some of it for helpers too. */
    private final SlotList stagedForKeeper = new SlotList();

    private volatile boolean anyStagedForKeeper;
    /** What anybody may start as well. */
    private final SlotList stagedForHelpers = new SlotList();

    private volatile boolean anyStagedForHelpers;
    /** How often the keeper came by. Wraps after some days of cached writes; and soon at first, so that tests meet it. */
    private int visits = Integer.MAX_VALUE - 50;

    private final SlotList postponed = new SlotList();
    private volatile boolean anyPostponed;
    /** By System.nanoTime: when what is postponed may be tried again. */
    private long retryNs;

    private final SlotList ended = new SlotList();
    private volatile boolean anyEnded;

    Slots(CompletionQueue completions, int window, Arena arena) {
        this.completions = completions;
        this.slots = new Slot[window];
        for (int i = 0; i < window; i++) {
            slots[i] = new Slot(arena);
        }
    }

    int window() {
        return slots.length;
    }

    boolean isAnyStaged() {
        return anyStaged;
    }

    boolean isAnyStagedForKeeper() {
        return anyStagedForKeeper;
    }

    boolean isAnyStagedForHelpers() {
        return anyStagedForHelpers;
    }

    boolean isAnyPostponed() {
        return anyPostponed;
    }

    /** Whether there is something to collect. */
    boolean isAnyEnded() {
        return anyEnded || !completions.isEmpty();
    }

    // ---- start

    void stage(long token, Transfer transfer) {
        Slot slot = slots[(int) token];
        lock.lock();
        try {
            slot.take(token, transfer);
            enlist(slot);
        } finally {
            lock.unlock();
        }
    }

    private void enlist(Slot slot) {
        slot.state = Slot.State.STAGED;
        slot.visit = visits;
        listOf(slot).add(slot);
        showStaged();
    }

    private SlotList listOf(Slot slot) {
        if (slot.forKeeper) {
            return stagedForKeeper;
        }
        return slot.forHelpers ? stagedForHelpers : staged;
    }

    /** A volatile write is a fence, and most of a batch are neither its first nor its last. */
    private void showStaged() {
        if (anyStaged == staged.isEmpty()) {
            anyStaged = !staged.isEmpty();
        }
        if (anyStagedForKeeper == stagedForKeeper.isEmpty()) {
            anyStagedForKeeper = !stagedForKeeper.isEmpty();
        }
        if (anyStagedForHelpers == stagedForHelpers.isEmpty()) {
            anyStagedForHelpers = !stagedForHelpers.isEmpty();
        }
    }

    /** Whether something is staged for helpers that was there already when the keeper came by last. */
    boolean isAnyOverdue() {
        lock.lock();
        try {
            return isOverdue(stagedForHelpers.first()) || isOverdue(stagedForKeeper.first());
        } finally {
            lock.unlock();
        }
    }

    private boolean isOverdue(@Nullable Slot slot) {
        return slot != null && slot.forHelpers && visits - slot.visit > 0;
    }

    /** The keeper has come by. */
    void visited() {
        lock.lock();
        visits++;
        lock.unlock();
    }

    /**
     * Takes what is staged, as much as the batch holds; returns how many.
     *
     * @param byKeeper whether the caller lives long, and so may start everything
     * @param due what is taken of that which is for helpers
     */
    int takeStaged(@Nullable Slot[] batch, boolean byKeeper, Due due) {
        lock.lock();
        try {
            int count = 0;
            if (byKeeper) {
                count = take(stagedForKeeper, batch, count, due);
            }
            count = take(staged, batch, count, due);
            if (due != Due.NOTHING) {
                count = take(stagedForHelpers, batch, count, due);
            }
            showStaged();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private int take(SlotList from, @Nullable Slot[] batch, int before, Due due) {
        int count = before;
        Slot next;
        for (Slot slot = from.first(); slot != null && count < batch.length; slot = next) {
            next = slot.next;
            if (!slot.forHelpers || due == Due.ALL || (due == Due.OVERDUE && isOverdue(slot))) {
                from.remove(slot);
                slot.state = Slot.State.STARTING;
                batch[count++] = slot;
            }
        }
        return count;
    }

    /** Takes a transfer that is staged for helpers; it is the caller's to carry out from then on. Null if it is not there. */
    @Nullable
    Slot claim(long token) {
        Slot slot = slots[(int) token];
        lock.lock();
        try {
            if (slot.token != token || slot.state != Slot.State.STAGED || !slot.forHelpers) {
                return null;
            }
            listOf(slot).remove(slot);
            showStaged();
            slot.state = Slot.State.CALLED;
            return slot;
        } finally {
            lock.unlock();
        }
    }

    /** One that was claimed has to be done by the ring. */
    void giveBack(Slot slot) {
        lock.lock();
        try {
            slot.forHelpers = false;
            enlist(slot);
        } finally {
            lock.unlock();
        }
    }

    /** The kernel is about to be shown some that are being started. */
    void show(@Nullable Slot[] batch, int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                requireNonNull(batch[i]).state = Slot.State.IN_KERNEL;
            }
        } finally {
            lock.unlock();
        }
    }

    /** One that is being started, or that the kernel did not take, has to wait. */
    void postpone(Slot slot) {
        lock.lock();
        try {
            slot.state = Slot.State.POSTPONED;
            slot.forHelpers = false;
            // Who asked while it was about to be shown to the kernel learns that it is not there.
            slot.cancelAsked = false;
            postponed.add(slot);
            retryNs = System.nanoTime() + RETRY_NS;
            anyPostponed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Stages what was postponed once more, if something has ended or enough time has passed. */
    void restage(boolean somethingEnded) {
        lock.lock();
        try {
            if (somethingEnded || System.nanoTime() - retryNs >= 0) {
                for (Slot slot = postponed.poll(); slot != null; slot = postponed.poll()) {
                    enlist(slot);
                }
                anyPostponed = false;
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- end

    /** A transfer has its result without the ring. */
    void end(Slot slot, long result) {
        lock.lock();
        try {
            slot.result = result;
            slot.fromRing = false;
            slot.state = Slot.State.ENDED;
            ended.add(slot);
            anyEnded = true;
        } finally {
            lock.unlock();
        }
    }

    /** One that was taken could not be delivered. */
    void putBack(Slot slot) {
        lock.lock();
        try {
            ended.add(slot);
            anyEnded = true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what has its result, as much as there is room for; returns how many. They are the caller's from then on. */
    int takeEnded(@Nullable Slot[] done) {
        int count = 0;
        lock.lock();
        try {
            while (count < done.length && !ended.isEmpty()) {
                done[count++] = ended.poll();
            }
            anyEnded = !ended.isEmpty();
            int seen = 0;
            for (int present = completions.count(); seen < present && count < done.length; seen++) {
                Slot slot = endedOf(completions.userData(seen), completions.result(seen));
                if (slot != null) {
                    done[count++] = slot;
                }
            }
            if (seen > 0) {
                completions.advance(seen);
            }
        } finally {
            lock.unlock();
        }
        return count;
    }

    private @Nullable Slot endedOf(long userData, int result) {
        int index = (int) userData;
        if (index < 0) {
            return null;
        }
        Slot slot = slots[index];
        if (slot.token != userData || slot.state != Slot.State.IN_KERNEL) {
            throw new AssertionError("a completion of nobody, user_data=" + userData + " state=" + slot.state);
        }
        if (slot.cancelAsked && result == -ECANCELED) {
            slot.state = Slot.State.CANCELED;
            return null;
        }
        slot.result = result;
        slot.fromRing = true;
        slot.state = Slot.State.ENDED;
        return slot;
    }

    // ---- cancel

    /** Takes a transfer back if the kernel has not got it; if it has, its end will be told to {@link #canceled}. */
    Cancel cancel(long token) {
        Slot slot = slots[(int) token];
        lock.lock();
        try {
            if (slot.token != token) {
                return Cancel.TOO_LATE;
            }
            switch (slot.state) {
                case STAGED -> {
                    listOf(slot).remove(slot);
                    showStaged();
                }
                case POSTPONED -> postponed.remove(slot);
                case IN_KERNEL -> {
                    slot.cancelAsked = true;
                    return Cancel.IN_KERNEL;
                }
                case FREE, STARTING, CALLED, CANCELED, ENDED -> {
                    return Cancel.TOO_LATE;
                }
            }
            slot.free();
            return Cancel.DONE;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks whether the kernel has let go of a transfer and says that it is canceled.
     *
     * @param last whether the caller will not ask again: if it is canceled later, it ends as any other
     */
    Cancel canceled(long token, boolean last) {
        Slot slot = slots[(int) token];
        lock.lock();
        try {
            if (slot.token == token && (slot.state == Slot.State.CANCELED || isCanceledInRing(slot))) {
                slot.free();
                return Cancel.DONE;
            }
            if (slot.token != token || slot.state != Slot.State.IN_KERNEL) {
                return Cancel.TOO_LATE;
            }
            slot.cancelAsked = !last;
            return Cancel.IN_KERNEL;
        } finally {
            lock.unlock();
        }
    }

    /** Whoever was to ask again does not: if it is or will be canceled, it ends as any other. */
    void forgetCancel(long token) {
        Slot slot = slots[(int) token];
        lock.lock();
        try {
            if (slot.token == token) {
                slot.cancelAsked = false;
                if (slot.state == Slot.State.CANCELED) {
                    slot.result = -ECANCELED;
                    slot.fromRing = true;
                    slot.state = Slot.State.ENDED;
                    ended.add(slot);
                    anyEnded = true;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the completion that says so out of the ring. */
    private boolean isCanceledInRing(Slot slot) {
        if (slot.state != Slot.State.IN_KERNEL) {
            return false;
        }
        for (int i = completions.count() - 1; i >= 0; i--) {
            if (completions.userData(i) == slot.token) {
                boolean canceled = completions.result(i) == -ECANCELED;
                if (canceled) {
                    completions.blank(i);
                    dropBlanks();
                }
                return canceled;
            }
        }
        return false;
    }

    /** Makes room, for others may have been canceled whose completions the kernel keeps. */
    private void dropBlanks() {
        int count = 0;
        for (int present = completions.count(); count < present && (int) completions.userData(count) < 0; ) {
            count++;
        }
        completions.advance(count);
    }
}
