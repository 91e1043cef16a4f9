package dev.penstock.aio.notification.fanout;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a listener came to: which threw, which took too long, and how many of them in a row. The thread that
 * calls it begins and ends; the pump looks meanwhile.
 */
final class Conduct {
    private final long limitNs;
    private final int failuresMax;
    private final LongAdder failed = new LongAdder();
    private final LongAdder overran = new LongAdder();

    // Guarded by this.
    private boolean calling;
    private long sinceNs;
    /** How often the present call has been counted. */
    private long counted;

    private int inRow;
    private String last = "";

    Conduct(Settings settings) {
        this.limitNs = settings.timeLimitNs();
        this.failuresMax = settings.failuresMax();
    }

    synchronized void begins() {
        calling = true;
        counted = 0;
        sinceNs = System.nanoTime();
    }

    /**
     * The call is over.
     *
     * @return whether the listener is to be set aside
     */
    synchronized boolean ends(@Nullable Throwable thrown) {
        countOverruns();
        calling = false;
        if (thrown != null) {
            failed.increment();
            inRow++;
            last = "it threw " + described(thrown);
        } else if (counted == 0) {
            inRow = 0;
        }
        return inRow >= failuresMax;
    }

    /** What a throwable says of itself; that is code of the user's, too. */
    private static String described(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (Throwable e) {
            return thrown.getClass().getName();
        }
    }

    synchronized boolean isCalling() {
        return calling;
    }

    synchronized boolean isOverrunning() {
        return calling && System.nanoTime() - sinceNs > limitNs;
    }

    /**
     * Looks at a call that may be going on.
     *
     * @return whether the listener is to be set aside
     */
    synchronized boolean overruns() {
        if (!calling) {
            return false;
        }
        countOverruns();
        return inRow >= failuresMax;
    }

    private void countOverruns() {
        long limits = (System.nanoTime() - sinceNs) / limitNs;
        long more = limits - counted;
        if (more > 0) {
            counted = limits;
            overran.add(more);
            inRow = (int) Math.min(failuresMax, inRow + more);
            last = "a call took longer than " + limitNs / 1_000_000 + " ms";
        }
    }

    /** Begins anew. */
    synchronized void forget() {
        inRow = 0;
    }

    long failed() {
        return failed.sum();
    }

    long overran() {
        return overran.sum();
    }

    /** Returns what went wrong last. */
    synchronized String last() {
        return last;
    }
}
