package dev.penstock.aio.provider.uring;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;

/**
 * Carries out, in a thread that waits for it, a write into the page cache. A ring does not do that inside the call that
 * submits it, as it does a read, if the file system might wait meanwhile: it hands the write to a thread of the kernel,
 * which costs ten times the write itself. A thread that waits has nothing better to do.
 */
final class Helper {
    /** Nothing was moved, and not for good. */
    static final long NOT_DONE = Long.MIN_VALUE;

    private static final int EAGAIN = Errno.EAGAIN.number();
    /** What takes longer is better done beside the thread that waits. */
    private static final long QUICK_NS = 50_000;
    /** For so many visits of the keeper, some milliseconds if nobody else flushes, nobody is expected after nobody has come. */
    private static final int VISITS_ALONE = 64;

    private final Slabs slabs;
    /** Whether what is for helpers is left to them. */
    private volatile boolean expected = true;
    /**
     * Whether there was a quick help since the keeper came by. Only one is timed for that, for the clock costs a good part
     * of a quick one.
     */
    private volatile boolean helped;
    /** Visits until somebody is expected again; touched by the keeper alone. */
    private int visitsAlone;

    Helper(Slabs slabs) {
        this.slabs = slabs;
    }

    /** Whether a transfer may be helped with. */
    static boolean isFor(Transfer transfer) {
        return transfer.kind() == TransferKind.WRITE
                && transfer.file() instanceof UringFile file
                && file.isHelpedWith();
    }

    /** Whether what is staged for helpers is to be left to them. */
    boolean isExpected() {
        return expected;
    }

    /**
     * The keeper comes by.
     *
     * @param overdue whether something for helpers was there already when he came by last
     */
    void visited(boolean overdue) {
        if (helped) {
            helped = false;
            expected = true;
        } else if (overdue) {
            expected = false;
            visitsAlone = VISITS_ALONE;
        } else if (!expected && --visitsAlone == 0) {
            expected = true;
        }
    }

    /**
     * Carries out a slot that was claimed.
     *
     * @return its result, which holds, or {@link #NOT_DONE} if the ring has to try
     */
    long carryOut(Slot slot) {
        int bytes = slabs.pin(slot);
        if (bytes <= 0) {
            return bytes == 0 ? NOT_DONE : bytes;
        }
        boolean timed = !helped;
        long sinceNs = timed ? System.nanoTime() : 0;
        long moved = LibC.pwrite(slot.errno, slot.file().fd(), slot.address, bytes, slot.offset());
        if (timed && System.nanoTime() - sinceNs < QUICK_NS) {
            helped = true;
        }
        return moved == -EAGAIN ? NOT_DONE : moved;
    }
}
