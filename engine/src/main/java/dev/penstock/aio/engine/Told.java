package dev.penstock.aio.engine;

import dev.penstock.aio.CompletionCallback;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One notification on its way to one callback. That of a block is made before the request is accepted: the end of a
 * request that found no memory for it would have to be kept from its waiters too.
 */
final class Told implements Notification {
    private final Consumer consumer;
    private final SigEvent event;
    private final @Nullable Block block;
    // Written by the thread that ends the request, before it enqueues this.
    private @Nullable OpenFile file;
    /** The list to be counted down after the callback, so that entries are told before their list. */
    private @Nullable ListOperation list;

    private long sequence;
    private Errno error = Errno.EINPROGRESS;
    private long result;
    private int failed;
    private final AtomicBoolean run = new AtomicBoolean();

    /** Will tell of a block's next request. */
    Told(SigEvent event, Block block) {
        this.consumer = block.consumer;
        this.event = event;
        this.block = block;
    }

    /** Takes over the outcome of the block, which is written and not published yet. */
    void ended(Block ended, @Nullable ListOperation newList) {
        file = ended.flight.targetOrNull();
        list = newList;
        sequence = ended.sequence();
        error = ended.outcomeErrno();
        result = ended.outcomeResult();
        failed = error == Errno.SUCCESS ? 0 : 1;
    }

    /** Tells of a list. */
    Told(Consumer consumer, SigEvent event, int entries, int failed) {
        this.consumer = consumer;
        this.event = event;
        this.block = null;
        this.error = failed == 0 ? Errno.SUCCESS : Errno.EIO;
        this.result = entries;
        this.failed = failed;
    }

    Consumer consumer() {
        return consumer;
    }

    @Nullable
    Executor executor() {
        return event.executor();
    }

    /** The file whose callback this is, or null. */
    @Nullable
    OpenFile file() {
        return file;
    }

    /** Whether this is the first call; a user's executor might run it twice. */
    boolean begin() {
        return run.compareAndSet(false, true);
    }

    void call() {
        CompletionCallback callback = event.callback();
        if (callback != null) {
            callback.completed(this);
        }
    }

    void called() {
        if (list != null) {
            list.entryEnded(failed > 0, null);
        }
    }

    @Override
    public @Nullable Object value() {
        return event.value();
    }

    @Override
    public @Nullable ControlBlock block() {
        return block;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public Errno error() {
        return error;
    }

    @Override
    public long result() {
        return result;
    }

    @Override
    public int failed() {
        return failed;
    }
}
