package dev.penstock.aio.spi;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a lane delivers finished transfers, each exactly once. A second delivery, or one with a token that is not in
 * flight, is counted and has no effect.
 *
 * <p>The calls run no code of users, do not block for long, and throw nothing. A lane must hold no lock of its own during a call that
 * {@link Lane#stage}, {@link Lane#flush} or {@link Lane#cancel} takes: the engine may call those from inside.
 */
@ProviderType
public interface CompletionSink {
    /**
     * A transfer ended.
     *
     * @param token given at {@link Lane#stage}
     * @param result 0 or more as {@link TransferKind} says, or the negative errno; an ECANCELED that the engine did
     *     not ask for is not believed: the transfer is dispatched again
     */
    void completed(long token, long result);

    /**
     * A transfer failed with an error that the platform told by text only.
     *
     * @param token given at {@link Lane#stage}
     * @param errno positive, or 0 if not known
     * @param text what the system said, or {@code null}
     */
    void failed(long token, int errno, @Nullable String text);

    /**
     * A transfer was not carried out, through no fault of anybody, and has to be dispatched again, from a long-lived
     * thread. Not for appends that may have moved bytes.
     *
     * @param token given at {@link Lane#stage}
     */
    void repeat(long token);
}
