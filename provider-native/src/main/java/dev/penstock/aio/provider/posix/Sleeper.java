package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How the one thread that blocks in a lane waits: it polls for a few microseconds, which seldom finds nothing while much is
 * in flight, and then sleeps in aio_suspend. Nothing can wake it there but a request that it was given, so it sleeps in
 * slices, and in short ones while other threads start requests that it was not given. With nothing in flight in glibc it
 * parks.
 */
final class Sleeper {
    private static final long SLICE_NS = 1_000_000;
    /** The kernel adds about 60 us. */
    private static final long SHORT_SLICE_NS = 50_000;

    /** So many slices are short after something was started during one. */
    private static final int SHORT_SLICES = 64;

    private static final int UNPOLLED_MAX = 63;

    private final Slots slots;
    private final Starter starter;
    private final long pollNs;
    // For the one thread.
    private final @Nullable Slot[] firsts;
    private final MemorySegment list;
    private final MemorySegment timespec;
    private int shortSlices;
    /** How many sleeps are to come without polling, and how many there were to be last time. */
    private int unpolled;

    private int unpolledBefore;

    /** The one thread while it is parked. */
    private volatile @Nullable Thread parked;

    private volatile boolean woken;

    Sleeper(Slots slots, Starter starter, long pollNs, Arena arena) {
        this.slots = slots;
        this.starter = starter;
        this.pollNs = pollNs;
        this.firsts = new Slot[slots.window()];
        this.list = arena.allocate(JAVA_LONG, firsts.length);
        this.timespec = arena.allocate(Abi.TIMESPEC);
    }

    void sleep(long nanos) {
        int batches = starter.batches();
        int count = slots.firsts(firsts);
        if (woken) {
            woken = false;
        } else if (slots.isAnyEnded()) {
            return;
        } else if (count == 0) {
            park(Math.min(nanos, SLICE_NS));
        } else if (!poll(count, nanos)) {
            suspend(count, nanos, batches);
        }
    }

    /**
     * Polls, unless that found nothing the last times: a device that is slow, or processors that are busy, make it a waste
     * of just the time that those who do the work want.
     */
    private boolean poll(int count, long nanos) {
        if (unpolled > 0) {
            unpolled--;
            return false;
        }
        boolean found = isOneDone(count, Math.min(nanos, pollNs));
        unpolledBefore = found ? 0 : Math.min(UNPOLLED_MAX, 2 * unpolledBefore + 1);
        unpolled = unpolledBefore;
        return found;
    }

    /** A slot that is canceled meanwhile, and even used again, at worst ends the wait early. */
    private boolean isOneDone(int count, long nanos) {
        long sinceNs = System.nanoTime();
        do {
            for (int i = 0; i < count; i++) {
                if (requireNonNull(firsts[i]).looksDone()) {
                    return true;
                }
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - sinceNs < nanos);
        return false;
    }

    private void suspend(int count, long nanos, int batchesBefore) {
        for (int i = 0; i < count; i++) {
            list.setAtIndex(JAVA_LONG, i, requireNonNull(firsts[i]).aiocb.address());
        }
        timespec.set(JAVA_LONG, Abi.TV_NSEC, Math.min(nanos, shortSlices > 0 ? SHORT_SLICE_NS : SLICE_NS));
        LibRt.aio_suspend(list, count, timespec);
        shortSlices = starter.batches() != batchesBefore ? SHORT_SLICES : Math.max(0, shortSlices - 1);
    }

    private void park(long nanos) {
        parked = Thread.currentThread();
        try {
            if (!slots.isAnyEnded() && !woken) {
                LockSupport.parkNanos(this, nanos);
            }
        } finally {
            parked = null;
            woken = false;
        }
    }

    /** Wakes it if it is parked; one in aio_suspend comes back at the end of its slice. */
    void wake() {
        woken = true;
        unpark();
    }

    /** Something ended that aio_suspend knows nothing of. */
    void unpark() {
        LockSupport.unpark(parked);
    }
}
