package dev.penstock.aio.distribution.command;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Shows completions, one in a line, at most {@link #LINES_PER_SECOND} lines a second; says how many it left out. */
final class ShownCompletions implements CompletionListener {
    static final int LINES_PER_SECOND = 20;

    private static final long SECOND_NS = 1_000_000_000;

    private final Consumer<String> out;
    private final LongSupplier clockNs;

    // Guarded by this: who listens is told by one thread, and asked by another.
    private long seen;
    private long shown;
    private long leftOut;
    /** When the present second began, and how many lines it has. */
    private long secondNs;

    private int lines;

    /**
     * Shows nothing yet.
     *
     * @param out takes each line
     * @param clockNs as {@link System#nanoTime()}
     */
    ShownCompletions(Consumer<String> out, LongSupplier clockNs) {
        this.out = out;
        this.clockNs = clockNs;
    }

    @Override
    public synchronized void completed(Completion completion) {
        long nowNs = clockNs.getAsLong();
        if (seen == 0 || nowNs - secondNs >= SECOND_NS) {
            secondNs = nowNs;
            lines = 0;
            tellLeftOut();
        }
        seen++;
        if (lines < LINES_PER_SECOND) {
            shown++;
            print(completion.toString());
        } else {
            leftOut++;
        }
    }

    @Override
    public synchronized void missed(long count) {
        seen += count;
        leftOut += count;
    }

    /** Returns how many completions there were, those that it missed among them. */
    synchronized long seen() {
        return seen;
    }

    /** Tells what is left to be told. */
    synchronized void end() {
        tellLeftOut();
        print(shown + " of " + seen + " completions shown");
    }

    private void tellLeftOut() {
        if (leftOut > 0) {
            print("... and " + leftOut + " more");
            leftOut = 0;
        }
    }

    private void print(String line) {
        lines++;
        out.accept(line);
    }
}
