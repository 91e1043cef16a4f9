package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A request of {@link dev.penstock.aio.AsyncFile}: one start of a block that users do not see. When it has ended well, it has
 * the answer itself, and the block goes back to its file; otherwise it keeps the block, which knows what went wrong.
 */
final class FileRequest<T> extends LazyStage<T> {
    private static final VarHandle NEEDED;

    static {
        try {
            NEEDED = MethodHandles.lookup().findVarHandle(FileRequest.class, "needed", LaneDriver.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final OpenFile file;
    /** Serves another request by now if this one has ended well. */
    private final Block block;
    /** Which of the block's requests it is. */
    private final long number;

    private final LongFunction<T> answer;
    private final boolean full;
    // Written before the block's end is published.
    private boolean succeeded;
    private long result;
    /** Why it was refused at the call; it is done then. */
    private volatile @Nullable AioException refusal;
    /** The lane that is driven for the sake of dependent stages, until it is done; see {@link #NEEDED}. */
    private volatile @Nullable LaneDriver needed;

    FileRequest(OpenFile file, boolean full, LongFunction<T> answer) {
        Block spare = file.blocks().poll();
        this.file = file;
        this.block = spare != null ? spare : new Block(file.consumer());
        this.number = block.sequence() + 1;
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

    /** It was not accepted: the block has not been started. */
    FileRequest<T> refused(AioException why) {
        refusal = why;
        block.letGo();
        file.blocks().add(block);
        return this;
    }

    @Override
    T answer() throws AioException {
        AioException refused = refusal;
        if (refused != null) {
            throw refused;
        }
        if (!succeeded) {
            throw block.outcomeException();
        }
        return answer.apply(result);
    }

    @Override
    void dependedOn() {
        LaneDriver driver = block.driver;
        if (driver != null && !isDone()) {
            driver.flush();
            driver.need();
            needed = driver;
            if (isDone()) {
                needNoMore();
            }
        }
    }

    private void needNoMore() {
        LaneDriver driver = needed == null ? null : (LaneDriver) NEEDED.getAndSet(this, null);
        if (driver != null) {
            driver.unneed();
        }
    }

    /** The block's outcome is written and about to be published; called by whoever does it. */
    void ends() {
        succeeded = block.outcomeErrno() == Errno.SUCCESS;
        result = block.outcomeResult();
    }

    /** The block's outcome is published; called by whoever did it, who does not touch the block any more. */
    void ended() {
        block.letGo();
        needNoMore();
        if (hasDependents()) {
            file.consumer().notifier().run(file, this::complete);
        }
        if (succeeded) {
            block.retrieve(block.word());
            file.blocks().add(block);
        }
    }

    @Override
    public boolean isDone() {
        return refusal != null || block.hasEnded(number);
    }

    @Override
    public CancelResult cancel() {
        return isDone() ? CancelResult.ALL_DONE : file.cancel(block, number);
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
            AioException pending = block.flight.exception(0, Errno.EINPROGRESS, Errno.EINPROGRESS.number(), null);
            // Otherwise that may be of another request.
            if (!isDone()) {
                throw new TimeoutException("not done after " + timeout + ": " + pending.getMessage());
            }
        }
        return answer();
    }

    private boolean await(long nanos) throws InterruptedException {
        BlockWait wait = file.consumer().waits().borrow();
        try {
            return Waiting.await(wait.of(block, number), nanos);
        } catch (Waiting.Interrupted e) {
            Thread.interrupted();
            throw new InterruptedException("waiting for a request of " + file.path());
        } finally {
            file.consumer().waits().giveBack(wait);
        }
    }
}
