package dev.penstock.aio.itests;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.util.EnumMap;
import java.util.Map;

/** Counts the changes of providers because of which open files moved, as the engine tells of them. */
final class SwitchLog implements CompletionTap {
    private static final FileTap NOTHING = new FileTap() {
        @Override
        public boolean isWanted(TransferKind kind) {
            return false;
        }

        @Override
        public boolean ended(EndedRequest request) {
            return false;
        }

        @Override
        public void tell() {
            // Nothing was taken.
        }

        @Override
        public void closed() {
            // Nothing was taken.
        }

        @Override
        public void poisoned(Errno errno) {
            // Whoever uses the file is told.
        }
    };

    // Guarded by this.
    private final Map<ProviderSwitch.Cause, Integer> causes = new EnumMap<>(ProviderSwitch.Cause.class);
    private int switches;
    private long moved;
    private long left;
    private long longestPauseNs;

    SwitchLog() {}

    @Override
    public FileTap opened(TappedFile file) {
        return NOTHING;
    }

    @Override
    public synchronized void switched(ProviderSwitch what) {
        if (what.filesMoved() > 0) {
            switches++;
            causes.merge(what.cause(), 1, Integer::sum);
        }
        moved += what.filesMoved();
        left += what.filesLeft();
        longestPauseNs = Math.max(longestPauseNs, what.longestPauseNs());
    }

    /** Returns how many changes moved a file at least. */
    synchronized int switches() {
        return switches;
    }

    /** Returns how many files moved. */
    synchronized long moved() {
        return moved;
    }

    @Override
    public synchronized String toString() {
        return "switches=" + switches + " " + causes + " files.moved=" + moved + " files.left=" + left
                + " longest.pause.us=" + longestPauseNs / 1_000;
    }
}
