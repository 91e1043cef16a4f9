package dev.penstock.aio.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to drive a collected lane, to collect and to block in it, which one thread has at a time; and who gets it
 * next.
 *
 * <p>Who drives serves all. A platform thread that waits for nothing but this lane and finds it driven parks as the
 * heir: when the driver leaves, the heir is woken and drives for itself, so that its next completion costs no hand-over.
 * The keeper drives while somebody needs the lane and there is no heir.
 *
 * <p>No wake-up is lost: an heir shows itself and then looks whether the right is taken; a driver gives the right up
 * and then looks who is to be woken. An heir that leaves without having driven, because it was served or its time was
 * over, passes the call on. Of several heirs the last one counts, the others are served by whoever drives.
 */
final class DrivingRight {
    private final Keeper keeper;
    private final LaneWindow window;
    private final AtomicBoolean taken = new AtomicBoolean();
    /** How many wait for a completion of this lane without driving it. */
    private final AtomicInteger needs = new AtomicInteger();

    /** Callback threads that drive for what their code has started, each as often as it has nothing else to do. */
    private final AtomicInteger sweepers = new AtomicInteger();
    /** How often they tried to; written by them, a hint for the keeper. */
    private volatile int attempts;
    /** A callback thread had nothing to do any more, and left what is in flight to the keeper. */
    private volatile boolean handedOver;
    /** Touched by the keeper alone. */
    private int attemptsSeen;

    private volatile @Nullable Thread heir;
    // ---- callback threads

    void sweeps() {
        sweepers.incrementAndGet();
    }

    /** To be called by one that is about to park. */
    void sweepsNoLonger() {
        if (sweepers.decrementAndGet() > 0) {
            // Those that are left may be in code of users for long: they do not keep the keeper away.
            handedOver = true;
        }
        passOn();
    }

    /** Whether there is one only, so that it is the keeper, or the watch in his place, who has the right, if anybody has. */
    boolean isOneSweeper() {
        return sweepers.get() == 1;
    }

    /** As {@link #tryTake}; who gets it must {@link #leaveSweeping}. */
    boolean tryTakeSweeping() {
        attempts++;
        return tryTake();
    }

    /** The keeper is not called out of its tick for what is left: it looks at each whether this goes on. */
    void leaveSweeping() {
        turns++;
        taken.set(false);
        if (isWanted()) {
            callLazily();
        }
    }

    /** As {@link #callNext}, but the keeper need not come before its next tick. */
    void callLazily() {
        Thread next = heir;
        if (next != null) {
            LockSupport.unpark(next);
        } else {
            keeper.look();
        }
    }

    /** Whether callback threads have driven since the last call; by the keeper. */
    boolean isSwept() {
        int now = attempts;
        boolean swept = sweepers.get() > 0 && now != attemptsSeen && !handedOver;
        handedOver = false;
        attemptsSeen = now;
        return swept;
    }

    /** How often others than the keeper have driven; written by who has the right, a hint for the keeper and the watch. */
    private int turns;

    DrivingRight(Keeper keeper, LaneWindow window) {
        this.keeper = keeper;
        this.window = window;
    }

    /** Asks for the right; who gets it must {@link #leave}. */
    boolean tryTake() {
        return !taken.get() && taken.compareAndSet(false, true);
    }

    boolean isTaken() {
        return taken.get();
    }

    void leave() {
        if (!keeper.isCurrent()) {
            turns++;
        }
        taken.set(false);
        if (isWanted()) {
            callNext();
        }
    }

    /** How often others than the keeper have driven, or a little less. */
    int turns() {
        return turns;
    }

    /** Wakes who is to drive next. */
    void callNext() {
        Thread next = heir;
        if (next != null) {
            LockSupport.unpark(next);
        } else if (!keeper.isCurrent()) {
            // Not itself: it looks anyway, and an unpark would only end its next sleep at once, in the lane or here.
            keeper.unpark();
        }
    }

    /** Somebody waits for the lane without driving it, until {@link #unneed}. */
    void need() {
        if (needs.getAndIncrement() == 0 && heir == null && !isTaken() && window.inFlight() > 0) {
            keeper.unpark();
        }
    }

    void unneed() {
        needs.decrementAndGet();
    }

    boolean isNeeded() {
        return needs.get() > 0;
    }

    /** Whether it is needed and there is something to drive it for; what is staged later calls the next driver. */
    boolean isWanted() {
        return isNeeded() && window.inFlight() > 0;
    }

    /** Whether the keeper is to drive. */
    boolean isWantedOfKeeper() {
        return heir == null && isWanted();
    }

    /** The calling thread is about to need the lane and to park, and drives when it is woken; until {@link #disinherit}. */
    void inherit() {
        heir = Thread.currentThread();
    }

    /** Whether the heir may park, for whoever has the right, or stages something, will look for it. */
    boolean mayHeirPark() {
        return isTaken() || window.inFlight() == 0;
    }

    /** The calling thread no longer parks; if it does not drive either, it must {@link #passOn}. */
    void disinherit() {
        if (heir == Thread.currentThread()) {
            heir = null;
        }
    }

    /** To be called by an heir that was woken, maybe to drive, and does not. */
    void passOn() {
        if (!isTaken() && isWanted()) {
            callNext();
        }
    }
}
