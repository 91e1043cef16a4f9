package dev.penstock.aio.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a lane is asked to do, valid from {@link Lane#stage} until its completion is delivered and not a moment
 * longer: the object is used again for the next one. All numbers were checked by the engine.
 */
@ProviderType
public interface Transfer {
    /** {@return what to do} */
    TransferKind kind();

    /** {@return the file to do it with} */
    BackendFile file();

    /** {@return the position in the file in bytes, 0 or more; the size for TRUNCATE; ignored by appends and syncs} */
    long offset();

    /** {@return how many bytes are asked for, all buffers together; 1 or more for READ and WRITE, else 0} */
    long length();

    /** {@return how many buffers there are; 1 or more for READ and WRITE, else 0} */
    int buffers();

    /**
     * {@return a buffer} What is to be transferred lies between its position and limit; the provider may move both,
     * the view is the transfer's own.
     *
     * @param index 0 to {@link #buffers()} - 1
     */
    ByteBuffer buffer(int index);

    /**
     * Makes the memory fit for a kernel that goes on using it after the call: afterwards {@link #slab()} is there until
     * the completion is delivered. Memory of a lease is fit as it is. For any other the engine lends a copy, into which
     * it now gathers what is to be written, and out of which it scatters what was read when the completion is
     * delivered. A lane that only touches the memory inside its calls need not ask.
     *
     * <p>Called between {@link Lane#stage} and the completion, by one thread at a time, as often as the transfer is tried, with no lock held that a verb of the lane
     * takes: it copies, and may allocate.
     *
     * @return how many bytes the memory holds, 1 or more: so many are to be asked of the kernel, fewer than
     *     {@link #length()} if a copy cannot be so large; 0 if too much is being copied now: the lane must ask
     *     again in its next {@link Lane#collect}, another completion makes room; negative: the errno that the transfer ends with
     */
    int pin();

    /**
     * {@return the slab that the memory lies in; {@code null} if it is not of a lease and was not {@linkplain #pin()
     * pinned}} Only such memory may be handed to a kernel that goes on using it after the call.
     */
    @Nullable
    Slab slab();

    /** {@return where in the slab the first byte lies, if there is a slab} */
    int slabOffset();

    /** {@return whether a kernel may see this transfer started from a long-lived thread only (appends, repeats)} */
    boolean needsKeeper();
}
