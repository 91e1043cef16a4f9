package dev.penstock.aio.notification;

import dev.penstock.aio.AsyncIo;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told of completions. In a container it is registered as a service of this type (the whiteboard pattern), with the
 * properties below as its filter; in plain Java by {@link Notifications#register}.
 *
 * <p>It is called by one thread at a time, never one that moves bytes, in the order of each file's
 * {@link Completion#sequence()}. It may start requests, block, and unregister itself. Each listener has a bounded queue
 * of its own: while it is behind by more than that, the oldest completions are lost to it and it is told how
 * {@linkplain #missed many}. A call that throws, or takes longer than the configured time, is counted; after a
 * configured number of such calls in a row it is set aside: not called any more until it is registered again or its
 * properties change. A call that goes on is counted once for each such time that passes.
 *
 * <p>It sees the completions of the files that its own bundle opened; those of all bundles if the configuration of the
 * notification service names its bundle as trusted. Completions are those of requests that asked for it by
 * {@link dev.penstock.aio.SigEvent#listeners}, and all of an instance that is configured to publish them.
 *
 * <p>A property with several values matches if one of them does; one that is absent matches everything. A listener with
 * a malformed property, or an unknown one that begins with {@code penstock.}, is refused with a line in the log.
 */
@FunctionalInterface
@ConsumerType
public interface CompletionListener {
    /** Property: names of {@link Completion.Operation}. */
    String OPERATION = "penstock.operation";

    /**
     * Property: globs as {@link java.nio.file.FileSystem#getPathMatcher} has them, without {@code glob:}, such as {@code
     * /var/log/**}; compared with the file's absolute path without {@code .} and {@code ..}.
     */
    String PATH = "penstock.path";

    /** Property: names of {@link dev.penstock.aio.Errno}, {@code SUCCESS} among them. */
    String ERRNO = "penstock.errno";

    /** Property: tags of {@link dev.penstock.aio.SigEvent#listeners}; a request without one matches none. */
    String TAG = "penstock.tag";

    /** Property: names of instances; the service property of the same name of {@link AsyncIo}. */
    String INSTANCE = AsyncIo.INSTANCE;

    /**
     * Property: how many completions the listener takes at a time, 1 to {@value #BATCH_MAX}. Without it they come one by
     * one to {@link #completed(Completion)}, else to {@link #completed(List)}.
     */
    String BATCH = "penstock.batch";

    /** The largest value of {@link #BATCH}. */
    int BATCH_MAX = 65_536;

    /**
     * A request ended.
     *
     * @param completion how
     * @throws Exception if it could not be dealt with; it is counted, and not told again
     */
    void completed(Completion completion) throws Exception;

    /**
     * Requests ended; called in place of {@link #completed(Completion)} where {@link #BATCH} is set.
     *
     * @param batch 1 or more, at most as many as {@link #BATCH} says, oldest first; immutable
     * @throws Exception if it could not be dealt with; it counts as one failure, and none of them is told again
     */
    default void completed(List<Completion> batch) throws Exception {
        for (Completion completion : batch) {
            completed(completion);
        }
    }

    /**
     * Completions were lost: the listener was too slow, or they waited for it when its filter changed or it was set aside.
     * Called before the next one that was not.
     *
     * @param count how many that match the filter, 1 or more, since the last call of any kind
     * @throws Exception as {@link #completed(Completion)}
     */
    default void missed(long count) throws Exception {}
}
