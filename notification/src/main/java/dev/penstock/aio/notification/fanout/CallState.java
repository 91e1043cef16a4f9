package dev.penstock.aio.notification.fanout;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a listener may be called. Moves by compare-and-set only:
 *
 * <pre>
 *   READY -> CALLING          {@link #enter}: the one thread that delivers is about to call it
 *   CALLING -> READY          {@link #leave}
 *   READY, CALLING -> SET_ASIDE   {@link #setAside}: too much went wrong in a row
 *   SET_ASIDE -> READY        {@link #readmit}: its properties changed
 *   any -> CLOSED             {@link #close}: unregistered
 * </pre>
 *
 * <p>Once it is SET_ASIDE or CLOSED no call begins; one that has begun may go on.
 */
final class CallState {
    private enum State {
        READY,
        CALLING,
        SET_ASIDE,
        CLOSED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.READY);

    /** Gets the right to call once; false if nobody may any more. */
    boolean enter() {
        return state.compareAndSet(State.READY, State.CALLING);
    }

    void leave() {
        state.compareAndSet(State.CALLING, State.READY);
    }

    /** Sets it aside; true for the one caller who did. */
    boolean setAside() {
        return state.compareAndSet(State.READY, State.SET_ASIDE)
                || state.compareAndSet(State.CALLING, State.SET_ASIDE)
                // It may have come back from CALLING between the two.
                || state.compareAndSet(State.READY, State.SET_ASIDE);
    }

    /** Lets it be called again; false if it was not set aside. */
    boolean readmit() {
        return state.compareAndSet(State.SET_ASIDE, State.READY);
    }

    /** Ends it; true for the first caller. */
    boolean close() {
        return state.getAndSet(State.CLOSED) != State.CLOSED;
    }

    boolean isSetAside() {
        return state.get() == State.SET_ASIDE;
    }

    boolean isClosed() {
        return state.get() == State.CLOSED;
    }

    boolean isOver() {
        State now = state.get();
        return now == State.SET_ASIDE || now == State.CLOSED;
    }
}
