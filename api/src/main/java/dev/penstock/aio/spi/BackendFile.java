package dev.penstock.aio.spi;

import dev.penstock.aio.AioException;
import org.osgi.annotation.versioning.ConsumerType;

/** A file as a backend has it open: in most cases, a descriptor. */
@ConsumerType
public interface BackendFile {
    /** {@return what DIRECT demands address, length and offset to be multiples of, in bytes; 1 without DIRECT} */
    int alignmentBytes();

    /**
     * Closes the descriptor. Called once, when no transfer of the file is in flight; may block.
     *
     * @throws AioException with the errno of close(2); the descriptor is gone nevertheless
     */
    void close() throws AioException;
}
