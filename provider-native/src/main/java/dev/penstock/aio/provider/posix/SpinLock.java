package dev.penstock.aio.provider.posix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for some dozen instructions. It never parks, as {@link dev.penstock.aio.spi.Lane} wants it: an unmounted virtual
 * thread would hold up everybody for as long as its scheduler likes. Not reentrant.
 */
final class SpinLock {
    /** Some microseconds; then a platform thread lets the holder have its processor. */
    private static final int SPINS_MAX = 200;

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
        int spins = 0;
        while (held || !HELD.compareAndSet(this, false, true)) {
            if (++spins < SPINS_MAX || Thread.currentThread().isVirtual()) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
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
