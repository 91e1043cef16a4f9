package dev.penstock.aio.provider.posix;

import dev.penstock.aio.spi.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a lane and the lists they move between. Every method is one step, under a lock that is held for some dozen
 * instructions, and where something has ended, or is canceled, for a call of glibc that takes its own brief lock; never while
 * aiocbs are started, descriptors are made, memory is copied, or a completion is delivered.
 */
final class Slots {
    private static final long RETRY_NS = 1_000_000;

    private final int lane;
    private final Slot[] slots;

    private final SpinLock lock = new SpinLock();
    // Guarded by the lock; the flags beside them say whether they hold something, and are read by anybody.
    private final SlotList staged = new SlotList();
    private volatile boolean anyStaged;
    private final SlotList postponed = new SlotList();
    private volatile boolean anyPostponed;
    /** By System.nanoTime: when what is postponed may be tried again. */
    private long retryNs;

    private final SlotList ended = new SlotList();
    private volatile boolean anyEnded;
    private final BusyLines busy;

    Slots(int lane, int window, Arena arena) {
        this.lane = lane;
        this.slots = new Slot[window];
        this.busy = new BusyLines(window);
        MemorySegment aiocbs = arena.allocate(Abi.AIOCB, window);
        for (int i = 0; i < window; i++) {
            slots[i] = new Slot(aiocbs.asSlice(i * Abi.AIOCB.byteSize(), Abi.AIOCB));
        }
    }

    int window() {
        return slots.length;
    }

    private Slot slot(long token) {
        return slots[(int) token];
    }

    boolean isAnyStaged() {
        return anyStaged;
    }

    boolean isAnyPostponed() {
        return anyPostponed;
    }

    boolean isAnyEnded() {
        return anyEnded;
    }

    // ---- start

    void stage(long token, Transfer transfer) {
        Slot slot = slot(token);
        lock.lock();
        try {
            slot.take(token, transfer);
            staged.add(slot);
            anyStaged = true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is staged, as much as the batch holds; returns how many. */
    int takeStaged(@Nullable Slot[] batch) {
        int count = 0;
        lock.lock();
        try {
            while (count < batch.length && !staged.isEmpty()) {
                Slot slot = Objects.requireNonNull(staged.poll());
                slot.state = Slot.State.STARTING;
                batch[count++] = slot;
            }
            anyStaged = !staged.isEmpty();
        } finally {
            lock.unlock();
        }
        return count;
    }

    /** Puts a slot into the shortest line of its file. Nobody looks at it there before it is {@link #started}. */
    void enterLine(Slot slot) {
        // Outside the lock, for it may make a descriptor. How long lines are is a hint.
        Line line = slot.file().shortestLine(lane, slot.transfer().kind());
        lock.lock();
        try {
            slot.line = line;
            busy.enter(line, slot);
        } finally {
            lock.unlock();
        }
    }

    /** glibc has it. */
    void started(Slot slot) {
        lock.lock();
        try {
            slot.state = Slot.State.IN_LINE;
        } finally {
            lock.unlock();
        }
    }

    void leaveLine(Slot slot) {
        lock.lock();
        try {
            takeOutOfLine(slot);
        } finally {
            lock.unlock();
        }
    }

    private void takeOutOfLine(Slot slot) {
        Line line = slot.line();
        line.requests().remove(slot);
        busy.left(line);
        slot.line = null;
    }

    /** A slot that is being started has to wait. */
    void postpone(Slot slot) {
        lock.lock();
        try {
            slot.state = Slot.State.POSTPONED;
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
                    slot.state = Slot.State.STAGED;
                    staged.add(slot);
                    anyStaged = true;
                }
                anyPostponed = false;
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- end

    /** A transfer has its result without glibc. */
    void end(Slot slot, long result) {
        lock.lock();
        try {
            slot.result = result;
            slot.state = Slot.State.ENDED;
            ended.add(slot);
            anyEnded = true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what has its result; returns how many. They are nobody else's until they are {@linkplain Slot#free freed}. */
    int takeEnded(@Nullable Slot[] done) {
        int count = 0;
        lock.lock();
        try {
            for (int i = 0; i < busy.count(); i++) {
                count = look(busy.get(i), done, count);
            }
            if (count > 0) {
                noteResults(done, count);
            }
            // Only now, for should a call have failed they would be in no list.
            for (int i = 0; i < count; i++) {
                Slot slot = Objects.requireNonNull(done[i]);
                slot.state = Slot.State.ENDED;
                slot.line().requests().poll();
                busy.left(slot.line());
            }
            for (Slot slot = ended.poll(); slot != null; slot = ended.poll()) {
                done[count++] = slot;
            }
            anyEnded = false;
        } finally {
            lock.unlock();
        }
        return count;
    }

    /** Finds those of a line that look done; the first that does not has all others behind it. */
    private static int look(Line line, @Nullable Slot[] done, int before) {
        int count = before;
        for (Slot slot = line.first(); slot != null && slot.isInLine() && slot.looksDone(); slot = slot.next) {
            done[count++] = slot;
        }
        return count;
    }

    /**
     * Waits until glibc has let go of those that look done, and notes their results. glibc notes a result, and lets go, while
     * it holds its one lock: so one call that takes the lock, as aio_error does, will do for all that looked done before it.
     */
    private static void noteResults(@Nullable Slot[] done, int count) {
        LibRt.aio_error(Objects.requireNonNull(done[0]).aiocb);
        for (int i = 0; i < count; i++) {
            Slot slot = Objects.requireNonNull(done[i]);
            int error = slot.error();
            slot.result = error == 0 ? LibRt.aio_return(slot.aiocb) : -error;
        }
    }

    /** Notes the first in each line, for no other can be done before it; returns how many. */
    int firsts(@Nullable Slot[] firsts) {
        int count = 0;
        lock.lock();
        try {
            for (int i = 0; i < busy.count(); i++) {
                Slot first = busy.get(i).first();
                if (first != null && first.isInLine()) {
                    firsts[count++] = first;
                }
            }
        } finally {
            lock.unlock();
        }
        return count;
    }

    // ---- cancel

    /** Takes a transfer back that glibc has not; false if it has, or had. */
    boolean cancelBeforeStart(long token) {
        Slot slot = slot(token);
        lock.lock();
        try {
            if (slot.token != token) {
                return false;
            }
            switch (slot.state) {
                case STAGED -> staged.remove(slot);
                case POSTPONED -> postponed.remove(slot);
                case FREE, STARTING, IN_LINE, CALLED, ENDED -> {
                    return false;
                }
            }
            slot.free();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a transfer back that is the last in its line and not running. Only by who has the sole right to start: see
     * {@link Line}.
     */
    boolean cancelInLine(long token, MemorySegment errno) {
        Slot slot = slot(token);
        lock.lock();
        try {
            if (slot.token != token || !slot.isInLine() || !slot.line().cancel(slot, errno)) {
                return false;
            }
            takeOutOfLine(slot);
            slot.free();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
