package dev.penstock.aio.benchmarks.compare;

import java.io.IOException;

/** A system that is ready to do a work. Between the calls it is idle. */
interface Run extends AutoCloseable {
    /** Works for some time and then ends what is in flight. */
    Sample measure(long nanos) throws Exception;

    /**
     * Moves some blocks and looks whether they were moved.
     *
     * @throws Exception if not
     */
    void check() throws Exception;

    @Override
    void close() throws IOException;
}
