package dev.penstock.aio.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that is held for some dozen instructions, and for which nobody parks. Not reentrant, not fair.
 *
 * <h2>Why this shape</h2>
 *
 * A virtual thread that parks for a lock gives its carrier away, together with whatever else it holds: another lock,
 * the right to drive, a request that it is about to end. When it gets a carrier back is up to a scheduler that leaves
 * it aside for as long as others on every carrier yield to each other; threads that poll do just that, and a lock of
 * {@code java.util.concurrent} hung on it in one run of three of the stress test. So whoever meets a holder spins, and
 * yields only if that takes longer than a holder needs: then the holder has lost its processor or, in a provider that
 * parks where {@link dev.penstock.aio.spi.Lane} says it should not, its carrier.
 */
final class BriefLock {
    /** Some microseconds. */
    private static final int SPINS_MAX = 200;
    /** Some 100 us: a virtual thread that yields takes what it holds with it. */
    private static final int VIRTUAL_SPINS_MAX = 4_000;

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
        int spins = Threads.isCurrentVirtual() ? VIRTUAL_SPINS_MAX : SPINS_MAX;
        while (held || !HELD.compareAndSet(this, false, true)) {
            if (spins > 0) {
                spins--;
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
