package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.List;

/** A system's way of moving blocks of one file, used by one thread. */
interface Port extends AutoCloseable {
    /** As many as may be in flight. */
    List<? extends Slot> slots();

    /** Starts moving a slot's block at its offset. */
    void start(Slot slot) throws Exception;

    /**
     * Waits for one that was started.
     *
     * @throws IOException if it failed, or moved less than the block
     */
    Slot end() throws Exception;

    @Override
    void close() throws IOException;

    /** Checks how much was moved. */
    static void requireAll(Work work, Slot slot, long moved) throws IOException {
        if (moved != work.blockBytes()) {
            throw new IOException(
                    work.name() + " offset=" + slot.offset + ": moved " + moved + " bytes of " + work.blockBytes());
        }
    }
}
