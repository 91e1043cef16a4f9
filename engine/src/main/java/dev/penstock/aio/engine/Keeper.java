package dev.penstock.aio.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A lane's own thread, for what no thread of a user does: it starts what was staged and left alone, drives a collected
 * lane while somebody needs that, and collects what nobody waits for. It lives as long as the lane, and parks while
 * there is nothing to keep.
 *
 * <p>While requests come in, the last one some ticks ago at most, it looks around every {@link Pace#TICK_NS}, so that a
 * submit need not wake it; a staged transfer waits no longer than about a tick for its start, or two where the lane leaves
 * to helpers what it was not asked for before. While others flush often, or carry out what they wait for, it keeps out of
 * their way: see {@link Pace}; then that may be 1.5 ms. Once others have flushed for some ticks a lane that is collected, and
 * nothing is left to helpers, it is away, and the {@link Watch} looks after the lane.
 */
final class Keeper implements Runnable {
    /** So many ticks without anything new, and it parks: some 0.4 ms, for a nap of 50 us takes up to 100. */
    private static final int IDLE_TICKS_MAX = 4;
    /** What nobody waits for is collected this seldom, so that the keeper is not in the way of those who wait. */
    private static final int TICKS_PER_GLANCE = 8;

    /** While it is away it looks this seldom whether the watch still does. */
    private static final long AWAY_NS = 5_000_000;
    /** So many looks of the watch without a flush, and those who flushed have gone: about 8 ms. */
    private static final int QUIET_LOOKS_MAX = 16;

    private final LaneDriver driver;
    private final Watch watch;
    private final Thread thread;
    /** Transfers whose stage threw; delivered from here because the engine held its locks then. */
    private final ConcurrentLinkedQueue<Refused> refused = new ConcurrentLinkedQueue<>();

    /** Set before it looks for the last time and parks; whoever brings work looks at it afterwards. */
    private volatile boolean parked;

    /** Set before it looks for what is staged and does something for long; whoever leaves something to helpers looks at it. */
    private volatile boolean inLongTick;

    /** Set with it while what is for helpers is left to them, because they come. */
    private volatile boolean leavesToHelpers;
    /** Whether something was staged for helpers while somebody waited already; until it is started. */
    private volatile boolean missesHelpers;

    /** The same as {@link #inLongTick}, while it drives. */
    private volatile boolean inLane;

    private volatile boolean stopped;
    // Touched by the keeper alone.
    private final Pace pace = new Pace();
    private int ticks;
    private int idle;
    private int turnsSeen;
    /** How often it has come by while it {@link #missesHelpers}. */
    private int visitsMissed;

    /** By System.nanoTime, of its last tick; written before it is no longer {@link #parked}. By the watch while it is away. */
    private volatile long tickedNs = System.nanoTime();

    /** Whether the watch looks after the lane. */
    private volatile boolean away;
    // Written by the keeper, and by the watch while the keeper is away. A look that is late may count wrong: then the
    // keeper comes back, or parks, too soon.
    private int flushesWatched;
    private int turnsWatched;
    private volatile int quietLooks;

    private record Refused(long token, Throwable why) {}

    Keeper(LaneDriver driver, Watch watch, String name) {
        this.driver = driver;
        this.watch = watch;
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

    /** Something is staged that the submitter does not flush, or in flight on a lane that has to be collected. */
    void look() {
        if (parked) {
            unpark();
        }
    }

    /**
     * Returns the time of its last tick by {@link System#nanoTime}, which was a millisecond or two ago unless it is held up,
     * by a provider that hangs or for want of a processor; the present time while it parks. Any thread.
     */
    long recentNs() {
        return parked ? System.nanoTime() : tickedNs;
    }

    /** Something is staged that nobody else can start. */
    void hurry() {
        unpark();
        driver.wakeIfBlocked(thread);
    }

    /** A flush failed. By any thread, also the keeper, who comes by again anyway. */
    void retry() {
        if (!isCurrent()) {
            unpark();
        }
    }

    /** Something is staged that is left to helpers, of whom there may be none. */
    void comeBack() {
        boolean missed = driver.isAwaited();
        if (missed && !missesHelpers) {
            missesHelpers = true;
        }
        // Once is enough; but in the lane only where it is about to block, for until then it looks at what is staged
        // itself.
        if (inLongTick) {
            if (missed || !leavesToHelpers) {
                inLongTick = false;
                unpark();
            }
        } else if (inLane && driver.isBlocked(thread) && !isCurrent()) {
            inLane = false;
            driver.wakeIfBlocked(thread);
        }
    }

    void deliverLater(long token, Throwable why) {
        refused.add(new Refused(token, why));
        unpark();
    }

    void unpark() {
        LockSupport.unpark(thread);
    }

    boolean isCurrent() {
        return thread == Thread.currentThread();
    }

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
            idle = keep() ? 0 : idle + 1;
            if (idle >= IDLE_TICKS_MAX) {
                // What was started and left alone may have ended by now; the next look is after a long tick.
                driver.glance();
                parked = true;
                boolean wanted = true;
                // Whoever brings something from now on sees that it parks.
                if (driver.mayCallForCallbacks()) {
                    LockSupport.parkNanos(this, Pace.TICK_NS);
                } else if (!driver.hasStaged() && !driver.right().isWantedOfKeeper() && refused.isEmpty() && !stopped) {
                    wanted = park();
                    driver.glance();
                }
                tickedNs = System.nanoTime();
                parked = false;
                // Who was not called parks again after one more look, not after all the ticks.
                idle = wanted ? 0 : IDLE_TICKS_MAX;
            }
        }
    }

    /**
     * Parks, for long if a collected lane still holds something that nobody waits for.
     *
     * @return whether it was called before the time was over
     */
    private boolean park() {
        if (driver.isCollected() && driver.inFlight() > 0) {
            long sinceNs = System.nanoTime();
            LockSupport.parkNanos(this, Pace.LONG_TICK_NS);
            return System.nanoTime() - sinceNs < Pace.LONG_TICK_NS;
        }
        LockSupport.park(this);
        return true;
    }

    /** Who drives collects for all; the keeper would only be in his way, and he would park while it is at it. */
    private void glanceIfNobodyDoes() {
        int turns = driver.right().turns();
        if (turns == turnsSeen) {
            driver.glance();
        }
        turnsSeen = turns;
    }

    /** How often others have done what a keeper would: flushed, or carried out what they waited for. */
    private int doneByOthers() {
        return driver.flushesByOthers() + driver.helps();
    }

    /**
     * Waits until the next look.
     *
     * @param left whether others start what is staged
     * @param toHelpers whether they also carry out what is for helpers
     * @param driven whether somebody drives, who wakes the keeper when he leaves
     */
    private void nap(boolean left, boolean toHelpers, boolean driven) {
        leavesToHelpers = toHelpers;
        inLongTick = left || driven;
        LockSupport.parkNanos(this, tickNs(left));
        inLongTick = false;
    }

    /** Looks at what was staged until it could be seen that this is a long tick. */
    private long tickNs(boolean left) {
        if (left) {
            boolean called = driver.isStagedForKeeper()
                    || (driver.isLeftToHelpers() && (!leavesToHelpers || missesHelpers || driver.isAwaited()));
            return called ? Pace.TICK_NS : pace.tickNs();
        }
        return inLongTick && !driver.hasStaged() ? Pace.LONG_TICK_NS : Pace.TICK_NS;
    }

    /**
     * What is for helpers, and was there already at the last visit, has found none: it is started. All else that is staged
     * goes with it.
     */
    private void visit() {
        boolean all = driver.flushByKeeper();
        if (missesHelpers) {
            visitsMissed++;
            if (all || visitsMissed == 2) {
                visitsMissed = 0;
                missesHelpers = false;
            }
        }
    }

    /** Does what there is to do; false if there was nothing. */
    private boolean keep() {
        boolean busy = driver.hasStaged();
        long nowNs = System.nanoTime();
        tickedNs = nowNs;
        boolean swept = driver.right().isSwept();
        boolean toHelpers = driver.isLeftToHelpers();
        boolean keepUp = pace.helpersKeepUp(driver.helps(), driver.inFlight(), nowNs);
        boolean mayLeave = !driver.isStagedForKeeper()
                && (!toHelpers || (!missesHelpers && keepUp))
                && (swept || !driver.right().isWantedOfKeeper());
        boolean left = pace.leavesToOthers(doneByOthers(), nowNs, mayLeave);
        if (!left || toHelpers) {
            visit();
        }
        boolean calls = driver.lookAtCallbacks();
        for (Refused each = refused.poll(); each != null; each = refused.poll()) {
            driver.refused(each.token, each.why);
        }
        if (!driver.isCollected()) {
            nap(left && !calls, left && toHelpers, false);
            return busy || calls || left;
        }
        if (!swept && driver.right().isWantedOfKeeper() && driver.right().tryTake()) {
            inLane = true;
            try {
                driver.drive(null, Pace.LONG_TICK_NS, 0);
            } finally {
                inLane = false;
                driver.right().leave();
            }
            return true;
        }
        if (left || ++ticks % TICKS_PER_GLANCE == 0) {
            glanceIfNobodyDoes();
            if (!swept && driver.right().isWantedOfKeeper()) {
                // By somebody who found the right taken, and parked.
                return true;
            }
        }
        if (left
                && !toHelpers
                && pace.tickNs() >= Watch.LOOK_NS
                && !driver.right().isNeeded()
                && watch.looks(nowNs)) {
            beAway();
            return idle == 0;
        }
        // Somebody else drives now, who wakes the keeper when he leaves.
        boolean driven = driver.right().isWanted();
        nap(left, left && toHelpers, driven && !busy);
        return busy || driven || left || calls;
    }

    // ---- while it is away

    /** Is away until those who flushed have gone, or there is something to do that only a keeper does. */
    private void beAway() {
        quietLooks = 0;
        leavesToHelpers = false;
        flushesWatched = driver.flushesByOthers();
        turnsWatched = driver.right().turns();
        inLongTick = true;
        away = true;
        watch.look();
        long nowNs = System.nanoTime();
        long leftNs;
        do {
            leftNs = nowNs;
            // No call of the lane between this look and the park: it could use up the unpark.
            if (!isCalled()) {
                LockSupport.parkNanos(this, AWAY_NS);
            }
            nowNs = System.nanoTime();
        } while (nowNs - leftNs >= AWAY_NS && watch.looks(nowNs) && !isCalled());
        away = false;
        inLongTick = false;
        pace.begin(doneByOthers(), nowNs);
        idle = quietLooks > QUIET_LOOKS_MAX ? IDLE_TICKS_MAX : 0;
    }

    /** Whether the watch looks after the lane. */
    boolean isAway() {
        return away;
    }

    /** Whether there is something that the watch does not do. */
    private boolean isCalled() {
        return quietLooks > QUIET_LOOKS_MAX
                || driver.isStagedForKeeper()
                || driver.isLeftToHelpers()
                || driver.right().isWantedOfKeeper()
                || !refused.isEmpty()
                || stopped;
    }

    /**
     * Looks after the lane if the keeper is away: starts and collects what others have left since the last look, and calls
     * the keeper if there is anything else to do. By the watch.
     *
     * @return whether the keeper is away
     */
    boolean lookAfterIfAway(long nowNs) {
        if (!away) {
            return false;
        }
        tickedNs = nowNs;
        boolean quiet = driver.flushesByOthers() == flushesWatched;
        quietLooks = quiet ? quietLooks + 1 : 0;
        if (quiet) {
            // Of a thread, perhaps, that has no processor at this moment.
            driver.flush();
        }
        if (driver.right().turns() == turnsWatched) {
            driver.glance();
        }
        flushesWatched = driver.flushesByOthers();
        turnsWatched = driver.right().turns();
        if (isCalled()) {
            unpark();
        }
        return true;
    }
}
