package dev.penstock.aio.spi;

import dev.penstock.aio.AioException;
import org.osgi.annotation.versioning.ConsumerType;

/** A file as a backend has it open: in most cases, a descriptor. */
@ConsumerType
public interface BackendFile {
    /** {@return what DIRECT demands address, length and offset to be multiples of, in bytes; 1 without DIRECT} */
    int alignmentBytes();

    /**
     * {@return the number of a descriptor of this process that has the file open, in whatever mode; -1 if there is none,
     * or it cannot be known} By it the engine finds out which file that is, and another backend
     * {@linkplain Backend#takeOver takes the file over}. A file without one stays with its provider for good. May block;
     * called by one thread at a time, while transfers of the file are in flight too.
     */
    default int descriptor() {
        return -1;
    }

    /**
     * Closes the descriptor. Called once, when no transfer of the file is in flight; may block.
     *
     * @throws AioException with the errno of close(2); the descriptor is gone nevertheless
     */
    void close() throws AioException;
}
