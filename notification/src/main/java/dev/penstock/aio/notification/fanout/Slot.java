package dev.penstock.aio.notification.fanout;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place of a {@link Ring}: the values of one completion, and whose turn it is. Made once and filled again and again, so
 * that a writer allocates nothing and stores hardly a reference; who reads it makes the {@link Completion}.
 *
 * <p>One field holds an index and two bits. Writers move it, in one step each:
 *
 * <pre>
 *   n, or n LOST       -> m BUSY         {@link #begin} of m > n: he may write, and is the only one
 *   n BUSY, with LOST  -> m BUSY LOST    {@link #begin} of m > n: a whole round behind, somebody is still at it; m is lost
 *     or without
 *   m BUSY             -> m              {@link #end}: readers may have m
 *   m BUSY LOST        -> m LOST         {@link #end} of the one who was a round behind: what he wrote is overwritten
 * </pre>
 *
 * <p>A reader copies the values and looks afterwards whether the field is still what it was.
 */
final class Slot {
    private static final long BUSY = 1;
    private static final long LOST = 2;
    private static final int SHIFT = 2;
    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(Slot.class, "turn", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long turn = -1L << SHIFT | LOST;

    // Written between begin and end. References only where they change, for what storing one costs the collector.
    private @Nullable Source source;
    private Completion.Operation operation = Completion.Operation.READ;
    private Errno errno = Errno.SUCCESS;
    private int errorNumber;
    private long sequence;
    private long offset;
    private long requested;
    private long transferred;
    private long queueNanos;
    private long serviceNanos;

    /** Gets the right to write the completion of an index; if false, it is lost. Whoever has it must {@link #end}. */
    private boolean begin(long index) {
        while (true) {
            long now = turn;
            if (now >> SHIFT >= index) {
                return false;
            }
            long busy = now & BUSY;
            if (TURN.compareAndSet(this, now, index << SHIFT | BUSY | busy * LOST)) {
                // What is stored from here on must not be seen before that.
                VarHandle.storeStoreFence();
                return busy == 0;
            }
        }
    }

    private void end() {
        TURN.getAndAdd(this, -BUSY);
    }

    /** Puts a completion in, unless there is a younger one or somebody at it. Waits for nobody. */
    void put(long index, Source from, Completion.Operation what, EndedRequest request) {
        if (!begin(index)) {
            return;
        }
        try {
            fill(from, what, request);
        } finally {
            end();
        }
    }

    private void fill(Source from, Completion.Operation what, EndedRequest request) {
        if (source != from) {
            source = from;
        }
        if (operation != what) {
            operation = what;
        }
        Errno how = request.errno();
        if (errno != how) {
            errno = how;
        }
        errorNumber = request.errorNumber();
        sequence = request.sequence();
        offset = request.offset();
        requested = request.requested();
        transferred = request.transferred();
        long endedNs = request.endedNs();
        long handedOverNs = request.isDispatchTimed() ? request.dispatchedNs() : endedNs;
        queueNanos = handedOverNs - request.startedNs();
        serviceNanos = endedNs - handedOverNs;
    }

    /** Returns the completion of an index; null if it is not there yet, or not any more. */
    @Nullable
    Completion get(long index) {
        long readable = index << SHIFT;
        if (turn != readable) {
            return null;
        }
        Source from = source;
        Completion.Operation what = operation;
        Errno how = errno;
        int number = errorNumber;
        long sequenceThen = sequence;
        long offsetThen = offset;
        long requestedThen = requested;
        long transferredThen = transferred;
        long queueThen = queueNanos;
        long serviceThen = serviceNanos;
        // Pairs with the fence of the next writer, who stores nothing before it.
        VarHandle.acquireFence();
        if (turn != readable) {
            return null;
        }
        return new Told(
                requireNonNull(from),
                what,
                sequenceThen,
                offsetThen,
                requestedThen,
                transferredThen,
                how,
                number,
                queueThen,
                serviceThen);
    }

    /** Whether the completion of an index will not be here any more. */
    boolean hasPassed(long index) {
        long now = turn;
        return now >> SHIFT > index || (now & ~BUSY) == (index << SHIFT | LOST);
    }
}
