package dev.penstock.aio;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a {@link CompletionCallback} is told. It is taken when the request (or the list) ends, so it stays true though
 * the block may have been collected and started again since. Immutable.
 */
@ProviderType
public interface Notification {
    /** {@return the value given to {@link SigEvent#value(Object)} ({@code sigev_value}), or {@code null}} */
    @Nullable
    Object value();

    /** {@return the control block whose request ended, or {@code null} where a list or an {@link AsyncFile} call did} */
    @Nullable
    ControlBlock block();

    /** {@return the number of the request among those of the block, as {@link ControlBlock#sequence()}; 0 for a list} */
    long sequence();

    /** {@return how the request ended: {@link Errno#SUCCESS} or its error; for a list, whether an entry failed (EIO)} */
    Errno error();

    /** {@return bytes transferred, 0 for a sync, -1 for a request that failed; for a list, the entries started} */
    long result();

    /** {@return how many entries of the list failed or were canceled or refused; 0 or 1 for a single request} */
    int failed();
}
