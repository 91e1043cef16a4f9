package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import java.util.List;

/**
 * The three answers of a cancel. What is queued in the engine is canceled here; what a lane has, only the lane can
 * take back. The answer always agrees with the status that the request ends with.
 */
final class FileCancel {
    private final FileOrder order;

    FileCancel(FileOrder order) {
        this.order = order;
    }

    CancelResult cancel(Block block, long number) {
        return cancel(block, number, true);
    }

    private CancelResult cancel(Block block, long number, boolean alsoInFlight) {
        if (block.hasEnded(number)) {
            return CancelResult.ALL_DONE;
        }
        if (order.takeOut(block, number)) {
            Settlement.end(block, -Errno.ECANCELED.number(), null);
            return CancelResult.CANCELED;
        }
        // A sync in flight is known to its lane only as the transfer that serves it together with others.
        if (alsoInFlight && !block.flight.isSync() && block.cancelAsked(number)) {
            if (!requireNonNull(block.driver).cancel(block, number)) {
                block.cancelRefused(number);
            }
        }
        return answer(block, number);
    }

    /** The answer that agrees with the status; another thread may be about to decide on it. */
    @SuppressWarnings("ThreadPriorityCheck") // not a spin: the other may be a virtual thread that needs this carrier
    private static CancelResult answer(Block block, long number) {
        long now = block.word();
        while (Life.number(now) == number && Life.isBeingDecided(now)) {
            Thread.yield();
            now = block.word();
        }
        if (Life.number(now) != number) {
            return CancelResult.ALL_DONE;
        }
        if (Life.isPending(now)) {
            return CancelResult.NOT_CANCELED;
        }
        return Life.state(now) == Life.CANCELED ? CancelResult.CANCELED : CancelResult.ALL_DONE;
    }

    CancelReport all() {
        return each(true);
    }

    /** Cancels what no lane has; for an end that is in a hurry. */
    void queued() {
        each(false);
    }

    /** The youngest first, so that room that a canceled one makes is not taken by one that is canceled next. */
    private CancelReport each(boolean alsoInFlight) {
        List<FileOrder.Pending> pending = order.pending();
        int canceled = 0;
        int running = 0;
        for (int i = pending.size() - 1; i >= 0; i--) {
            FileOrder.Pending each = pending.get(i);
            switch (cancel(each.block(), each.number(), alsoInFlight)) {
                case CANCELED -> canceled++;
                case NOT_CANCELED -> running++;
                case ALL_DONE -> {}
            }
        }
        return new CancelCount(canceled, running, pending.size() - canceled - running);
    }
}
