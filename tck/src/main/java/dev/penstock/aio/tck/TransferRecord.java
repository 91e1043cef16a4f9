package dev.penstock.aio.tck;

import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;

/**
 * Something that happened between engine and lane.
 *
 * @param event what
 * @param kind the transfer's kind
 * @param path the file's path as it was opened
 * @param offset position in the file in bytes
 * @param length bytes asked for
 * @param result what the lane answered, 0 for {@link Event#STAGED} and {@link Event#REPEATED}
 */
public record TransferRecord(Event event, TransferKind kind, Path path, long offset, long length, long result) {
    /** What can happen to a transfer. */
    public enum Event {
        /** The engine handed it to the lane. */
        STAGED,
        /** The lane is about to tell the engine that it ended. */
        COMPLETED,
        /** The lane is about to tell the engine to dispatch it again. */
        REPEATED
    }

    /** Returns whether this is of an event and a kind. */
    public boolean is(Event wantedEvent, TransferKind wantedKind) {
        return event == wantedEvent && kind == wantedKind;
    }
}
