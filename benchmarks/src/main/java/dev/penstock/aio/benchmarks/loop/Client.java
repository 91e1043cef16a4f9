package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;

/** A system that has opened the file of a work. */
public interface Client extends AutoCloseable {
    /**
     * Gives a submitting thread a loop of its own, with the work's depth.
     *
     * @param thread its number, from 0, so that threads move other blocks
     */
    Loop loop(int thread) throws Exception;

    /** Called after all its loops are closed. */
    @Override
    void close() throws IOException;
}
