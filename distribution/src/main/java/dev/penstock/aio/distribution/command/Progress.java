package dev.penstock.aio.distribution.command;

import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A bar on standard error with bytes, rate and time left; nothing at all where standard error is no terminal. For one
 * thread, but for {@link #printAbove}.
 *
 * <p>Whether it is one, and how wide, is told by the start script in the system property
 * {@code penstock.terminal.columns}: Java itself cannot ask about one stream.
 */
final class Progress implements AutoCloseable {
    private static final int COLUMNS = Integer.getInteger("penstock.terminal.columns", 0);
    private static final int COLUMNS_MIN = 40;
    private static final int UPDATE_MS = 100;
    private static final long UPDATE_NS = UPDATE_MS * 1_000_000L;
    private static final long MIB = 1 << 20;

    /** Guards the terminal, and what is known of it: a thread of the bar's own draws the bar. */
    private static final Object TERMINAL = new Object();

    /** Whether the cursor stands behind a bar; guarded by {@link #TERMINAL}. */
    private static boolean isDrawn;

    private final @Nullable ProgressBar bar;
    private final Supplier<String> remark;
    private final long bytesMax;
    private final long beganNs = System.nanoTime();
    private long ratedNs = beganNs - UPDATE_NS;

    /**
     * Starts a bar.
     *
     * @param task what is under way, one word
     * @param bytes how many there are to do
     */
    Progress(String task, long bytes) {
        this(task, bytes, () -> "");
    }

    /**
     * Starts a bar with a remark.
     *
     * @param remark asked some times a second for what is to be told behind the rate
     */
    Progress(String task, long bytes, Supplier<String> remark) {
        this.remark = remark;
        bytesMax = bytes;
        bar = COLUMNS < COLUMNS_MIN
                ? null
                : new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(bytes)
                        .setUnit(" MiB", MIB)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_MS)
                        .setConsumer(new Drawing())
                        .build();
    }

    /** Returns whether standard error is a terminal. */
    static boolean hasTerminal() {
        return COLUMNS > 0;
    }

    /** Prints a line on standard output; if there is a bar it goes on below. By any thread. */
    static void printAbove(String line) {
        synchronized (TERMINAL) {
            if (isDrawn) {
                System.err.print('\r' + " ".repeat(COLUMNS - 1) + '\r');
                isDrawn = false;
            }
            System.out.println(line);
            System.out.flush();
        }
    }

    /** Tells how many bytes are done by now. */
    void done(long bytes) {
        if (bar != null) {
            bar.stepTo(bytes);
            rate(bar, bytes);
        }
    }

    /** The bar's own rate counts whole seconds, so that the first one has none. */
    private void rate(ProgressBar shown, long bytes) {
        long nowNs = System.nanoTime();
        if (nowNs - ratedNs >= UPDATE_NS || bytes == bytesMax) {
            ratedNs = nowNs;
            shown.setExtraMessage((Sizes.rate(bytes, nowNs - beganNs) + ' ' + remark.get()).stripTrailing());
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private static final class Drawing extends ConsoleProgressBarConsumer {
        Drawing() {
            super(System.err, COLUMNS - 1);
        }

        @Override
        public void accept(String text) {
            synchronized (TERMINAL) {
                super.accept(text);
                isDrawn = true;
            }
        }

        @Override
        public void close() {
            synchronized (TERMINAL) {
                super.close();
                isDrawn = false;
            }
        }
    }
}
