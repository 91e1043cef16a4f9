package dev.penstock.aio.benchmarks.compare;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A system that is ready to do a work. Between the calls it is idle. */
interface Run extends AutoCloseable {
    /** {@return what a reader of the figures has to know of the system; empty if nothing} */
    default String note() {
        return "";
    }

    /** Works for some time, both ways, of which nothing is kept: for the compiler, and for caches. */
    default void warmUp(long nanos) throws Exception {
        latencies(nanos / 4);
        measure(nanos - nanos / 4);
    }

    /** Works for some time and then ends what is in flight. No clock is read for each request. */
    Sample measure(long nanos) throws Exception;

    /**
     * Does the same with a look at how long each request takes.
     *
     * @return {@code null} if it cannot be told
     */
    @Nullable
    Percentiles latencies(long nanos) throws Exception;

    /**
     * Moves some blocks and looks whether they were moved.
     *
     * @throws Exception if not
     */
    void check() throws Exception;

    @Override
    void close() throws IOException;
}
