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
     * {@return the slab that the memory lies in, if there is one buffer and it is of a lease; else {@code null}} Only
     * such memory may be handed to a kernel that goes on using it after the call.
     */
    @Nullable
    Slab slab();

    /** {@return where in the slab the first byte lies, if there is a slab} */
    int slabOffset();

    /** {@return whether a kernel may see this transfer started from a long-lived thread only (appends, repeats)} */
    boolean needsKeeper();
}
