package dev.penstock.aio.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is inside of something that ends one day. Whoever ends it shuts the gate and waits until it is empty: from
 * then on nobody is inside, and nobody gets in.
 */
final class Gate {
    private static final int SHUT = Integer.MIN_VALUE;

    /** The number of those inside, and of those who find it shut at this moment; negative once it is shut. */
    private final AtomicInteger inside = new AtomicInteger();

    /** Goes in; who gets true must {@link #leave}. */
    boolean enter() {
        if (inside.incrementAndGet() > 0) {
            return true;
        }
        leave();
        return false;
    }

    void leave() {
        inside.decrementAndGet();
    }

    /** Lets nobody in any more. */
    void shut() {
        inside.getAndUpdate(now -> now | SHUT);
    }

    boolean isShut() {
        return inside.get() < 0;
    }

    boolean isEmpty() {
        return (inside.get() & ~SHUT) == 0;
    }
}
