package dev.penstock.aio;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The description and the status of one operation, reused from request to request without allocation
 * ({@code struct aiocb}).
 *
 * <p>A block is made by {@link AsyncIo#controlBlock()}, filled in by its setters, started by {@link AsyncIo#read},
 * {@link AsyncIo#write}, {@link AsyncIo#sync} or {@link AsyncIo#list}, and asked by {@link AsyncIo#error} and
 * {@link AsyncIo#result}. Its life is {@code NEW -> QUEUED -> IN_FLIGHT -> DONE, FAILED or CANCELED -> RETRIEVED}; it
 * may be started when NEW or RETRIEVED.
 *
 * <p>From a successful start until the request is done (and taken from its completion queue, if it names one) the
 * block is busy: setters and further starts answer {@link Errno#EBUSY} and change nothing. The request works on its
 * own copy of the description and keeps its buffers reachable, so nothing that happens to the block or to the
 * caller's references can hurt it. Once done it can be filled in again, but it is not started (EBUSY) before its result
 * was collected. Filling in one block from several threads at a time is a race of the caller's.
 */
@ProviderType
public interface ControlBlock {
    /**
     * Sets the file ({@code aio_fildes}).
     *
     * @param file opened by the same {@link AsyncIo}
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock file(AsyncFile file) throws AioException;

    /**
     * Sets the position in the file in bytes ({@code aio_offset}); checked at the start. Ignored by syncs and by
     * writes to a file opened with APPEND. A new block has 0.
     *
     * @param offset 0 or more
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock offset(long offset) throws AioException;

    /**
     * Sets one buffer ({@code aio_buf}) and the length to its remaining bytes. The buffer is duplicated now: later
     * changes of its position and limit have no effect, and the request changes neither. Its memory must stay as it
     * is until the request is done; a changed content is transferred or not, unspecified. Where it is of an arena that
     * is confined to the caller, or closed meanwhile, the request may end with {@link Errno#EFAULT}.
     *
     * @param buffer direct or on the heap; a read-only one cannot be read into
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock buffer(ByteBuffer buffer) throws AioException;

    /**
     * Sets several buffers, transferred in their order as one request ({@code aio_readv}, {@code aio_writev} of
     * FreeBSD), and the length to the sum of their remaining bytes. Each is duplicated now.
     *
     * @param buffers none, one or more
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock buffers(ByteBuffer... buffers) throws AioException;

    /**
     * Sets a lease as the buffer and the length to what remains in it now. Each request borrows the lease until it
     * is done.
     *
     * @param lease of the same {@link AsyncIo}
     * @return this block
     * @throws AioException EBUSY if the block is busy
     * @throws IllegalArgumentException if the lease is of another {@link AsyncIo}
     * @throws IllegalStateException if the lease was released
     */
    ControlBlock lease(Lease lease) throws AioException;

    /**
     * Sets how many bytes to transfer ({@code aio_nbytes}), fewer than the buffers hold; checked at the start. A new
     * block has 0.
     *
     * @param bytes 0 or more, at most what the buffers hold
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock length(long bytes) throws AioException;

    /**
     * Sets by how much the priority is lowered ({@code aio_reqprio}): among the requests that wait to be dispatched,
     * 0 goes first. Waiting raises a request, so that none starves. Checked at the start; ignored by syncs. A new block
     * has 0.
     *
     * @param lowered 0 to {@link Limits#maxPriority()}
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock priority(int lowered) throws AioException;

    /**
     * Sets what a list starts ({@code aio_lio_opcode}). Only {@link AsyncIo#list} looks at it; nothing changes it.
     *
     * @param opcode the operation; a new block has {@link Opcode#NOP}
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock opcode(Opcode opcode) throws AioException;

    /**
     * Sets how the end is told ({@code aio_sigevent}).
     *
     * @param event a new block has {@link SigEvent#none()}
     * @return this block
     * @throws AioException EBUSY if the block is busy
     */
    ControlBlock sigEvent(SigEvent event) throws AioException;

    /**
     * Sets an object for the caller's own use. The engine never looks at it; it may be set at any time.
     *
     * @param attachment any object, or {@code null}
     * @return this block
     */
    ControlBlock attachment(@Nullable Object attachment);

    /** {@return the file, or {@code null} if none was set} */
    @Nullable
    AsyncFile file();

    /** {@return the position in the file in bytes} */
    long offset();

    /**
     * {@return the buffers in their order ({@code aio_buf}); an empty list if none was set, or a lease} Each is a view of
     * its own with position and limit as they were when it was set, made by this call: the caller may move them, which
     * changes nothing here. The list cannot be changed. What the memory holds while a request runs is unspecified.
     */
    List<ByteBuffer> bufferViews();

    /** {@return the lease ({@code aio_buf}), or {@code null} if none was set, or buffers} */
    @Nullable
    Lease lease();

    /** {@return how many bytes the next request transfers} */
    long length();

    /** {@return by how much the priority is lowered} */
    int priority();

    /** {@return what a list starts} */
    Opcode opcode();

    /** {@return how the end is told} */
    SigEvent sigEvent();

    /** {@return the caller's own object, or {@code null}} */
    @Nullable
    Object attachment();

    /** {@return how often this block was started; tells one request of the block from the next} 0 for a new block. */
    long sequence();

    /**
     * {@return whether setters would answer EBUSY now: from the start until the request is done, and taken from its
     * completion queue if it names one} A block whose request has ended and whose result was not collected is not busy,
     * though a start answers EBUSY until the result is collected.
     */
    boolean isBusy();
}
