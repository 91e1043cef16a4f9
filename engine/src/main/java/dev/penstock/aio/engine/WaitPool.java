package dev.penstock.aio.engine;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Waits to be used again, so that a suspend allocates nothing, and a list hardly anything. A thread looks at one place of its own; if another
 * thread has what was there, it makes a new one.
 */
final class WaitPool {
    private static final int PLACES = 64;

    private final AtomicReferenceArray<@Nullable BlockWait> spare = new AtomicReferenceArray<>(PLACES);

    private static int place() {
        @SuppressWarnings("deprecation") // threadId() came with Java 19
        long id = Thread.currentThread().getId();
        return (int) id & (PLACES - 1);
    }

    BlockWait borrow() {
        BlockWait wait = spare.getAndSet(place(), null);
        return wait == null ? new BlockWait() : wait;
    }

    void giveBack(BlockWait wait) {
        wait.clear();
        spare.set(place(), wait);
    }
}
