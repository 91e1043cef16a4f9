package dev.penstock.aio.notification.fanout;

import java.util.ArrayDeque;

/**
 * What one bundle has registered. So many of its listeners are run at a time, and each that has had its turn makes room
 * for the next one; so a bundle with hundreds of listeners that never return holds some threads, and not all.
 */
final class Share {
    /** Listeners of one bundle that the pool has at a time. */
    static final int RUNNING_MAX = 32;

    private final Pool pool;

    // Guarded by this.
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private int running;

    /** How many are registered; guarded by {@link Shares}. */
    int registered;

    Share(Pool pool) {
        this.pool = pool;
    }

    /** Has one run, now or when it is its turn. */
    synchronized void run(Job job) {
        if (running < RUNNING_MAX) {
            running++;
            pool.add(job);
        } else {
            waiting.add(job);
        }
    }

    /** One that ran has more to do: it goes to the end of the line. */
    synchronized void again(Job job) {
        waiting.add(job);
        pool.add(waiting.remove());
    }

    /** One that ran is through. */
    synchronized void ended() {
        Job next = waiting.poll();
        if (next == null) {
            running--;
        } else {
            pool.add(next);
        }
    }
}
