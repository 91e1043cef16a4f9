package dev.penstock.aio;

import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open file: a regular file or a block device, and every request on it. It survives a change of provider: when a
 * better one arrives, or its own one leaves, breaks or is configured anew, it moves, and no request is lost, done twice
 * or failed because of that. Requests in flight end where they are, those that come meanwhile wait, and what was
 * written is synced before it moves. Where it cannot move - it was renamed or removed and is reached by its path only,
 * its permission was taken away, the other provider lacks a capability or demands a stricter alignment - it stays where
 * it is, and if its provider leaves, its requests end with {@link Errno#ESTALE}. While there is no provider at all they
 * wait, for a configured time, and then end with {@link Errno#ENXIO}.
 *
 * <p>Any thread may call any method. Calls that start a request never block and never throw for a refusal: the
 * returned request fails instead, with
 *
 * <ul>
 *   <li>{@link Errno#EAGAIN} where a limit of {@link Limits} is reached;
 *   <li>EBADF where the file is closed or was not opened for that;
 *   <li>EINVAL for a negative offset or size, a range that ends beyond a {@code long}, a read-only buffer to read
 *       into, or misalignment where the file is DIRECT;
 *   <li>EFAULT where the calling thread may not access a buffer's memory;
 *   <li>ESTALE where the file's provider has left and no other could take the file over;
 *   <li>ENXIO where the instance, or the bundle's share of it, has been stopped, or there has been no provider for too
 *       long.
 * </ul>
 *
 * <p>What is a mistake of the program is thrown at the call: {@link NullPointerException} for a {@code null} argument,
 * {@link IllegalArgumentException} for a lease of another {@link AsyncIo}, {@link IllegalStateException} for one that
 * was released.
 *
 * <p>One read or write moves what the system moves in one go, and answers how much that was; it is not repeated. What
 * asks for more than 2,147,479,552 bytes (2 GiB - 4 KiB), as one buffer or in all, must expect to end short there: the
 * system moves no more by one call, and whether a provider makes several is its own choice. Only {@code readFully} and
 * {@code writeFully} go on until all is moved.
 *
 * <p>Reads and writes may run and finish in any order, also where they overlap: await one, or a {@link #sync}, to
 * order them. Writes to a file opened with APPEND keep the order of their calls, and their offset is ignored. There
 * is no file position.
 *
 * <p>Buffers are duplicated at the call; no request changes a caller's position or limit, the answer tells how many
 * bytes were moved. The caller must leave the memory alone until the request is done; it is kept reachable until
 * then. A buffer that the moving thread may not access ends the request with {@link Errno#EFAULT}: its arena was
 * closed meanwhile, or it is confined to the caller while a thread of the provider moves the bytes. One buffer may serve several requests at a time; what overlapping reads leave in
 * it is unspecified.
 *
 * <p>Closing any descriptor of a file drops the process's POSIX record locks on it; lock a separate file.
 */
@ProviderType
public interface AsyncFile extends AutoCloseable {
    /** {@return the path as given to {@link AsyncIo#open}} */
    Path path();

    /** {@return the options it was opened with} */
    Set<OpenOption> options();

    /**
     * {@return what {@link FileOption#DIRECT} demands address, length and offset to be multiples of, in bytes; 1 for
     * a file opened without it} Fixed at open.
     */
    int alignmentBytes();

    /** {@return whether requests are accepted} */
    boolean isOpen();

    /**
     * {@return whether an earlier write-back failed ({@link Errno#EIO}, ENOSPC or EDQUOT of a sync, or of a write to a
     * file opened with DSYNC or SYNC)} From then on writes, truncates and syncs end with EIO, for data may be lost;
     * reads go on. Only opening the file again, and checking what it holds, helps.
     */
    boolean isPoisoned();

    /**
     * Reads into the buffer's remaining bytes ({@code aio_read}).
     *
     * @param target not read-only; borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more
     * @return the request: bytes read, which may be fewer than asked for; 0 at or past the end of the file
     */
    Request<Long> read(ByteBuffer target, long offset);

    /**
     * Reads into the lease's remaining bytes ({@code aio_read}), without a copy.
     *
     * @param target borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more
     * @return the request: bytes read, which may be fewer than asked for; 0 at or past the end of the file
     */
    Request<Long> read(Lease target, long offset);

    /**
     * Reads into several buffers in their order, as one request ({@code aio_readv} of FreeBSD).
     *
     * @param targets not read-only; borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more
     * @return the request: bytes read in all
     */
    Request<Long> read(ByteBuffer[] targets, long offset);

    /**
     * Writes the buffer's remaining bytes ({@code aio_write}).
     *
     * @param source borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more; ignored if the file was opened with APPEND
     * @return the request: bytes written, which may be fewer than asked for
     */
    Request<Long> write(ByteBuffer source, long offset);

    /**
     * Writes the lease's remaining bytes ({@code aio_write}), without a copy.
     *
     * @param source borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more; ignored if the file was opened with APPEND
     * @return the request: bytes written, which may be fewer than asked for
     */
    Request<Long> write(Lease source, long offset);

    /**
     * Writes several buffers in their order, as one request ({@code aio_writev} of FreeBSD). It is not promised to be
     * atomic against other requests.
     *
     * @param sources borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more; ignored if the file was opened with APPEND
     * @return the request: bytes written in all
     */
    Request<Long> write(ByteBuffer[] sources, long offset);

    /**
     * Reads until the buffer is full or the file ends, however many transfers that takes.
     *
     * @param target not read-only; borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more
     * @return the request: bytes read, fewer than asked for only where the file ends, 0 at its end
     */
    Request<Long> readFully(ByteBuffer target, long offset);

    /**
     * As {@link #readFully(ByteBuffer, long)}, into a lease.
     *
     * @param target borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more
     * @return the request: bytes read, fewer than asked for only where the file ends
     */
    Request<Long> readFully(Lease target, long offset);

    /**
     * Writes all of the buffer, however many transfers that takes. On a file opened with APPEND no other append comes
     * between them.
     *
     * @param source borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more; ignored if the file was opened with APPEND
     * @return the request: bytes written, all of them; where it fails, {@link AioException#transferred()} says how
     *     many were written before the error
     */
    Request<Long> writeFully(ByteBuffer source, long offset);

    /**
     * As {@link #writeFully(ByteBuffer, long)}, from a lease.
     *
     * @param source borrowed until the request is done
     * @param offset position in the file in bytes, 0 or more; ignored if the file was opened with APPEND
     * @return the request: bytes written, all of them
     */
    Request<Long> writeFully(Lease source, long offset);

    /**
     * Brings every request of this file that was started earlier to storage ({@code aio_fsync}): it waits for exactly
     * those, then syncs. Requests started later are neither covered nor held back.
     *
     * @param mode how much
     * @return the request, which fails with EBADF if the file is not open for writing
     */
    Request<Void> sync(SyncMode mode);

    /**
     * Cuts the file to a size, after all earlier requests and before all later ones. A size larger than the file has
     * no effect.
     *
     * @param size in bytes, 0 or more
     * @return the request, which fails with EBADF if the file is not open for writing, EINVAL for a negative size, EIO
     *     if the file is {@linkplain #isPoisoned() poisoned}, or the errno of ftruncate(2)
     */
    Request<Void> truncate(long size);

    /**
     * Asks for the file's size. It is not ordered against other requests; the size that a write makes is visible when
     * that write is done.
     *
     * @return the request: the size in bytes
     */
    Request<Long> size();

    /**
     * Tries to cancel every pending request ({@code aio_cancel} without a block).
     *
     * @return how many were canceled and how many go on; ALL_DONE where there was none
     * @throws AioException EBADF if the file is closed
     */
    CancelReport cancelAll() throws AioException;

    /**
     * Refuses new requests, waits until the accepted ones are done, and closes the descriptor. After the configured
     * close timeout what is still queued is canceled; what runs is waited for. Whoever wants it fast calls
     * {@link #cancelAll()} first. A second call waits for the first and has no other effect.
     *
     * @throws AioException the errno of closing the descriptor; EDEADLK if called from a callback of this file, which
     *     must use {@link #closeAsync()}
     */
    @Override
    void close() throws AioException;

    /**
     * Does what {@link #close()} does, without waiting.
     *
     * @return the request, the same one for every call
     */
    Request<Void> closeAsync();
}
