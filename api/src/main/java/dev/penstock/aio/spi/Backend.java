package dev.penstock.aio.spi;

import dev.penstock.aio.AioException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A provider at work for one instance of the engine: it opens files and has lanes.
 *
 * <p>The engine may call from any thread.
 */
@ConsumerType
public interface Backend {
    /** {@return the number of lanes, a power of two, 1 or more; fixed} */
    int lanes();

    /**
     * {@return a lane}
     *
     * @param index 0 to {@link #lanes()} - 1
     * @param sink where the lane delivers what is finished; the same one for every call with this index
     */
    Lane lane(int index, CompletionSink sink);

    /**
     * Opens a file; may block as {@code open(2)} does. Descriptors must not survive an exec ({@code O_CLOEXEC}).
     *
     * @param spec how
     * @return the open file
     * @throws AioException with the errno of open(2)
     */
    BackendFile open(OpenSpec spec) throws AioException;

    /**
     * Opens once more what another backend of this process has open, whatever has become of its path: by a duplicate of
     * the descriptor if that is in the right mode, or by {@code /proc/self/fd}. The new file must not depend on the
     * descriptor, which is closed some time after this returned. May block as {@code open(2)} does.
     *
     * @param spec how the file was opened, without what creates or truncates a file
     * @param descriptor a descriptor of this process that has the file open, in whatever mode; open during the call
     * @return the open file; {@code null} if this backend opens paths only, which is the default
     * @throws AioException with the errno of the system call that failed
     */
    default @Nullable BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        return null;
    }

    /**
     * Tells of memory that leases will come from, so that it can be registered with the kernel. By default nothing.
     *
     * @param slab stays allocated at least until {@link #forget(Slab)} returns
     */
    default void register(Slab slab) {}

    /**
     * Tells that no lease will come from this memory any more. By default nothing.
     *
     * @param slab registered before
     */
    default void forget(Slab slab) {}

    /**
     * Ends the backend and every thread of it. By then all its files are closed, nothing is in flight, and no thread of
     * the engine or of a user is inside a call of the backend or of a lane; none is made during this call or after it.
     * Only threads of the backend's own may still be on their way back from a {@link CompletionSink}.
     */
    void close();
}
