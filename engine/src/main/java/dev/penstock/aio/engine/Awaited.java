package dev.penstock.aio.engine;

import org.jspecify.annotations.Nullable;

/** What a thread waits for in {@link Waiting}: some blocks, a list, a queue, a file's last request. */
interface Awaited {
    /** Whether the wait is over. */
    boolean isMet();

    /** Puts the thread where it is found by whoever makes {@link #isMet} true. */
    void enlist(Thread thread);

    void delist(Thread thread);

    /** Carries out one of the requests that are waited for, or one before them, in the caller: see {@link Helping}. */
    boolean help();

    /** Starts what is staged on the lanes of what is waited for. */
    void flush();

    /** Collects from those lanes what is there. */
    void glance();

    /** The one collected lane that can meet the wait, or null if there is none or more than one. */
    @Nullable
    LaneDriver soleLane();

    /** Has the keepers of the collected lanes drive them, until {@link #unneed}. */
    void need();

    void unneed();
}
