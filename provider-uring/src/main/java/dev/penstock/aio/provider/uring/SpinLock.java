package dev.penstock.aio.provider.uring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A brief lock that nobody queues or, but for a holder who is away for very long, parks for, as
 * {@link dev.penstock.aio.spi.Lane} wants it: an unmounted virtual thread would hold up everybody for as long as its
 * scheduler likes. Not reentrant.
 */
final class SpinLock {
    /** Some microseconds; then a platform thread lets the holder have its processor. */
    private static final int SPINS_MAX = 200;

    private static final long VIRTUAL_SPIN_NS = 50_000_000;
    private static final long NAP_NS = 20_000;

    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean held;

    @SuppressWarnings("ThreadPriorityCheck") // the holder may need this processor
    void lock() {
        long sinceNs = 0;
        for (int spins = 1; !tryLock(); spins++) {
            if (spins < SPINS_MAX) {
                Thread.onSpinWait();
            } else if (!Thread.currentThread().isVirtual()) {
                Thread.yield();
            } else if (sinceNs == 0) {
                sinceNs = System.nanoTime();
            } else if (System.nanoTime() - sinceNs > VIRTUAL_SPIN_NS) {
                nap();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** The holder has lost its processor, perhaps to those who spin here. */
    private void nap() {
        boolean interrupted = Thread.interrupted(); // or it would not park
        LockSupport.parkNanos(this, NAP_NS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean tryLock() {
        return !held && HELD.compareAndSet(this, false, true);
    }

    /** With a full fence: whoever had no luck with {@link #tryLock} relies on the holder's next look. */
    void unlock() {
        held = false;
    }
}
