package dev.penstock.aio.benchmarks.compare;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error. */
final class Progress implements AutoCloseable {
    private static final int COLUMNS = 100;
    /** Where there is no terminal each update makes a line of its own; and measuring wants quiet. */
    private static final int UPDATE_MS = 500;

    private final ProgressBar bar;
    private boolean begun;

    /** Starts a bar of so many steps. */
    Progress(int steps) {
        bar = new ProgressBarBuilder()
                .setTaskName("compare")
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, COLUMNS))
                .startsFrom(0, Duration.ZERO)
                .build();
    }

    /** Tells that a step begins, and the one before has ended. */
    void step(String what) {
        bar.setExtraMessage(what);
        ended();
        begun = true;
    }

    private void ended() {
        if (begun) {
            bar.step();
        }
    }

    @Override
    public void close() {
        ended();
        bar.close();
    }
}
