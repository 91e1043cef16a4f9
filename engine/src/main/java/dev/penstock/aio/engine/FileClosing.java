package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The end of a file: refuse, drain, close the descriptor.
 *
 * <pre>
 *   open    -> closing   {@link #begin}: {@link #begun} is set; requests are refused from now on
 *   closing -> drained   {@link #holds} falls to 0: the open file holds one, each accepted request one until it is told, and
 *                        so does a transfer of the file's own
 *   drained -> closed    the descriptor is closed, by a thread of the engine's that may block; {@link #closed} is set last
 * </pre>
 */
final class FileClosing extends Waitable implements Awaited {
    private final OpenFile file;
    private final FileCancel cancel;
    private final AtomicInteger holds = new AtomicInteger(1);
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean finishing = new AtomicBoolean();
    /** Held while the descriptor is closed, which may block. */
    private final ReentrantLock descriptor = new ReentrantLock();
    /** Guarded by {@link #descriptor}. */
    private boolean descriptorClosed;
    /** Whether the close has come back. */
    private volatile boolean descriptorGone;

    private final CloseRequest request = new CloseRequest();
    private volatile @Nullable Future<?> timeout;
    /** The errno of closing the descriptor; written under {@link #descriptor}, before {@link #closed}. */
    private @Nullable AioException failure;

    private volatile boolean closed;

    FileClosing(OpenFile file, FileCancel cancel) {
        this.file = file;
        this.cancel = cancel;
    }

    /** Whether every request has ended, and the descriptor is closed or being closed. */
    boolean isDrained() {
        return holds.get() == 0;
    }

    boolean hasBegun() {
        return begun.get();
    }

    /** Accepts a request, which holds the file until {@link #released}. */
    void admit(Block block) throws AioException {
        // Never from 0: then the descriptor is being closed.
        if (!tryHold()) {
            throw refusal(block.flight);
        }
        if (begun.get()) {
            released();
            throw refusal(block.flight);
        }
    }

    /** Refuses a request. An instance that stops closes its files itself: that they are closed is not the reason. */
    AioException refusal(Flight flight) {
        return file.consumer().isClosed()
                ? flight.refusal(Errno.ENXIO, file.consumer().whyStopped())
                : flight.refusal(Errno.EBADF, "the file is closed");
    }

    /** Holds the file for what has to end before the descriptor is closed; only while a request holds it anyway. */
    void hold() {
        holds.incrementAndGet();
    }

    /** Holds the file, unless it is closed or about to be. */
    boolean tryHold() {
        int now;
        do {
            now = holds.get();
        } while (now > 0 && !holds.compareAndSet(now, now + 1));
        return now > 0;
    }

    /** A request is told, or was not accepted after all. */
    void released() {
        if (holds.decrementAndGet() == 0 && begun.get()) {
            finishSoon();
        }
    }

    Request<Void> begin() {
        if (begun.compareAndSet(false, true)) {
            Engine engine = file.consumer().engine();
            timeout = engine.later(cancel::queued, engine.config().closeTimeoutNs());
            // By the file, not by who waits for the close: it may move meanwhile.
            file.swap().drive();
            file.backend().flush();
            released();
        }
        return request;
    }

    private void finishSoon() {
        if (finishing.compareAndSet(false, true)) {
            file.consumer().engine().mover().close(this::finish);
        }
    }

    private void finish() {
        closeDescriptor(file.backend());
        ended();
    }

    /**
     * Closes the descriptor, once; also ahead of the file, when its provider leaves and nothing is in flight. When this
     * returns it is closed, whoever did it.
     *
     * @param at where it is; nothing happens if it is somewhere else
     */
    void closeDescriptor(Bound at) {
        descriptor.lock();
        try {
            if (!descriptorClosed && file.backend() == at) {
                descriptorClosed = true;
                file.backendFile().close();
            }
        } catch (AioException e) {
            failure = e;
        } catch (Throwable e) {
            file.backend().misbehaved("close", e);
            failure = new AioException("close file=" + file.path(), Errno.EIO, e.toString());
        } finally {
            if (descriptorClosed && !descriptorGone) {
                file.swap().closed();
            }
            descriptorGone = descriptorClosed;
            descriptor.unlock();
        }
    }

    /** Whether the descriptor is closed. */
    boolean isDescriptorGone() {
        return descriptorGone;
    }

    private void ended() {
        Future<?> pending = timeout;
        if (pending != null) {
            pending.cancel(false);
        }
        file.swap().endDrive();
        file.backend().closed(file);
        file.consumer().closed(file);
        file.consumer().engine().mover().waitsNoLonger(file);
        file.telling().close();
        file.blocks().close();
        closed = true;
        wake(null);
        if (request.hasDependents()) {
            file.consumer().notifier().run(file, request::complete);
        }
    }

    void close() throws AioException {
        if (!closed && file.consumer().notifier().isInside(file)) {
            throw new AioException(
                    "close file=" + file.path(), Errno.EDEADLK, "called from a callback of the file: use closeAsync()");
        }
        begin();
        Waiting.awaitUninterrupted(this, Waiting.FOREVER);
        AioException why = failure;
        if (why != null) {
            throw why;
        }
    }

    // ---- the wait for the end

    @Override
    public boolean isMet() {
        return closed;
    }

    @Override
    public boolean help() {
        return false;
    }

    @Override
    public void flush() {
        file.backend().flush();
    }

    @Override
    public void glance() {
        file.backend().glance();
    }

    @Override
    public @Nullable LaneDriver soleLane() {
        return null;
    }

    @Override
    public void need() {}

    @Override
    public void unneed() {}

    /** What {@link dev.penstock.aio.AsyncFile#closeAsync} answers. */
    private final class CloseRequest extends LazyStage<Void> {
        @Override
        @SuppressWarnings("NullAway") // the one value of Void
        Void answer() throws AioException {
            AioException why = failure;
            if (why != null) {
                throw why;
            }
            return null;
        }

        @Override
        void dependedOn() {}

        @Override
        public Void await() throws AioException, InterruptedException {
            awaitInterruptibly(Waiting.FOREVER);
            return answer();
        }

        @Override
        public Void await(Duration time) throws AioException, InterruptedException, TimeoutException {
            if (!awaitInterruptibly(Durations.nanos(time))) {
                throw new TimeoutException("close file=" + file.path() + " is not done after " + time);
            }
            return answer();
        }

        private boolean awaitInterruptibly(long nanos) throws InterruptedException {
            try {
                return Waiting.await(FileClosing.this, nanos);
            } catch (Waiting.Interrupted e) {
                Thread.interrupted();
                throw new InterruptedException("waiting for the close of " + file.path());
            }
        }

        @Override
        public CancelResult cancel() {
            return closed ? CancelResult.ALL_DONE : CancelResult.NOT_CANCELED;
        }

        @Override
        public boolean isDone() {
            return closed;
        }
    }
}
