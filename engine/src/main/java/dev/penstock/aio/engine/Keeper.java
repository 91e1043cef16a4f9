package dev.penstock.aio.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lane's own thread, for what no thread of a user does: it starts what was staged and left alone, drives a collected
 * lane while somebody needs that, and collects what nobody waits for. It is started when it is first wanted, and
 * parks while there is nothing to keep.
 *
 * <p>While requests come in it looks around every {@link #TICK_NS}, so that a submit need not wake it; a staged
 * transfer waits no longer than about a tick for its start.
 */
final class Keeper implements Runnable {
    private static final long TICK_NS = 50_000;
    /** So many ticks without anything new, and it parks: about 2 ms. */
    private static final int IDLE_TICKS_MAX = 20;

    private static final long LONG_TICK_NS = 1_000_000;
    /** What nobody waits for is collected this seldom, so that the keeper is not in the way of those who wait. */
    private static final int TICKS_PER_GLANCE = 8;

    private final LaneDriver driver;
    private final String name;
    /** Tokens whose stage threw; delivered from here because the engine held its locks then. */
    private final ConcurrentLinkedQueue<Long> refused = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Thread thread;
    /** Set before it looks for the last time and parks; whoever brings work looks at it afterwards. */
    private volatile boolean parked;

    private volatile boolean stopped;
    /** Touched by the keeper alone. */
    private int ticks;

    Keeper(LaneDriver driver, String name) {
        this.driver = driver;
        this.name = name;
    }

    /** Something is staged that the submitter does not flush, or in flight on a lane that has to be collected. */
    void look() {
        if (parked || thread == null) {
            unpark();
        }
    }

    /** Something is staged that nobody else can start. */
    void hurry() {
        look();
        Thread running = thread;
        if (running != null) {
            driver.wakeIfBlocked(running);
        }
    }

    void deliverLater(long token) {
        refused.add(token);
        unpark();
    }

    void unpark() {
        Thread running = thread;
        if (running == null) {
            running = start();
        }
        LockSupport.unpark(running);
    }

    private synchronized @Nullable Thread start() {
        if (thread == null && !stopped) {
            Thread starting = Threads.daemon(this, name);
            starting.start();
            thread = starting;
        }
        return thread;
    }

    void stop() {
        Thread running;
        synchronized (this) {
            stopped = true;
            running = thread;
        }
        if (running != null && running != Thread.currentThread()) {
            LockSupport.unpark(running);
            join(running);
        }
    }

    private static void join(Thread running) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                running.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        int idle = 0;
        while (!stopped) {
            idle = keep() ? 0 : idle + 1;
            if (idle > IDLE_TICKS_MAX) {
                parked = true;
                if (!driver.hasStaged() && !driver.isNeeded() && refused.isEmpty() && !stopped) {
                    park();
                    driver.glance();
                }
                parked = false;
                idle = 0;
            }
        }
    }

    /** Parks, for long if a collected lane still holds something that nobody waits for. */
    private void park() {
        if (driver.isCollected() && driver.inFlight() > 0) {
            LockSupport.parkNanos(this, LONG_TICK_NS);
        } else {
            LockSupport.park(this);
        }
    }

    /** Does what there is to do; false if there was nothing. */
    private boolean keep() {
        boolean busy = driver.hasStaged();
        driver.flushByKeeper();
        for (Long token = refused.poll(); token != null; token = refused.poll()) {
            driver.refused(token);
        }
        if (!driver.isCollected()) {
            LockSupport.parkNanos(this, TICK_NS);
            return busy;
        }
        if (driver.isNeeded() && driver.tryDrive()) {
            try {
                driver.drive(null, LONG_TICK_NS);
            } finally {
                driver.leave();
            }
            return true;
        }
        if (++ticks % TICKS_PER_GLANCE == 0) {
            driver.glance();
        }
        LockSupport.parkNanos(this, driver.isNeeded() ? LONG_TICK_NS : TICK_NS);
        return busy || driver.isNeeded();
    }
}
