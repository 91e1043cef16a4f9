package dev.penstock.aio.tck;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.spi.CompletionTap;

/** One running instance, and the means to disturb what moves its bytes. */
public interface UnderTest extends AutoCloseable {
    /** Returns the instance. */
    AsyncIo io();

    /** Returns the faults of the provider below the instance. */
    Faults faults();

    /** Puts a tap on the instance, until {@link #untap} or its end. */
    void tap(CompletionTap tap);

    /** Takes the tap off. */
    void untap(CompletionTap tap);

    /** Ends every fault, then the instance. A second call has no effect. */
    @Override
    void close();
}
