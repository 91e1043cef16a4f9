package dev.penstock.aio.engine;

/**
 * How often a lane's keeper looks around. While threads of users flush more often than he would, he leaves to them what
 * they stage: what he started would be in the caches of another processor, and to wake him costs that processor more than
 * a cached read. The longer that has been going on, the longer he stays away, so that a thread which suddenly does
 * something else finds its last transfers delayed by about as long as it has been busy, and never by more than two ticks
 * of the longest kind.
 */
final class Pace {
    static final long TICK_NS = 50_000;
    static final long LONG_TICK_NS = 1_000_000;
    /** Who flushes so often on the average starts what is staged sooner than the keeper. */
    private static final long FLUSH_NS = 100_000;
    /** One may have been that of a thread which has started its first transfer, and stages the others. */
    private static final int FLUSHES_MIN = 2;

    private int flushesSeen;
    private long seenNs;
    private long tickNs = TICK_NS;

    /**
     * Looks how others do.
     *
     * @param flushes how often they have flushed until now; may wrap
     * @param nowNs by {@link System#nanoTime()}
     * @param mayLeave whether all that is staged may be left to others
     * @return whether it is to be
     */
    boolean leavesToOthers(int flushes, long nowNs, boolean mayLeave) {
        int since = flushes - flushesSeen;
        boolean leaves = mayLeave && since >= FLUSHES_MIN && nowNs - seenNs <= since * FLUSH_NS;
        flushesSeen = flushes;
        seenNs = nowNs;
        tickNs = leaves ? Math.min(2 * tickNs, LONG_TICK_NS) : TICK_NS;
        return leaves;
    }

    /** For how long to wait before the next look. */
    long tickNs() {
        return tickNs;
    }
}
