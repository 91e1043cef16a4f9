package dev.penstock.aio;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One operation of an {@link AsyncFile}, under way or done. Its answer, once there, stays the same for ever.
 *
 * <p>It is a {@link CompletionStage} that nobody but the engine can complete; {@link #toCompletableFuture()} returns
 * a copy. A failed request completes with an {@link AioException}. Dependent stages run on the instance's callback
 * executor, or in the thread that adds them if the request is done by then; never on a thread that moves bytes.
 *
 * <p>Any thread may call any method.
 *
 * @param <T> what the operation answers: bytes as {@code Long}, or {@code Void}
 */
@ProviderType
public interface Request<T> extends CompletionStage<T> {
    /**
     * Waits for the end and returns the answer. The waiting thread may itself carry out the request, or a
     * write that it waits for.
     *
     * @return the operation's answer
     * @throws AioException if the operation failed or was canceled
     * @throws InterruptedException if the thread is interrupted while waiting; the request goes on
     */
    T await() throws AioException, InterruptedException;

    /**
     * Waits for the end for some time.
     *
     * @param timeout zero or negative does not wait; larger than a {@code long} of nanoseconds waits without limit. It may
     *     end as late as a request takes that the thread carries out
     * @return the operation's answer
     * @throws AioException if the operation failed or was canceled
     * @throws InterruptedException if the thread is interrupted while waiting; the request goes on
     * @throws TimeoutException if the request is not done in time; it goes on
     */
    T await(Duration timeout) throws AioException, InterruptedException, TimeoutException;

    /**
     * Tries to cancel ({@code aio_cancel}). The answer agrees with the outcome: after CANCELED the request has failed
     * with {@link Errno#ECANCELED}, after NOT_CANCELED it will end by itself, and ALL_DONE means that it had ended
     * before, whatever the outcome.
     *
     * @return the answer
     */
    CancelResult cancel();

    /** {@return whether the request has ended, whatever the outcome} */
    boolean isDone();
}
