package dev.penstock.aio.notification.fanout;

import java.util.concurrent.locks.LockSupport;

/**
 * The thread between the rings and the pool: sees which listeners are behind and has them run, and watches those that
 * run. A writer only unparks it, and only if it has found nothing to do for a while.
 */
final class Pump implements Runnable {
    private static final long TICK_NS = 200_000;
    /** So many ticks with nothing to be told, and it parks: about 4 ms. */
    private static final int IDLE_TICKS_MAX = 20;
    /** Between two looks at listeners that run, while there is nothing else to do. */
    private static final long WATCH_NS = 5_000_000;

    private final FanOut fanOut;
    private final Thread thread;
    /** Set before it looks for the last time and parks; whoever brings work looks at it afterwards. */
    private volatile boolean parked;

    private volatile boolean stopped;

    Pump(FanOut fanOut, String name) {
        this.fanOut = fanOut;
        this.thread = new Thread(this, name + "-pump");
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(Pump.class.getClassLoader());
    }

    void start() {
        thread.start();
    }

    /** There is something to be told. The caller made it visible with a full fence. */
    void stir() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    Thread thread() {
        return thread;
    }

    @Override
    public void run() {
        int idle = 0;
        while (!stopped) {
            try {
                idle = turn(idle);
            } catch (Throwable e) {
                // It must not end the only thread that looks.
                failed(e);
                LockSupport.parkNanos(this, WATCH_NS);
            }
        }
    }

    private void failed(Throwable why) {
        try {
            fanOut.pumpFailed(why);
        } catch (OutOfMemoryError e) {
            // Then it cannot even be said.
        }
    }

    /** Looks, and parks until it has to look again; returns for how many turns there was nothing to do. */
    private int turn(int idleBefore) {
        int idle = look() ? 0 : idleBefore + 1;
        if (idle <= IDLE_TICKS_MAX) {
            LockSupport.parkNanos(this, TICK_NS);
            return idle;
        }
        // Who called may have had nothing new for anybody, and would call for every completion.
        return rest() ? 0 : idle;
    }

    /** Returns whether there was something to do. */
    private boolean look() {
        boolean any = fanOut.schedule();
        fanOut.watch();
        return any;
    }

    /** Parks until it is called, or listeners that run are to be looked at; returns whether it was called. */
    private boolean rest() {
        parked = true;
        try {
            fanOut.awaitCompletions();
            if (look() || stopped) {
                return true;
            }
            if (!fanOut.isToBeWatched()) {
                LockSupport.park(this);
                return true;
            }
            long sinceNs = System.nanoTime();
            LockSupport.parkNanos(this, WATCH_NS);
            return System.nanoTime() - sinceNs < WATCH_NS;
        } finally {
            parked = false;
        }
    }
}
