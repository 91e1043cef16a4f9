package dev.penstock.aio.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where a block is in its life. One word holds the number of the request, the state and two flags, so that whoever
 * moves it can only move the request that he means:
 *
 * <pre>
 *   NEW, RETRIEVED -> QUEUED     {@link #begin}: accepted by its file, number + 1; claimed before
 *   QUEUED -> IN_FLIGHT          {@link #dispatch}: handed to the lane
 *   IN_FLIGHT -> CANCELING       {@link #cancelAsked}: the lane is being asked to take it back
 *   CANCELING -> IN_FLIGHT       {@link #cancelRefused}: it would not
 *   IN_FLIGHT, CANCELING -> QUEUED   {@link #comeBack}: the lane gave it back undone, because its file moves
 *   QUEUED -> ENDING             {@link #endQueued}: canceled, refused or poisoned before the lane saw it
 *   IN_FLIGHT, CANCELING -> ENDING   {@link #endFlight}: the lane delivered its completion
 *   CANCELING -> ENDING          {@link #endCanceled}: the lane took it back
 *   ENDING -> DONE, FAILED, CANCELED {@link #publish}: the outcome is written and now visible
 *   DONE, FAILED, CANCELED -> RETRIEVED   {@link #retrieve}: collected, by exactly one caller
 * </pre>
 *
 * <p>The thread that moves it to ENDING, and no other, writes the outcome and publishes it. The kernel may touch the
 * buffers in IN_FLIGHT and CANCELING only. CLAIMED is set by the one thread that is trying to start a request; UNTAKEN
 * while the block waits in a completion queue. With either flag nobody else may start it.
 */
abstract class Life extends Waitable {
    static final int NEW = 0;
    static final int QUEUED = 1;
    static final int IN_FLIGHT = 2;
    static final int CANCELING = 3;
    static final int ENDING = 4;
    static final int DONE = 5;
    static final int FAILED = 6;
    static final int CANCELED = 7;
    static final int RETRIEVED = 8;

    private static final long STATE = 0x0f;
    private static final long UNTAKEN = 0x10;
    private static final long CLAIMED = 0x20;
    private static final int NUMBER_SHIFT = 8;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Life.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Number, flags and state; moves as the class comment says, by compare-and-set. */
    private volatile long word;

    /** Returns the word, to be asked by the static methods below. */
    final long word() {
        return word;
    }

    static int state(long word) {
        return (int) (word & STATE);
    }

    static long number(long word) {
        return word >>> NUMBER_SHIFT;
    }

    /** Whether a request is accepted and not yet visibly ended. */
    static boolean isPending(long word) {
        int state = state(word);
        return state >= QUEUED && state <= ENDING;
    }

    /** Whether a lane has it, or it is a lane's turn to have it. */
    static boolean isInFlight(long word) {
        int state = state(word);
        return state == IN_FLIGHT || state == CANCELING;
    }

    /** Whether another thread will say at once whether the request ends or goes on. */
    static boolean isBeingDecided(long word) {
        int state = state(word);
        return state == CANCELING || state == ENDING;
    }

    /** Whether the request is ended and its result not collected. */
    static boolean isTerminal(long word) {
        int state = state(word);
        return state >= DONE && state <= CANCELED;
    }

    /** Whether setters must leave the block alone. */
    static boolean isBusy(long word) {
        return isPending(word) || (word & (UNTAKEN | CLAIMED)) != 0;
    }

    static boolean isUntaken(long word) {
        return (word & UNTAKEN) != 0;
    }

    /** Whether the request with this number has ended; a later request of the same block shows that it has. */
    final boolean hasEnded(long number) {
        long now = word;
        return number(now) != number || !isPending(now);
    }

    /** Gets the sole right to start a request; false if the block is busy or was not collected. */
    final boolean claim() {
        long now = word;
        int state = state(now);
        return (state == NEW || state == RETRIEVED)
                && (now & (UNTAKEN | CLAIMED)) == 0
                && WORD.compareAndSet(this, now, now | CLAIMED);
    }

    /** Gives the right back: the block is as before. Only by the claimer. */
    final void unclaim() {
        word &= ~CLAIMED;
    }

    /** Starts the next request. Only by the claimer. */
    final void begin() {
        word = (number(word) + 1) << NUMBER_SHIFT | QUEUED;
    }

    final boolean dispatch() {
        return move(QUEUED, IN_FLIGHT);
    }

    /** Only the request with this number: the block may have been started again meanwhile. */
    final boolean cancelAsked(long number) {
        long now = word;
        return number(now) == number
                && state(now) == IN_FLIGHT
                && WORD.compareAndSet(this, now, (now & ~STATE) | CANCELING);
    }

    /** The same: while the lane was asked it may have ended, and another one been started. */
    final void cancelRefused(long number) {
        long now = word;
        if (number(now) == number && state(now) == CANCELING) {
            // Should it fail, the request has ended.
            WORD.compareAndSet(this, now, (now & ~STATE) | IN_FLIGHT);
        }
    }

    /** Ends a request that the lane took back for somebody; false if nobody asks for that, or not any more. */
    final boolean endCanceled() {
        return move(CANCELING, ENDING);
    }

    /** Whoever was about to ask the lane to take it back finds that the lane does not have it. */
    final void comeBack() {
        long now;
        do {
            now = word;
        } while (state(now) != QUEUED && !WORD.compareAndSet(this, now, (now & ~STATE) | QUEUED));
    }

    final boolean endQueued() {
        return move(QUEUED, ENDING);
    }

    final boolean endFlight() {
        long now;
        do {
            now = word;
            if (state(now) != IN_FLIGHT && state(now) != CANCELING) {
                return false;
            }
        } while (!WORD.compareAndSet(this, now, (now & ~STATE) | ENDING));
        return true;
    }

    /**
     * Makes the outcome visible, with a full fence. Only by the thread that moved it to ENDING.
     *
     * @param untaken whether the block goes into a completion queue now
     */
    final void publish(int state, boolean untaken) {
        word = number(word) << NUMBER_SHIFT | state | (untaken ? UNTAKEN : 0);
    }

    /** Collects; false if another caller did. */
    final boolean retrieve(long seen) {
        return WORD.compareAndSet(this, seen, (seen & ~STATE) | RETRIEVED);
    }

    /** The completion queue has let go of the block. */
    final void taken() {
        long now;
        do {
            now = word;
        } while (!WORD.compareAndSet(this, now, now & ~UNTAKEN));
    }

    private boolean move(int from, int to) {
        long now = word;
        return state(now) == from && WORD.compareAndSet(this, now, (now & ~STATE) | to);
    }

    static String stateName(long word) {
        return switch (state(word)) {
            case NEW -> "NEW";
            case QUEUED -> "QUEUED";
            case IN_FLIGHT, CANCELING, ENDING -> "IN_FLIGHT";
            case DONE -> "DONE";
            case FAILED -> "FAILED";
            case CANCELED -> "CANCELED";
            default -> "RETRIEVED";
        };
    }
}
