package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A request of {@link dev.penstock.aio.AsyncFile}: a block of its own that is started once. */
final class FileRequest<T> extends LazyStage<T> {
    private final OpenFile file;
    private final Block block;
    private final LongFunction<T> answer;
    private final boolean full;
    /** Why it was refused at the call; it is done then. */
    private volatile @Nullable AioException refusal;
    /** The lane that is driven for the sake of dependent stages, until it is done. */
    private final AtomicReference<@Nullable LaneDriver> needed = new AtomicReference<>();

    FileRequest(OpenFile file, boolean full, LongFunction<T> answer) {
        this.file = file;
        this.block = new Block(file.consumer());
        this.block.owner = this;
        this.full = full;
        this.answer = answer;
    }

    Block block() {
        return block;
    }

    /** Whether it transfers again after a short count, until all is moved or the file ends. */
    boolean isFull() {
        return full;
    }

    FileRequest<T> refused(AioException why) {
        refusal = why;
        return this;
    }

    @Override
    T answer() throws AioException {
        AioException refused = refusal;
        if (refused != null) {
            throw refused;
        }
        if (block.outcomeErrno() != Errno.SUCCESS) {
            throw block.outcomeException();
        }
        return answer.apply(block.outcomeResult());
    }

    @Override
    void dependedOn() {
        LaneDriver driver = block.driver;
        if (driver != null && !isDone()) {
            driver.flush();
            driver.need();
            needed.set(driver);
            if (isDone()) {
                needNoMore();
            }
        }
    }

    private void needNoMore() {
        LaneDriver driver = needed.getAndSet(null);
        if (driver != null) {
            driver.unneed();
        }
    }

    /** The block's outcome is published; called by whoever did it. */
    void ended() {
        needNoMore();
        if (hasDependents()) {
            file.consumer().notifier().run(file, this::complete);
        }
    }

    @Override
    public boolean isDone() {
        return refusal != null || block.hasEnded(1);
    }

    @Override
    public CancelResult cancel() {
        return isDone() ? CancelResult.ALL_DONE : file.cancel(block, 1);
    }

    @Override
    public T await() throws AioException, InterruptedException {
        if (!isDone()) {
            await(Waiting.FOREVER);
        }
        return answer();
    }

    @Override
    public T await(Duration timeout) throws AioException, InterruptedException, TimeoutException {
        long nanos = Durations.nanos(timeout);
        if (!isDone() && !await(nanos)) {
            throw new TimeoutException("not done after " + timeout + ": "
                    + block.flight
                            .exception(0, Errno.EINPROGRESS, Errno.EINPROGRESS.number(), null)
                            .getMessage());
        }
        return answer();
    }

    private boolean await(long nanos) throws InterruptedException {
        try {
            return Waiting.await(new BlockWait().of(block), nanos);
        } catch (Waiting.Interrupted e) {
            Thread.interrupted();
            throw new InterruptedException("waiting for " + block.flight.kind() + " of " + file.path());
        }
    }
}
