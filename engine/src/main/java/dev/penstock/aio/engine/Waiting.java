package dev.penstock.aio.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Every wait of the engine.
 *
 * <p>A platform thread first does what it can itself: it carries out the staged request where the lane lets it, or what
 * that waits for ({@link Helping}), and drives the lane, if all it waits for is on one that is collected and has something
 * in flight, and nobody else drives it. If somebody else drives, it parks and is the next to drive; if its blocks span
 * lanes, it asks the keepers to drive and parks. A virtual thread only starts and collects, then parks: it never blocks in
 * the kernel, so it never pins its carrier.
 */
final class Waiting {
    /** A timeout so long is none. */
    static final long FOREVER = Long.MAX_VALUE;

    private Waiting() {}

    /** The waiting thread was interrupted; its flag is set. */
    static final class Interrupted extends Exception {
        private static final long serialVersionUID = 1L;

        Interrupted() {
            super(null, null, false, false);
        }
    }

    /**
     * Waits until the target is met.
     *
     * @param nanos 0 or less only looks; {@link #FOREVER} has no end
     * @return false if the time was over first
     */
    static boolean await(Awaited target, long nanos) throws Interrupted {
        if (target.isMet()) {
            return true;
        }
        if (nanos <= 0) {
            target.flush();
            target.glance();
            return target.isMet();
        }
        long deadline = deadline(nanos);
        boolean platform = !Threads.isCurrentVirtual();
        boolean helped = platform && !Thread.currentThread().isInterrupted() && target.help();
        if (helped && target.isMet()) {
            return true;
        }
        target.flush();
        target.glance();
        if (target.isMet()) {
            return true;
        }
        return untilMet(target, deadline, platform, helped);
    }

    /** Waits without an end whatever interrupts come; the thread's flag is as it was, or set. */
    static boolean awaitUninterrupted(Awaited target, long nanos) {
        boolean interrupted = false;
        long deadline = deadline(nanos);
        try {
            for (; ; ) {
                try {
                    return await(target, remaining(deadline));
                } catch (Interrupted e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long deadline(long nanos) {
        return nanos == FOREVER ? FOREVER : System.nanoTime() + nanos;
    }

    private static long remaining(long deadline) {
        return deadline == FOREVER ? FOREVER : deadline - System.nanoTime();
    }

    /**
     * A wait that did not end at once.
     *
     * @param helped whether something could be carried out, but did not end it: there may be more
     */
    private static boolean untilMet(Awaited target, long deadline, boolean platform, boolean helped)
            throws Interrupted {
        Thread me = Thread.currentThread();
        boolean helps = helped;
        DrivingRight called = null;
        LaneDriver tried = null;
        int seen = 0;
        target.enlist(me);
        try {
            while (!target.isMet()) {
                if (me.isInterrupted()) {
                    throw new Interrupted();
                }
                long left = remaining(deadline);
                if (left <= 0) {
                    return false;
                }
                LaneDriver sole = platform ? target.soleLane() : null;
                if (called != null && (sole == null || sole.right() != called)) {
                    // Before it parks for something else: who called it calls nobody besides.
                    called.passOn();
                    called = null;
                }
                // On a lane that can be driven it makes no sense to ask again while nothing has come.
                int staged = sole == null ? 0 : sole.stagedForHelpers();
                boolean mayHelp = helps || sole == null || sole != tried || staged != seen;
                tried = sole;
                seen = staged;
                helps = platform && mayHelp && target.help();
                if (helps) {
                    // Nobody else may collect what has ended meanwhile.
                    target.glance();
                } else {
                    called = step(target, sole, left, seen);
                }
            }
            return true;
        } finally {
            target.delist(me);
            if (called != null) {
                called.passOn();
            }
        }
    }

    /**
     * Drives for the target, or parks.
     *
     * @param sole the lane that can be driven for it, or null
     * @param seen how often something had been staged there for helpers when the caller tried to help
     * @return the right that it may have been woken for, or null
     */
    private static @Nullable DrivingRight step(Awaited target, @Nullable LaneDriver sole, long left, int seen) {
        if (sole == null) {
            park(target, left);
            return null;
        }
        DrivingRight right = sole.right();
        if (sole.inFlight() > 0 && right.tryTake()) {
            try {
                sole.drive(target, left, seen);
            } finally {
                right.leave();
            }
            return null;
        }
        parkAsHeir(target, right, left);
        return right;
    }

    private static void park(Awaited target, long left) {
        target.need();
        try {
            target.flush();
            // No lock and no call of the lane between this look and the park: it could use up the unpark.
            if (!target.isMet()) {
                LockSupport.parkNanos(target, left);
            }
        } finally {
            target.unneed();
        }
    }

    private static void parkAsHeir(Awaited target, DrivingRight right, long left) {
        right.inherit();
        target.need();
        try {
            target.flush();
            if (right.mayHeirPark() && !target.isMet()) {
                LockSupport.parkNanos(target, left);
            }
        } finally {
            target.unneed();
            right.disinherit();
        }
    }
}
