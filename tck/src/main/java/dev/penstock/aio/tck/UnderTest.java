package dev.penstock.aio.tck;

import dev.penstock.aio.AsyncIo;

/** One running instance, and the means to disturb what moves its bytes. */
public interface UnderTest extends AutoCloseable {
    /** Returns the instance. */
    AsyncIo io();

    /** Returns the faults of the provider below the instance. */
    Faults faults();

    /** Ends every fault, then the instance. A second call has no effect. */
    @Override
    void close();
}
