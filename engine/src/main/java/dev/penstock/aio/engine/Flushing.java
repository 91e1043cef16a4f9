package dev.penstock.aio.engine;

import dev.penstock.aio.spi.Lane;

/**
 * Has a lane start what is staged, by any thread and under no lock, and says when it wants that. What a lane throws is
 * dealt with here: what is staged can neither be lost nor be ended.
 */
final class Flushing {
    private final Bound backend;
    private final LaneWindow window;
    private final Gate gate;
    private final Keeper keeper;
    /** Not the provider's any more after {@link #forget}; who still sees that one reads its threshold at most. */
    private Lane lane;
    /** Written by whoever flushes but the keeper; a hint for the keeper and the watch. */
    private int byOthers;

    Flushing(Bound backend, Lane lane, LaneWindow window, Gate gate, Keeper keeper) {
        this.backend = backend;
        this.lane = lane;
        this.window = window;
        this.gate = gate;
        this.keeper = keeper;
    }

    int threshold() {
        try {
            return lane.flushThreshold();
        } catch (Throwable e) {
            // The request is accepted: nothing may be thrown here.
            backend.misbehaved("flushThreshold", e);
            return 1;
        }
    }

    boolean isWantedWhenIdle() {
        try {
            return lane.flushesWhenIdle();
        } catch (Throwable e) {
            backend.misbehaved("flushesWhenIdle", e);
            return true;
        }
    }

    /** Starts what is staged. */
    void flush() {
        if (window.staged() > 0 && gate.enter()) {
            try {
                if (window.flushing()) {
                    byOthers += keeper.isCurrent() ? 0 : 1;
                    lane.flush();
                }
            } catch (Throwable e) {
                failed(e);
            } finally {
                gate.leave();
            }
        }
    }

    /**
     * Starts what is staged, also what only a long-lived thread may start. Called by the keeper.
     *
     * @return false if the lane has left some to helpers
     */
    boolean flushByKeeper() {
        if (window.hasStaged() && gate.enter()) {
            try {
                int count = window.flushingByKeeper();
                if (count >= 0 && !lane.flushByKeeper()) {
                    window.leftStaged(count);
                    return false;
                }
            } catch (Throwable e) {
                failed(e);
            } finally {
                gate.leave();
            }
        }
        return true;
    }

    /** The keeper tries again until the lane takes it. */
    private void failed(Throwable why) {
        backend.misbehaved("flush", why);
        window.notFlushed();
        keeper.retry();
    }

    /** How often others than the keeper have flushed, or a little less; may wrap. */
    int byOthers() {
        return byOthers;
    }

    /** See {@link LaneDriver#forget}. */
    void forget(Lane nothing) {
        lane = nothing;
    }
}
