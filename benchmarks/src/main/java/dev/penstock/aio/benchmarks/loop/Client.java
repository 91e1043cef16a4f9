package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;

/** A system that has opened the file of a work. */
public interface Client extends AutoCloseable {
    /**
     * Gives a submitting thread a loop of its own, with the work's depth.
     *
     * <p>That thread calls this, and does whatever is done with the loop.
     *
     * @param thread its number, from 0, so that threads move other blocks
     */
    Loop loop(int thread) throws Exception;

    /** {@return what a reader of the figures has to know of the system, as a size it chose; empty if nothing} */
    default String note() {
        return "";
    }

    /** Called after all its loops are closed. */
    @Override
    void close() throws IOException;
}
