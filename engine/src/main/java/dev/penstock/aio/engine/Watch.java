package dev.penstock.aio.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread for all lanes of a backend that looks after those whose keepers are away, because other threads do there
 * what a keeper would: start what is staged, and collect. A look at a lane costs some counters; a keeper that is woken for
 * it takes the processor of somebody, who may hold a lock for which others spin. It starts when it is needed first, and
 * parks while no keeper is away.
 */
final class Watch implements Runnable {
    static final long LOOK_NS = 500_000;
    /** Since when it has not looked if a provider hangs in a verb, or there is no processor for it. */
    private static final long LATE_NS = 2_000_000;

    private static final long START_AGAIN_NS = 1_000_000_000;

    private final String name;
    private final Keeper[] keepers;
    private final Notifier callbacks;
    private volatile @Nullable Thread thread;
    /** Set before it looks for the last time and parks; a keeper that goes away looks at it afterwards. */
    private volatile boolean parked;

    private volatile boolean stopped;
    /** By {@link System#nanoTime()}. */
    private volatile long lookedNs;
    /** When there was no thread to be had; guarded by this. */
    private long refusedNs = System.nanoTime() - START_AGAIN_NS;

    Watch(String name, Keeper[] keepers, Notifier callbacks) {
        this.name = name;
        this.keepers = keepers;
        this.callbacks = callbacks;
    }

    /**
     * Sees to it that a keeper can be away.
     *
     * @return false if nobody would look after its lane, so that it has to stay
     */
    boolean isThere(long nowNs) {
        Thread running = thread;
        if (running == null) {
            return start(nowNs);
        }
        return running.isAlive() && (parked || nowNs - lookedNs < LATE_NS);
    }

    private synchronized boolean start(long nowNs) {
        if (thread == null && !stopped && nowNs - refusedNs >= START_AGAIN_NS) {
            try {
                Thread created = Threads.daemon(this, name);
                lookedNs = nowNs;
                created.start();
                thread = created;
            } catch (OutOfMemoryError e) {
                // There is no thread to be had. The keepers stay, and look for themselves.
                refusedNs = nowNs;
            }
        }
        return thread != null && !stopped;
    }

    /** A keeper is away from now on. */
    void look() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    /** To be called when no keeper is left. */
    void stop() {
        Thread running;
        synchronized (this) {
            stopped = true;
            running = thread;
        }
        if (running != null && running != Thread.currentThread()) {
            LockSupport.unpark(running);
            Threads.join(running);
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            if (!lookAround()) {
                parked = true;
                if (!lookAround() && !stopped) {
                    LockSupport.park(this);
                }
                lookedNs = System.nanoTime();
                parked = false;
            }
            LockSupport.parkNanos(this, LOOK_NS);
        }
    }

    /** Returns whether there is a lane to look after. */
    private boolean lookAround() {
        boolean any = false;
        for (Keeper keeper : keepers) {
            lookedNs = System.nanoTime();
            any |= keeper.isAway(lookedNs);
        }
        if (any) {
            callbacks.lookAtCallbacks();
        }
        return any;
    }
}
