package dev.penstock.aio;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told that a request or a list ended (the function of {@code SIGEV_THREAD}).
 *
 * <p>It runs once for each request, on the executor of its {@link SigEvent}, never on a thread that moves bytes. It
 * may start further requests. What it throws is logged and counted and harms nobody else.
 */
@FunctionalInterface
@ConsumerType
public interface CompletionCallback {
    /**
     * Called after the status of the request is final: {@link AsyncIo#error} no longer answers EINPROGRESS.
     *
     * @param notification what ended, and how
     */
    void completed(Notification notification);
}
