package dev.penstock.aio.engine;

import dev.penstock.aio.spi.CompletionTap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Where the notification service is put on an instance. */
final class TapPoint {
    private final Engine engine;
    private final AtomicLong files = new AtomicLong();
    private volatile @Nullable CompletionTap tap;

    TapPoint(Engine engine) {
        this.engine = engine;
    }

    /** Whether there is a notification service. */
    boolean isTapped() {
        return tap != null;
    }

    /** Returns the number of the next file that is opened. */
    long nextFile() {
        return files.incrementAndGet();
    }

    /**
     * Puts a tap on.
     *
     * @throws IllegalStateException if there is another one
     */
    synchronized void put(CompletionTap newTap) {
        if (tap != null && tap != newTap) {
            throw new IllegalStateException("instance " + engine.name() + " has a notification service already");
        }
        tap = newTap;
        tellFiles();
    }

    /** Takes a tap off, if it is the one that is on. */
    synchronized void remove(CompletionTap oldTap) {
        if (tap == oldTap) {
            tap = null;
            tellFiles();
        }
    }

    private void tellFiles() {
        for (OpenFile file : engine.files()) {
            opened(file);
        }
    }

    /** A file is open, and found by {@link Engine#files()}. */
    void opened(OpenFile file) {
        CompletionTap now;
        do {
            now = tap;
            file.telling().put(now);
        } while (now != tap);
    }

    /** Providers came, went, or changed their rank; told if that makes a difference to new files, or did to open ones. */
    void switched(Switch what) {
        CompletionTap now = tap;
        if (now != null && (what.changesTheBest() || what.filesMoved() + what.filesLeft() > 0)) {
            tellOfSwitch(now, what);
        }
    }

    private synchronized void tellOfSwitch(CompletionTap to, Switch what) {
        try {
            to.switched(what);
        } catch (Throwable e) {
            engine.warnings().repeated("the notification service failed", e);
        }
    }
}
