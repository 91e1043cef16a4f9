package dev.penstock.aio.provider.nio;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The lane of a pool of threads.
 *
 * <p>A transfer that is staged stands in the queue, and a slot of the lane keeps the object. Once it was flushed, a
 * worker takes it from there and delivers its completion. A platform thread that waits for its own request need not
 * wait for a worker: it claims the transfer and carries it out itself, for the hand-over to a worker and back costs
 * about 18 us, ten times a cached read. While waiters do so, and are quick at it, the lane asks for fewer flushes. A
 * cancel claims a transfer too, and then nobody carries it out.
 *
 * <p>Nothing is allocated for a transfer that succeeds.
 */
final class NioLane implements Lane {
    private static final System.Logger LOG = System.getLogger(NioLane.class.getName());
    /** At 8, direct and cached transfers alike went fastest. */
    private static final int FLUSH_THRESHOLD = 8;
    /** To call a worker and to share caches with it costs more than to carry out oneself what takes less than this. */
    private static final long QUICK_NS = 5_000;

    private final int window;
    private final ErrnoText errors;
    private final StagedQueue queue;
    private final Workers workers;
    /**
     * By slot. Written before the transfer is added to the queue, emptied by who claims it. Without a claim, what is
     * read here may be of another transfer.
     */
    private final @Nullable Transfer[] transfers;
    /** Whether those who wait do without workers: there was a quick help between the keeper's last two visits, or since. */
    private volatile boolean helping;
    /**
     * Whether there was one since the keeper came by. Only one help is timed for that, for the clock costs a good part of a
     * quick one.
     */
    private volatile boolean helped;
    /** The end of the queue when the keeper came by last; touched by the keeper alone. */
    private long seenByKeeper;
    /** Written before anything is staged; the queue publishes it. */
    private @Nullable CompletionSink sink;

    /**
     * Starts the first thread.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    NioLane(NioSettings settings, String instance, ErrnoText errors) {
        this.window = settings.window();
        this.errors = errors;
        this.queue = new StagedQueue(window);
        this.transfers = new Transfer[window];
        this.workers = new Workers(settings, instance, queue, this::carryOut);
    }

    void deliverTo(CompletionSink newSink) {
        sink = newSink;
    }

    private CompletionSink sink() {
        return requireNonNull(sink);
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public int flushThreshold() {
        return helping ? window : FLUSH_THRESHOLD;
    }

    @Override
    public boolean flushesWhenIdle() {
        return false;
    }

    @Override
    public boolean isForHelpers(Transfer transfer) {
        return true;
    }

    @Override
    public boolean pushes() {
        return true;
    }

    @Override
    public void stage(long token, Transfer transfer) {
        transfers[StagedQueue.slot(token)] = transfer;
        queue.add(token);
    }

    @Override
    public void flush() {
        start(queue.end());
    }

    /** Leaves alone, while somebody helps, what has not been staged for as long as since the last call. */
    @Override
    public boolean flushByKeeper() {
        long before = seenByKeeper;
        seenByKeeper = queue.end();
        helping = helped;
        helped = false;
        long end = helping ? before : seenByKeeper;
        start(end);
        return end == seenByKeeper || queue.isEmpty();
    }

    private void start(long end) {
        queue.makeDue(end);
        workers.signal();
    }

    @Override
    public boolean help(long token) {
        Transfer seen = transfers[StagedQueue.slot(token)];
        if (seen == null || Thread.currentThread().isInterrupted()) {
            return false;
        }
        if (channelForHelp(seen) == null || !queue.claim(token)) {
            return false;
        }
        help(token, remove(token));
        return true;
    }

    private static @Nullable FileChannel channelForHelp(Transfer transfer) {
        return transfer.file() instanceof NioFile file ? file.channelForHelp(transfer) : null;
    }

    /** Carries out a transfer that the caller claimed. What was seen before the claim may have been another one. */
    private void help(long token, Transfer transfer) {
        FileChannel channel = channelForHelp(transfer);
        if (channel == null) {
            sink().repeat(token);
            return;
        }
        boolean timed = !helped;
        long sinceNs = timed ? System.nanoTime() : 0;
        long result;
        try {
            result = Bytes.transfer(channel, transfer);
        } catch (ClosedChannelException | VirtualMachineError e) {
            // An interrupt closed the helpers' channel, or this thread is short of stack or memory.
            // Neither says anything about the file.
            sink().repeat(token);
            return;
        } catch (Throwable e) {
            deliver(token, e);
            return;
        }
        if (timed && System.nanoTime() - sinceNs < QUICK_NS) {
            helped = true;
            helping = true;
        }
        sink().completed(token, result);
    }

    @Override
    public boolean cancel(long token) {
        if (!queue.claim(token)) {
            return false;
        }
        remove(token);
        sink().completed(token, -Errno.ECANCELED.number());
        return true;
    }

    /** Lets go of a transfer that the caller claimed, so that its memory is not held longer than it lives. */
    private Transfer remove(long token) {
        int slot = StagedQueue.slot(token);
        Transfer transfer = requireNonNull(transfers[slot]);
        transfers[slot] = null;
        return transfer;
    }

    /** Carries out, in a worker, a transfer that it claimed. */
    private void carryOut(long token, Worker worker) {
        Transfer transfer = remove(token);
        try {
            NioFile file = (NioFile) transfer.file();
            carryOut(token, transfer, file, worker);
            file.prepareHelp();
        } catch (Throwable e) {
            // The engine's sink failed, or something of ours; the thread has to live on.
            complain(token, e);
        }
    }

    @SuppressWarnings("EmptyCatch") // there is nobody left to be told
    private static void complain(long token, Throwable why) {
        try {
            LOG.log(Level.ERROR, "a worker failed, token=" + token, why);
        } catch (RuntimeException | Error e) {
            // No memory for it, or a logger that fails.
        }
    }

    private void deliver(long token, Throwable why) {
        boolean delivered = false;
        try {
            errors.deliver(sink(), token, why);
            delivered = true;
        } finally {
            if (!delivered) {
                // It cannot say what it is. If that was the sink's failure, the engine has it already.
                sink().failed(token, Errno.EIO.number(), null);
            }
        }
    }

    private void carryOut(long token, Transfer transfer, NioFile file, Worker worker) {
        long result;
        try {
            result = file.carryOut(transfer, worker);
        } catch (Throwable e) {
            deliver(token, e);
            return;
        }
        sink().completed(token, result);
    }

    void close() {
        workers.close();
    }
}
