package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import org.jspecify.annotations.Nullable;

/**
 * How a request ends: outcome, the file's bookkeeping, limits, publication, notification, in this order. Whatever the
 * notification needs is read before the state is published, for from then on the block may be used again.
 */
final class Settlement {
    /** The negative result that stands for an error without a number. */
    static final long UNKNOWN_ERROR = Long.MIN_VALUE;

    private Settlement() {}

    /**
     * Counts what a full transfer has moved.
     *
     * @return whether the rest is to be transferred
     */
    static boolean moved(Flight flight, long result) {
        return isFull(flight) && result > 0 && flight.advance(result) > 0 && !isAtDirectEnd(flight);
    }

    private static boolean isFull(Flight flight) {
        FileRequest<?> owner = flight.block.owner;
        return owner != null && owner.isFull();
    }

    /** A DIRECT read that ends between multiples has met the end of the file, and cannot be continued from there. */
    private static boolean isAtDirectEnd(Flight flight) {
        return flight.kind() == TransferKind.READ
                && flight.moved() % flight.target().alignmentBytes() != 0;
    }

    /** Ends a request that was in flight by the lane's result. */
    static void ofTransfer(Block block, long result, @Nullable String text) {
        OpenFile file = block.flight.target();
        if (file.isSyncTransfer(block)) {
            file.syncEnded(block, result, text);
        } else if (block.endFlight()) {
            end(block, stalled(block.flight, result) ? -Errno.EIO.number() : result, text);
        }
    }

    /** Ends a request that is in flight though no lane has it, because all such requests of its file are refused. */
    static void ofRefused(Block block, Errno refusal) {
        ofTransfer(block, -refusal.number(), FileVerdict.detail(refusal));
    }

    /** Whether a write that has to write everything was told that nothing can be written, without an error. */
    private static boolean stalled(Flight flight, long result) {
        return result == 0 && flight.kind() == TransferKind.WRITE && isFull(flight) && flight.length() > 0;
    }

    /** What a lane's result stands for. */
    static Errno errno(long result) {
        if (result >= 0) {
            return Errno.SUCCESS;
        }
        return result == UNKNOWN_ERROR ? Errno.UNKNOWN : Errno.of((int) -result);
    }

    /** Ends a request that was accepted. The block is in state ENDING. */
    static void end(Block block, long result, @Nullable String text) {
        Flight flight = block.flight;
        OpenFile file = flight.target();
        if (result >= 0) {
            block.outcome(Errno.SUCCESS, 0, null, success(flight, result));
        } else {
            int number = result == UNKNOWN_ERROR ? 0 : (int) -result;
            block.outcome(errno(result), number, text, flight.moved());
        }
        flight.giveBack();
        boolean kept = block.isKept;
        block.isKept = false;
        LaneDriver driver = block.driver;
        try {
            finish(block, state(result), file);
        } finally {
            file.released();
            if (kept && driver != null) {
                driver.unneed();
            }
        }
    }

    /** Ends, as failed, a request that its list could not start. The block is in state ENDING. */
    static void refused(Block block, AioException why) {
        block.outcome(why.errno(), why.errorNumber(), null, 0);
        OpenFile file = block.flight.targetOrNull();
        if (file != null && file.telling().tells(block.flight.telling())) {
            file.order().refused(block);
        }
        finish(block, Life.FAILED, null);
    }

    private static int state(long result) {
        if (result >= 0) {
            return Life.DONE;
        }
        return result == -Errno.ECANCELED.number() ? Life.CANCELED : Life.FAILED;
    }

    private static long success(Flight flight, long result) {
        if (flight.kind() == TransferKind.SIZE) {
            return result;
        }
        if (!flight.moves()) {
            return 0;
        }
        return isFull(flight) ? flight.moved() : result;
    }

    /**
     * Publishes, wakes and tells.
     *
     * @param file that it was accepted by, or null
     */
    private static void finish(Block block, int state, @Nullable OpenFile file) {
        Consumer consumer = block.consumer;
        LaneDriver driver = block.driver;
        FileRequest<?> owner = block.owner;
        ListOperation list = block.list;
        SigEvent telling = block.flight.telling();
        EndQueue queue = telling.notification() == SigEvent.Notify.QUEUE ? consumer.queueOf(telling) : null;
        Told told = block.flight.takeTold();
        boolean listAfterCallback = told != null && list != null && list.isToldAfterCallbacks();
        if (told != null) {
            told.ended(block, listAfterCallback ? list : null);
        }
        block.list = null;
        consumer.stats().ended(block.flight, state, block.outcomeResult());
        if (owner != null) {
            owner.ends();
        }

        if (file == null) {
            publish(block, state, queue);
        } else {
            file.order().ended(block, state, queue);
        }
        block.wake(driver);
        if (queue != null) {
            queue.wake(driver);
        }
        if (told != null) {
            consumer.notifier().tell(told);
        }
        if (list != null && !listAfterCallback) {
            list.entryEnded(state != Life.DONE, driver);
        }
        if (owner != null) {
            owner.ended();
        }
    }

    /**
     * Frees the request's share of the limits and makes its end visible. From here on the block may be used again. Its
     * file calls this under its lock, so that nobody sees a sync done before what the sync covers.
     */
    static void publish(Block block, int state, @Nullable EndQueue queue) {
        block.consumer.submission().release(1);
        if (queue == null) {
            block.publish(state, false);
        } else {
            queue.publish(block, state);
        }
    }
}
