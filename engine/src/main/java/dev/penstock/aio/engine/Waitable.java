package dev.penstock.aio.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something threads wait for. In nearly all cases nobody or one thread does, so that thread itself stands in the
 * field and nothing is allocated.
 *
 * <p>No wake-up is lost: a waiter enlists and then looks at the state, whoever changes the state publishes it with a
 * full fence and then looks at the field. A thread may be unparked once too often; every wait is a loop.
 */
abstract class Waitable {
    private static final VarHandle WAITERS;

    static {
        try {
            WAITERS = MethodHandles.lookup().findVarHandle(Waitable.class, "waiters", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Two or more waiters. Immutable. */
    private static final class Chain {
        final Thread thread;
        final @Nullable Object next;

        Chain(Thread thread, @Nullable Object next) {
            this.thread = thread;
            this.next = next;
        }
    }

    /** Nothing, a Thread, or a Chain; changed by compare-and-set only. */
    private volatile @Nullable Object waiters;

    /** Enlists a thread; the caller must look at the state afterwards and {@link #delist} in the end. */
    public final void enlist(Thread thread) {
        Object before;
        Object after;
        do {
            before = waiters;
            after = before == null ? thread : new Chain(thread, before);
        } while (!WAITERS.compareAndSet(this, before, after));
    }

    /** Takes a thread off once; no effect if it is not there. */
    public final void delist(Thread thread) {
        Object before;
        do {
            before = waiters;
        } while (before != null
                && !WAITERS.compareAndSet(this, before, before == thread ? null : without(before, thread)));
    }

    /** There may be very many: no recursion. */
    private static @Nullable Object without(Object waiters, Thread thread) {
        List<Thread> before = new ArrayList<>();
        Object at = waiters;
        while (at instanceof Chain chain && chain.thread != thread) {
            before.add(chain.thread);
            at = chain.next;
        }
        if (at != thread && !(at instanceof Chain)) {
            return waiters;
        }
        Object rest = at instanceof Chain chain ? chain.next : null;
        for (int i = before.size() - 1; i >= 0; i--) {
            rest = rest == null ? before.get(i) : new Chain(before.get(i), rest);
        }
        return rest;
    }

    final boolean isWaitedFor() {
        return waiters != null;
    }

    /**
     * Wakes everybody who waits. Called after the state was published.
     *
     * @param driver the lane whose kernel wait a waiter may be in, or null
     */
    final void wake(@Nullable LaneDriver driver) {
        Object waiting = waiters;
        while (waiting instanceof Chain chain) {
            unpark(chain.thread, driver);
            waiting = chain.next;
        }
        if (waiting != null) {
            unpark((Thread) waiting, driver);
        }
    }

    private static void unpark(Thread thread, @Nullable LaneDriver driver) {
        if (thread == Thread.currentThread()) {
            return;
        }
        if (driver != null) {
            driver.wakeIfBlocked(thread);
        }
        LockSupport.unpark(thread);
    }
}
