package dev.penstock.aio.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that is held for some dozen instructions, and for which nobody parks. Not reentrant, not fair.
 *
 * <h2>Why this shape</h2>
 *
 * A virtual thread that parks for a lock gives its carrier away, together with whatever else it holds: the file's
 * lock, the right to drive, a request that it is about to end. Whoever needs that then depends on the scheduler, which
 * may leave an unparked virtual thread aside for as long as others yield to each other on every carrier. So virtual
 * threads spin here. The holder is never an unmounted one, for nothing under such a lock parks; see
 * {@link dev.penstock.aio.spi.Lane#stage}. A platform thread yields after some spins, because the holder may have lost
 * its processor.
 */
final class BriefLock {
    private static final int SPINS_MAX = 200;

    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(BriefLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean held;

    void lock() {
        if (!HELD.compareAndSet(this, false, true)) {
            lockContended();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the holder may need this processor
    private void lockContended() {
        boolean virtual = Threads.isCurrentVirtual();
        int spins = 0;
        while (held || !HELD.compareAndSet(this, false, true)) {
            if (virtual || spins++ < SPINS_MAX) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    void unlock() {
        HELD.setRelease(this, false);
    }
}
