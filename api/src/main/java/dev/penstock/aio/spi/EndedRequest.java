package dev.penstock.aio.spi;

import dev.penstock.aio.Errno;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** A request that is just ending, as a {@link FileTap} sees it. */
@ProviderType
public interface EndedRequest {
    /** {@return what it did} */
    TransferKind kind();

    /** {@return its number among the completions of its file, from 1 on} */
    long sequence();

    /** {@return where in the file, as given; for a truncate the new size; 0 for an append} */
    long offset();

    /** {@return bytes asked for} */
    long requested();

    /** {@return bytes transferred} */
    long transferred();

    /** {@return how it ended} */
    Errno errno();

    /** {@return the platform's number of the error, or 0} */
    int errorNumber();

    /** {@return the name of the provider that it was meant for} */
    String provider();

    /** {@return the tag of its event, or {@code null}} */
    @Nullable
    String tag();

    /** {@return when it was started, by {@link System#nanoTime()}} */
    long startedNs();

    /**
     * {@return when the provider was handed it, by {@link System#nanoTime()}; {@link #startedNs()} if by the call that
     * started it}
     */
    long dispatchedNs();

    /** {@return when it ended, by {@link System#nanoTime()}} */
    long endedNs();

    /** {@return whether {@link #dispatchedNs()} is known; not if it never was dispatched, or nobody listened then} */
    boolean isDispatchTimed();
}
