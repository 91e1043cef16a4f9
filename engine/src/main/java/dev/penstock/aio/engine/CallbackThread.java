package dev.penstock.aio.engine;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs code of users. What that code starts is left staged until the thread has run what there was to run;
 * then it sweeps: it flushes the lane and collects, or carries out itself what its code has started, as a waiter does. So
 * code that starts a request at the end of another one needs no other thread. While code of a user runs, the thread drives
 * nothing.
 */
final class CallbackThread extends Thread {
    /** For how many nanoseconds it looks out for what the keeper collects, having found that one in its place. */
    private static final long LOOK_OUT_NS = 20_000;
    /** So many of its requests are remembered. */
    private static final int OWN_MAX = 32;
    /** So many times in a row at most it does not look out, having done so in vain. */
    private static final int IN_VAIN_MAX = 1_024;

    // Touched by the thread alone.
    /** Where its code has started requests, since it had nothing to do for the last time. */
    private @Nullable LaneDriver lane;
    /** Of whom it is a thread that sweeps at this moment. */
    private @Nullable CallbackPool sweepsFor;
    /** What its code has started there, and nobody else may have begun yet. */
    private final ArrayDeque<Block> own = new ArrayDeque<>();

    private int inVain;
    private int skips;

    CallbackThread(Runnable work, String name) {
        super(null, work, name, 0, false);
        setDaemon(true);
        setContextClassLoader(CallbackThread.class.getClassLoader());
    }

    /** A block was handed to its lane: whether the calling thread starts it when the code that it runs has returned. */
    static boolean flushesLater(LaneDriver driver, Block block) {
        return Thread.currentThread() instanceof CallbackThread thread && thread.starts(driver, block);
    }

    /** Whether the calling thread is one that has started requests, and so drives for them before it parks. */
    static boolean isDriving(LaneDriver driver) {
        return Thread.currentThread() instanceof CallbackThread thread && thread.lane == driver;
    }

    /** Whether the calling thread is one of a pool's that sweeps, and afterwards runs what it has found. */
    static boolean isSweeping(CallbackPool pool) {
        return Thread.currentThread() instanceof CallbackThread thread && thread.sweepsFor == pool;
    }

    private boolean starts(LaneDriver driver, Block block) {
        if (lane != driver) {
            rest();
            lane = driver;
            driver.right().sweeps();
        }
        if (own.size() < OWN_MAX && driver.isForHelpers(block)) {
            own.add(block);
        }
        return true;
    }

    /**
     * Starts what was staged, and collects, or carries out one request: called when there is nothing to run.
     *
     * @param work tells whether there is something to run now
     */
    void sweep(CallbackPool pool, BooleanSupplier work) {
        LaneDriver driver = lane;
        if (driver == null) {
            return;
        }
        sweepsFor = pool;
        try {
            if (!own.isEmpty() && pool.mayHelp()) {
                try {
                    if (helps(driver)) {
                        return;
                    }
                } finally {
                    pool.hasHelped();
                }
            }
            driver.flush();
            if (!driver.sweep() && driver.isCollected() && driver.right().isOneSweeper() && !work.getAsBoolean()) {
                lookOut(driver, work);
            }
        } finally {
            sweepsFor = null;
            if (pool.isBehind()) {
                driver.haveKeeperLook();
            }
        }
    }

    /** Carries out one of its own requests that nobody has begun, where the lane can do that. */
    private boolean helps(LaneDriver driver) {
        for (Block block = own.poll(); block != null; block = own.poll()) {
            long word = block.word();
            if (block.driver == driver && Life.isInFlight(word) && driver.help(block, Life.number(word))) {
                return true;
            }
        }
        return false;
    }

    /** The keeper is in the lane, and sees from now on that it is not needed there. */
    private void lookOut(LaneDriver driver, BooleanSupplier work) {
        if (skips > 0) {
            skips--;
            return;
        }
        for (long sinceNs = System.nanoTime(); System.nanoTime() - sinceNs < LOOK_OUT_NS; Thread.onSpinWait()) {
            if (work.getAsBoolean() || (!driver.right().isTaken() && driver.sweep())) {
                inVain = 0;
                return;
            }
        }
        inVain = Math.min(IN_VAIN_MAX, 2 * inVain + 1);
        skips = inVain;
    }

    /** There is nothing to do: the keeper drives what is still in flight. */
    void rest() {
        LaneDriver driver = lane;
        if (driver != null) {
            lane = null;
            own.clear();
            driver.flush();
            driver.right().sweepsNoLonger();
        }
    }
}
