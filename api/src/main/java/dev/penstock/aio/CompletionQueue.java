package dev.penstock.aio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Hands back control blocks in the order in which their requests ended ({@code aio_waitcomplete} and
 * {@code SIGEV_KEVENT} of FreeBSD).
 *
 * <p>The queue is threaded through the blocks themselves, so it cannot overflow and allocates nothing. A block whose
 * request ended but which was not taken yet is still busy: submits and setters answer EBUSY.
 *
 * <p>Any thread may put (by ending a request) and any thread may take; each block is handed to one taker. The queue
 * is made by {@link AsyncIo#completionQueue()} and serves blocks of that same instance. It is closed when its user or
 * the instance ends, after their requests.
 */
@ProviderType
public interface CompletionQueue extends AutoCloseable {
    /**
     * Waits for the next block. Its status and result are still to be collected by {@link AsyncIo#error} and
     * {@link AsyncIo#result}.
     *
     * @return the block
     * @throws AioException EINTR if the thread is interrupted (its flag stays set); ECANCELED if the queue is closed
     */
    ControlBlock take() throws AioException;

    /**
     * Waits for the next block for some time.
     *
     * @param timeout zero or negative polls; larger than a {@code long} of nanoseconds waits without limit. It may end as
     *     late as a request takes that the thread carries out: see {@link AsyncIo#suspend(ControlBlock[])}
     * @return the block, or {@code null} if none ended in time
     * @throws AioException as {@link #take()}
     */
    @Nullable
    ControlBlock take(Duration timeout) throws AioException;

    /**
     * {@return the next block if there is one now}
     *
     * @throws AioException ECANCELED if the queue is closed
     */
    @Nullable
    ControlBlock poll() throws AioException;

    /**
     * Ends the queue: takers are answered ECANCELED. Requests that name it go on; their blocks, and those not taken
     * yet, stay collectable by {@link AsyncIo#error} and {@link AsyncIo#result}. A second call has no effect.
     */
    @Override
    void close();
}
