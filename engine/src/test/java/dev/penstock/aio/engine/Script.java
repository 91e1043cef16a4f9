package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Transfer;

/**
 * What a {@link ScriptedProvider} does beside moving bytes. Each test overrides what is to be otherwise; a method that
 * throws makes the verb throw. Called from the threads that call the lane, with no lock of the lane held.
 */
class Script {
    /** How a started transfer ends. */
    enum End {
        /** It moves bytes, at most so many. */
        MOVES,
        /** It fails with an errno. */
        FAILS,
        /** It is handed back by {@link dev.penstock.aio.spi.CompletionSink#repeat}. */
        IS_HANDED_BACK,
        /** It fails with a text only. */
        FAILS_BY_TEXT
    }

    /**
     * How a started transfer ends.
     *
     * @param end the kind of end
     * @param value bytes at most, or the positive errno
     * @param text what the system said
     */
    record Outcome(End end, long value, String text) {
        static final Outcome ALL = atMost(Long.MAX_VALUE);
        static final Outcome HANDED_BACK = new Outcome(End.IS_HANDED_BACK, 0, "");

        static Outcome atMost(long bytes) {
            return new Outcome(End.MOVES, bytes, "");
        }

        static Outcome error(int errno) {
            return new Outcome(End.FAILS, errno, "");
        }

        static Outcome text(String text) {
            return new Outcome(End.FAILS_BY_TEXT, 0, text);
        }
    }

    /** Whether a started transfer runs until the test releases it. */
    boolean holds(Transfer transfer) {
        return false;
    }

    /** How a transfer ends. */
    Outcome outcome(Transfer transfer) {
        return Outcome.ALL;
    }

    /** Whether a transfer that is held can be taken back; a staged one always can. */
    boolean takesBack(Transfer transfer) {
        return false;
    }

    /** Whether the same completion is delivered twice. */
    boolean deliversTwice(Transfer transfer) {
        return false;
    }

    /** How many completions one collect delivers at most. */
    int batch() {
        return Integer.MAX_VALUE;
    }

    void staging(Transfer transfer) {}

    void flushing() {}

    /** The keeper flushes. */
    void visiting() {}

    void collecting() {}

    /** A thread is about to wait for so long at most. */
    void blocking(long nanos) {}

    void waking() {}

    void canceling() {}

    /** The first thing of {@link dev.penstock.aio.spi.Lane#help}. */
    void helping() {}

    /** The last thing of every verb of a lane, which has an index in its backend. */
    void leaving(int lane, String verb) {}

    void opening(OpenSpec spec) throws AioException {}

    void closingFile() throws AioException {}

    void closingBackend() {}

    void registering() {}
}
