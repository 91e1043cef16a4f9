package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.List;

/** A system's way of moving blocks of one file and telling the end by a callback, on whatever thread. */
interface CallbackPort extends AutoCloseable {
    /** Who is told, once for each start that did not throw. */
    interface Listener {
        void moved(Slot slot, long bytes);

        void failed(Slot slot, Throwable why);
    }

    /** As many as may be in flight. */
    List<? extends Slot> slots();

    /** Sets who is told; before the first start. */
    void tell(Listener listener);

    /** Starts moving a slot's block at its offset; also called by the callback. */
    void start(Slot slot) throws Exception;

    @Override
    void close() throws IOException;
}
