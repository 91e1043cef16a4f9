package dev.penstock.aio.engine;

import org.jspecify.annotations.Nullable;

/**
 * The lanes that one file's requests are on. Who waits for a request drives, or has driven, the lane of that request
 * only; so if it stands behind one of another lane, the file has that other lane driven. A file whose requests are all
 * on one lane needs nobody. Guarded by the lock of {@link FileOrder}.
 */
final class FileLanes {
    /** Of the oldest request since {@link #forget}. */
    private @Nullable LaneDriver one;
    /** Whether there are others. */
    private boolean several;

    // The lanes that are needed, each counted once for each of these.
    private @Nullable LaneDriver ofOldest;
    private @Nullable LaneDriver ofAppend;
    private @Nullable LaneDriver ofSync;

    /** A request was accepted. */
    void add(@Nullable LaneDriver driver) {
        if (one == null) {
            one = driver;
        } else if (one != driver) {
            several = true;
        }
    }

    /** Nothing is outstanding any more. */
    void forget() {
        one = null;
        several = false;
    }

    /**
     * Has the lanes driven of what is waited for, as long as this says so.
     *
     * @param oldest the oldest transfer, if a sync, a truncate or what is behind them waits for it
     * @param append the append that others wait for
     * @param sync the transfer that serves syncs of several lanes
     */
    void need(@Nullable Block oldest, @Nullable Block append, @Nullable Block sync) {
        ofOldest = change(ofOldest, several ? driver(oldest) : null);
        ofAppend = change(ofAppend, several ? driver(append) : null);
        ofSync = change(ofSync, driver(sync));
    }

    private static @Nullable LaneDriver driver(@Nullable Block block) {
        return block == null ? null : block.driver;
    }

    private static @Nullable LaneDriver change(@Nullable LaneDriver from, @Nullable LaneDriver to) {
        if (from != to) {
            if (to != null) {
                to.need();
            }
            if (from != null) {
                from.unneed();
            }
        }
        return to;
    }
}
