package dev.penstock.aio.engine;

/**
 * How often a lane's keeper looks around. While other threads flush, or carry out what they wait for, every 200 us or so
 * on the average, it leaves to them what they stage: what the keeper starts is in the caches of another processor then,
 * and to wake it costs that processor more than a cached read. The longer that has been going on, the longer it stays
 * away, until the {@link Watch} looks in its place, unless somebody needs the lane. But after each long tick it soon looks
 * once more, so a thread that has been busy, and then turns to something else, finds what it staged last started within a
 * long tick and that one.
 */
final class Pace {
    static final long TICK_NS = 50_000;
    static final long LONG_TICK_NS = 1_000_000;
    /** Who flushes so often on the average is left alone: that the keeper starts it a little sooner costs more than it brings. */
    private static final long FLUSH_NS = 200_000;
    /** One may have been that of a thread which has started its first transfer, and stages the others. */
    private static final int FLUSHES_MIN = 2;
    /** Who helps with one of several is slow if he takes longer: others could be under way meanwhile. */
    private static final long HELP_NS = TICK_NS / 2;
    /** After a long tick: in that time those who have gone on flush once at least. */
    private static final long PROBE_NS = FLUSHES_MIN * FLUSH_NS;

    // For the keeper.
    private int flushesSeen;
    private long seenNs;
    private int helpsSeen;
    private long helpsSeenNs;
    private long tickNs = TICK_NS;
    private long longestNs = TICK_NS;
    /** Whether the present tick follows a long one. */
    private boolean probes;

    /**
     * Looks how others do.
     *
     * @param flushes how often others than the keeper have done so until now; may wrap
     * @param nowNs by {@link System#nanoTime()}
     * @param mayLeave whether all that is staged may be left to others
     * @return whether it is to be
     */
    boolean leavesToOthers(int flushes, long nowNs, boolean mayLeave) {
        int since = flushes - flushesSeen;
        boolean often = since >= FLUSHES_MIN && nowNs - seenNs <= since * FLUSH_NS;
        boolean leaves = mayLeave && (often || (probes && since > 0));
        // One flush shows nothing as long as the second one may still come in time.
        boolean early = tickNs == TICK_NS && since < FLUSHES_MIN && nowNs - seenNs < FLUSHES_MIN * FLUSH_NS;
        if (early) {
            return false;
        }
        flushesSeen = flushes;
        seenNs = nowNs;
        // In a long tick they may have stopped.
        probes = leaves && tickNs > TICK_NS && !probes;
        if (!leaves) {
            longestNs = TICK_NS;
            tickNs = TICK_NS;
        } else if (probes) {
            tickNs = PROBE_NS;
        } else {
            longestNs = Math.min(2 * longestNs, LONG_TICK_NS);
            tickNs = longestNs;
        }
        return leaves;
    }

    /**
     * Looks whether those who carry out what they wait for have come since the last look, and as fast as what is left to
     * them comes.
     *
     * @param helps how often they have done so until now; may wrap
     * @param inFlight how much is in flight: whoever is alone with his own need not be fast
     * @param nowNs by {@link System#nanoTime()}
     */
    boolean helpersKeepUp(int helps, int inFlight, long nowNs) {
        int since = helps - helpsSeen;
        long passedNs = nowNs - helpsSeenNs;
        helpsSeen = helps;
        helpsSeenNs = nowNs;
        return since > 0 && (inFlight <= 1 || passedNs <= since * HELP_NS);
    }

    /** Begins anew: what was flushed before says nothing. */
    void begin(int flushes, long nowNs) {
        flushesSeen = flushes;
        seenNs = nowNs;
        longestNs = TICK_NS;
        tickNs = TICK_NS;
        probes = false;
    }

    /** For how long to wait before the next look. */
    long tickNs() {
        return tickNs;
    }
}
