package dev.penstock.aio;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A buffer that Penstock owns and lends: direct memory, page-aligned, which a provider can hand to the kernel as it
 * is. Any other buffer may have to be copied.
 *
 * <p>A lease is obtained by {@link AsyncIo#lease(int)} and belongs to the caller until {@link #close()}. Each request
 * that uses it borrows it from the start of the request until the request is done; while it is borrowed its methods
 * refuse. Several requests may borrow one lease at a time; what overlapping reads leave in it is unspecified.
 *
 * <p>Methods may be called from any thread. The buffer itself is not safe for use by several threads. A view of the
 * buffer taken before a request is started still works while the request runs; what it then shows is unspecified, and
 * after {@link #close()} the memory under it may belong to somebody else: do not keep views.
 */
@ProviderType
public interface Lease extends AutoCloseable {
    /**
     * {@return the buffer, always the same one} Its bytes from position to limit are what a request transfers; no
     * request changes position or limit.
     *
     * @throws IllegalStateException if a request borrows the lease, or it was released
     */
    ByteBuffer buffer();

    /** {@return the number of bytes asked for when the lease was taken; never changes and never refuses} */
    int capacity();

    /** {@return whether a request uses the memory now} */
    boolean isBorrowed();

    /**
     * Gives the memory back. A second call has no effect.
     *
     * @throws IllegalStateException if a request borrows the lease; the lease stays as it is
     */
    @Override
    void close();
}
