package dev.penstock.aio.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock that is held for some dozen instructions, and for which nobody queues. Not reentrant, not fair.
 *
 * <h2>Why this shape</h2>
 *
 * A virtual thread that queues for a lock of {@code java.util.concurrent} gives its carrier away together with what it
 * holds: another lock, the right to drive, a request that it is about to end. Others stand behind it in the queue even
 * when the lock is free. When it gets a carrier back is up to a scheduler that leaves it aside for as long as others
 * on every carrier yield to each other, as threads that poll do; the stress test hung on that in one run of three. So
 * whoever meets a holder spins here. A platform thread soon yields, for the holder may have lost its processor. A
 * virtual thread does not: it would take along what it holds, and those that yield keep a holder without a carrier from
 * getting one. Only if the holder is away for very long, because it parks in a provider where
 * {@link dev.penstock.aio.spi.Lane} says it should not, does a virtual thread leave its carrier, by sleeping.
 */
final class BriefLock {
    /** Some microseconds. */
    private static final int SPINS_MAX = 200;
    /** More than a platform thread that lost its processor waits for the next, on a busy machine. */
    private static final long VIRTUAL_SPIN_NS = 50_000_000;

    private static final long NAP_NS = 20_000;

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

    private void lockContended() {
        if (Threads.isCurrentVirtual()) {
            lockContendedByVirtual();
        } else {
            lockContendedByPlatform();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // the holder may need this processor
    private void lockContendedByPlatform() {
        for (int spins = 0; !tryLock(); spins++) {
            if (spins < SPINS_MAX) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void lockContendedByVirtual() {
        long sinceNs = System.nanoTime();
        boolean interrupted = false;
        while (!tryLock()) {
            if (System.nanoTime() - sinceNs < VIRTUAL_SPIN_NS) {
                Thread.onSpinWait();
            } else {
                interrupted |= Thread.interrupted(); // or it would not park
                LockSupport.parkNanos(this, NAP_NS);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tryLock() {
        return !held && HELD.compareAndSet(this, false, true);
    }

    void unlock() {
        HELD.setRelease(this, false);
    }
}
