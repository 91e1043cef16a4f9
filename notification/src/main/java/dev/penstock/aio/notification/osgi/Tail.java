package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import java.io.PrintStream;

/** Prints completions, at most {@link #LINES_PER_SECOND}; says how many it left out. */
final class Tail implements CompletionListener {
    static final int LINES_PER_SECOND = 20;

    private static final long SECOND_NS = 1_000_000_000;

    private final PrintStream out;
    // Touched by one thread at a time, except by the summary, which comes when nothing is told any more.
    private volatile long shown;
    private volatile long seen;
    private long secondNs;
    private int lines;
    private long leftOut;

    Tail(PrintStream out) {
        this.out = out;
    }

    @Override
    public void completed(Completion completion) {
        seen++;
        long now = System.nanoTime();
        if (lines == 0 || now - secondNs >= SECOND_NS) {
            tellLeftOut();
            secondNs = now;
            lines = 0;
        }
        if (lines++ < LINES_PER_SECOND) {
            shown++;
            out.println(completion);
            out.flush();
        } else {
            leftOut++;
        }
    }

    @Override
    public void missed(long count) {
        seen += count;
        leftOut += count;
    }

    private void tellLeftOut() {
        if (leftOut > 0) {
            out.println("... and " + leftOut + " more");
            out.flush();
            leftOut = 0;
        }
    }

    String summary() {
        return shown + " of " + seen + " completions shown";
    }
}
