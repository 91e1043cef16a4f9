package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The completion queue: ended blocks in their order, threaded through the blocks. */
final class EndQueue extends Waitable implements CompletionQueue, Awaited {
    final Consumer consumer;
    private final BriefLock lock = new BriefLock();
    /** Guarded by {@link #lock}. */
    private final BlockList ended = new BlockList();
    /** Written under {@link #lock}, read by anybody. */
    private final AtomicInteger size = new AtomicInteger();

    private volatile boolean closed;
    /** Guarded by {@link #lock}. */
    private final ExpectedBlocks expected = new ExpectedBlocks();

    EndQueue(Consumer consumer) {
        this.consumer = consumer;
    }

    /** A request that names this queue was accepted, and goes to this lane. */
    void expect(Block block, LaneDriver driver) {
        LaneDriver noLongerSole;
        lock.lock();
        try {
            noLongerSole = expected.add(block, driver);
        } finally {
            lock.unlock();
        }
        if (noLongerSole != null) {
            wake(noLongerSole);
        }
    }

    /** A request that may be expected goes to another lane now. */
    void rebind(Block block, LaneDriver to) {
        lock.lock();
        try {
            boolean wasExpected = block.isExpected;
            expected.remove(block);
            block.driver = to;
            if (wasExpected) {
                expected.add(block, to);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A request that was expected was not started after all. */
    void expectNoMore(Block block) {
        lock.lock();
        try {
            expected.remove(block);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Publishes a block's end and puts the block in, in one step: as long as it is not taken it is busy, unless the
     * queue is closed. Takers are to be woken afterwards, outside of locks.
     */
    void publish(Block block, int state) {
        lock.lock();
        try {
            expected.remove(block);
            block.publish(state, !closed);
            if (!closed) {
                ended.add(block.queued);
                size.set(ended.size());
            }
        } finally {
            lock.unlock();
        }
    }

    boolean hasWaiters() {
        return isWaitedFor();
    }

    @Override
    public ControlBlock take() throws AioException {
        return requireNonNull(take(Waiting.FOREVER));
    }

    @Override
    public @Nullable ControlBlock take(Duration timeout) throws AioException {
        return take(Durations.nanos(timeout));
    }

    @Override
    public @Nullable ControlBlock poll() throws AioException {
        return take(0);
    }

    private @Nullable ControlBlock take(long nanos) throws AioException {
        long deadline = nanos == Waiting.FOREVER ? nanos : System.nanoTime() + nanos;
        long left = nanos;
        for (; ; ) {
            Block block = pollEnded();
            if (block != null) {
                return block;
            }
            if (!await(left)) {
                return null;
            }
            // Another taker may have been quicker: then wait for what is left of the time.
            left = deadline == Waiting.FOREVER ? deadline : Math.max(0, deadline - System.nanoTime());
        }
    }

    private boolean await(long nanos) throws AioException {
        try {
            return Waiting.await(this, nanos);
        } catch (Waiting.Interrupted e) {
            throw new AioException("take from a completion queue", Errno.EINTR);
        }
    }

    private @Nullable Block pollEnded() throws AioException {
        lock.lock();
        try {
            if (closed) {
                throw new AioException("take from a completion queue", Errno.ECANCELED, "the queue is closed");
            }
            Block block = ended.poll();
            if (block != null) {
                // No fence: who sees an older one finds nothing, and waits.
                size.setRelease(ended.size());
                block.taken();
            }
            return block;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        LaneDriver sole;
        lock.lock();
        try {
            closed = true;
            sole = expected.sole();
            for (Block block = ended.poll(); block != null; block = ended.poll()) {
                block.taken();
            }
            size.set(0);
        } finally {
            lock.unlock();
        }
        wake(sole);
    }

    @Override
    public boolean isMet() {
        return size.get() > 0 || closed;
    }

    @Override
    public boolean help() {
        Block waiting = null;
        long waitingNumber = 0;
        for (int i = 0; ; i++) {
            Block candidate = locked(i);
            if (candidate == null) {
                return waiting != null && Helping.helpBefore(waiting, waitingNumber);
            }
            long number = candidate.sequence();
            if (Helping.help(candidate, number)) {
                return true;
            }
            if (waiting == null && Helping.mayWaitForOthers(candidate)) {
                waiting = candidate;
                waitingNumber = number;
            }
        }
    }

    private @Nullable Block locked(int index) {
        lock.lock();
        try {
            return expected.candidate(index);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        for (int i = 0; i < laneCount(); i++) {
            LaneDriver driver = lane(i);
            if (driver != null) {
                driver.flush();
            }
        }
    }

    @Override
    public void glance() {
        for (int i = 0; i < laneCount(); i++) {
            LaneDriver driver = lane(i);
            if (driver != null) {
                driver.glance();
            }
        }
    }

    private int laneCount() {
        lock.lock();
        try {
            return expected.laneCount();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable LaneDriver lane(int index) {
        lock.lock();
        try {
            return index < expected.laneCount() ? expected.lane(index) : null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable LaneDriver soleLane() {
        lock.lock();
        try {
            LaneDriver sole = expected.sole();
            return sole != null && sole.isCollected() ? sole : null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void need() {
        lock.lock();
        try {
            expected.park();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unneed() {
        lock.lock();
        try {
            expected.unpark();
        } finally {
            lock.unlock();
        }
    }
}
