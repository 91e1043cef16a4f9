package dev.penstock.aio.tck;

/** How often something is done again that waits for the storage each time: fewer times where that is slow, but once. */
final class Rounds {
    private static final long LONG_NS = Bounded.LIMIT.toNanos() / 2;

    private final int most;
    private final long begunNs = System.nanoTime();
    private int begun;

    Rounds(int most) {
        this.most = most;
    }

    /** Begins a round, if there is to be another one. */
    boolean next() {
        boolean isNext = begun == 0 || begun < most && System.nanoTime() - begunNs < LONG_NS;
        if (isNext) {
            begun++;
        }
        return isNext;
    }

    /** Returns how many rounds were begun. */
    int begun() {
        return begun;
    }
}
