package dev.penstock.aio;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How the end of a request is told ({@code struct sigevent}). Immutable, and meant to be shared by many blocks.
 *
 * <p>In place of {@code SIGEV_SIGNAL}, which a library must not use in a process that is not its own, completions can
 * be told to {@linkplain #listeners registered listeners}.
 */
public final class SigEvent {
    /** The ways of telling ({@code sigev_notify}). */
    public enum Notify {
        /** Nobody is told ({@code SIGEV_NONE}). */
        NONE,
        /** A callback runs on an executor ({@code SIGEV_THREAD}). */
        CALL,
        /** The block is put into a completion queue ({@code SIGEV_KEVENT} of FreeBSD). */
        QUEUE,
        /** The notification service is told. */
        LISTENERS
    }

    private static final SigEvent NONE = new SigEvent(Notify.NONE, null, null, null, null, null);

    private final Notify notify;
    private final @Nullable Executor executor;
    private final @Nullable CompletionCallback callback;
    private final @Nullable CompletionQueue queue;
    private final @Nullable String tag;
    private final @Nullable Object value;

    private SigEvent(
            Notify notify,
            @Nullable Executor executor,
            @Nullable CompletionCallback callback,
            @Nullable CompletionQueue queue,
            @Nullable String tag,
            @Nullable Object value) {
        this.notify = notify;
        this.executor = executor;
        this.callback = callback;
        this.queue = queue;
        this.tag = tag;
        this.value = value;
    }

    /** {@return the event that tells nobody; the default of a control block} */
    public static SigEvent none() {
        return NONE;
    }

    /**
     * {@return an event that runs a callback on the instance's own bounded callback executor}
     *
     * @param callback what to run
     */
    public static SigEvent call(CompletionCallback callback) {
        return new SigEvent(Notify.CALL, null, requireNonNull(callback, "callback"), null, null, null);
    }

    /**
     * {@return an event that runs a callback on the caller's executor} If that executor rejects or throws, this is
     * counted and the callback runs on a thread of the engine, so that it is still told once.
     *
     * @param executor where to run it; must not run it in the thread that calls {@code execute} if it may block
     * @param callback what to run
     */
    public static SigEvent call(Executor executor, CompletionCallback callback) {
        requireNonNull(executor, "executor");
        return new SigEvent(Notify.CALL, executor, requireNonNull(callback, "callback"), null, null, null);
    }

    /**
     * {@return an event that puts the block into a completion queue} Not for lists: a queue takes blocks.
     *
     * @param queue made by the same {@link AsyncIo} as the block
     */
    public static SigEvent queue(CompletionQueue queue) {
        return new SigEvent(Notify.QUEUE, null, null, requireNonNull(queue, "queue"), null, null);
    }

    /**
     * {@return an event that tells the listeners of the notification service} Where no such service is bound, a submit
     * with it is refused with EINVAL. Not for lists: listeners are told of their entries. The value is not told, for
     * listeners are of other bundles.
     *
     * @param tag a text that listeners can filter by
     * @see dev.penstock.aio.notification.CompletionListener
     */
    public static SigEvent listeners(String tag) {
        return new SigEvent(Notify.LISTENERS, null, null, null, requireNonNull(tag, "tag"), null);
    }

    /**
     * {@return the same event with a value that is handed to whoever is told ({@code sigev_value})}
     *
     * @param newValue any object, or {@code null}
     */
    public SigEvent value(@Nullable Object newValue) {
        return new SigEvent(notify, executor, callback, queue, tag, newValue);
    }

    /** {@return the way of telling} */
    public Notify notification() {
        return notify;
    }

    /** {@return the caller's executor, or {@code null} where the instance's own is meant or none is needed} */
    public @Nullable Executor executor() {
        return executor;
    }

    /** {@return the callback of {@link Notify#CALL}, else {@code null}} */
    public @Nullable CompletionCallback callback() {
        return callback;
    }

    /** {@return the queue of {@link Notify#QUEUE}, else {@code null}} */
    public @Nullable CompletionQueue queue() {
        return queue;
    }

    /** {@return the tag of {@link Notify#LISTENERS}, else {@code null}} */
    public @Nullable String tag() {
        return tag;
    }

    /** {@return the value, or {@code null}} */
    public @Nullable Object value() {
        return value;
    }

    @Override
    public String toString() {
        return "SigEvent[" + notify + (tag == null ? "" : " tag=" + tag) + (value == null ? "" : " value=" + value)
                + "]";
    }
}
