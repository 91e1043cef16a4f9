package dev.penstock.aio.spi;

import dev.penstock.aio.Errno;
import org.osgi.annotation.versioning.ConsumerType;

/** Takes the completions of one open file. What {@link CompletionTap} says of its methods holds here too. */
@ConsumerType
public interface FileTap {
    /**
     * Returns whether somebody might have to be told of a completion of this file. Asked when a request is handed to its
     * provider, for its times to be taken, and again when it ends; also under locks on the path of requests. It must answer
     * from what is known: a read of a field.
     *
     * @param kind what the request does
     * @return whether to call {@link #ended} for it
     */
    boolean isWanted(TransferKind kind);

    /**
     * A request of the file ended. Called in the order of {@link EndedRequest#sequence()}, under the file's lock.
     *
     * @param request how it ended; valid during the call only
     * @return whether {@link #tell} must be called
     */
    boolean ended(EndedRequest request);

    /** Sees to it that what {@link #ended} took is told soon. Called under no lock. */
    void tell();

    /** The file is closed, or the tap is taken off: nothing more is told. Called under no lock of the file's. */
    void closed();

    /**
     * A write-back of the file failed: what it holds is not certain any more.
     *
     * @param errno the error
     */
    void poisoned(Errno errno);
}
