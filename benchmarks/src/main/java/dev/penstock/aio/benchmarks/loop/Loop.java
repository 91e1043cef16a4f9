package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Requests that are kept in flight by the one thread that calls this. */
public interface Loop extends AutoCloseable {
    /** Starts as many requests as are to be in flight. */
    void fill() throws Exception;

    /** Ends at least one request and starts as many; {@return how many it ended} */
    int step() throws Exception;

    /** Ends what is in flight; {@return how many} */
    int drain() throws Exception;

    /**
     * Sets who fills in what is written and looks at what was read, from the next fill on.
     *
     * @param check {@code null} for nobody, as it is at first
     */
    void check(@Nullable ContentCheck check);

    /**
     * Sets who is told how long each request takes, from the next fill on. While nobody is, no clock is read.
     *
     * @param latencies {@code null} for nobody, as it is at first
     */
    void observe(@Nullable Latencies latencies);

    @Override
    void close() throws IOException;
}
