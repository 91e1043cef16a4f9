package dev.penstock.aio.tck;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A reentrant lock that nobody parks for, because {@link dev.penstock.aio.spi.Lane} says that a lane should not: a
 * virtual thread would lose its carrier with the engine's locks held. What runs under it must be brief.
 */
final class SpinLock {
    private final AtomicReference<Thread> owner = new AtomicReference<>();

    void run(Runnable action) {
        get(() -> {
            action.run();
            return true;
        });
    }

    <T> T get(Supplier<T> action) {
        Thread me = Thread.currentThread();
        if (owner.get() == me) {
            return action.get();
        }
        while (!owner.compareAndSet(null, me)) {
            Thread.onSpinWait();
        }
        try {
            return action.get();
        } finally {
            owner.set(null);
        }
    }
}
