package dev.penstock.aio.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * One thread for all lanes of a backend that looks after those whose keepers are away, because other threads do there
 * what a keeper would: start what is staged, and collect. A look at a lane costs some counters; a keeper that is woken for
 * it takes the processor of somebody, who may hold a lock for which others spin. It parks while no keeper is away.
 */
final class Watch implements Runnable {
    static final long LOOK_NS = 500_000;
    /** Since when it has not looked if a provider hangs in a verb, or there is no processor for it. */
    private static final long LATE_NS = 2_000_000;

    private final Keeper[] keepers;
    private final Notifier callbacks;
    private final Thread thread;
    /** Set before it looks for the last time and parks; a keeper that goes away looks at it afterwards. */
    private volatile boolean parked;

    private volatile boolean stopped;
    /** By {@link System#nanoTime()}. */
    private volatile long lookedNs = System.nanoTime();

    Watch(String name, Keeper[] keepers, Notifier callbacks) {
        this.keepers = keepers;
        this.callbacks = callbacks;
        this.thread = Threads.daemon(this, name);
    }

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    void start() {
        thread.start();
    }

    /** Whether a keeper can be away, because its lane would be looked after. */
    boolean looks(long nowNs) {
        return thread.isAlive() && (parked || nowNs - lookedNs < LATE_NS);
    }

    /** A keeper is away from now on. */
    void look() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** To be called when no keeper is left. */
    void stop() {
        stopped = true;
        if (thread != Thread.currentThread()) {
            LockSupport.unpark(thread);
            Threads.join(thread);
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            if (!lookAround()) {
                parked = true;
                // No call of a lane here: who hangs in one would be taken for one who comes when he is called.
                if (!isAnyAway() && !stopped) {
                    LockSupport.park(this);
                }
                lookedNs = System.nanoTime();
                parked = false;
            }
            LockSupport.parkNanos(this, LOOK_NS);
        }
    }

    private boolean isAnyAway() {
        for (Keeper keeper : keepers) {
            if (keeper.isAway()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether there is a lane to look after. */
    private boolean lookAround() {
        boolean any = false;
        for (Keeper keeper : keepers) {
            lookedNs = System.nanoTime();
            any |= keeper.lookAfterIfAway(lookedNs);
        }
        if (any) {
            callbacks.lookAtCallbacks();
        }
        return any;
    }
}
