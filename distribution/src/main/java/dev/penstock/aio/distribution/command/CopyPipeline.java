package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.distribution.command.CopySlot.Stage;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the bytes of one open file to another with a window of blocks under way. For one thread.
 *
 * <h2>Order</h2>
 *
 * <p>Each block is read, then written, as soon as it can be, whatever the others do. Only the digest needs the order
 * of the file: a block's bytes are digested from its lease after the write and before the lease is used again. Block
 * {@code n} always lives in slot {@code n % depth}, so the window of at most {@code depth} blocks behind the oldest
 * one that is not digested is the whole reordering there is, and nothing is read twice.
 *
 * <h2>What waits for what</h2>
 *
 * <p>The thread waits in the completion queue only. While it digests, the requests of the other slots go on. In
 * steady state a block allocates nothing: lease, control block and slot are used again.
 *
 * <h2>Direct transfers</h2>
 *
 * <p>Requests are rounded up to the alignment. The last block is padded with zeros; the caller cuts the target to
 * its size afterwards.
 */
final class CopyPipeline implements AutoCloseable {
    private static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    private final AsyncIo aio;
    private final AsyncFile source;
    private final AsyncFile target;
    private final long sizeBytes;
    private final int blockBytes;
    private final int alignmentBytes;
    private final MessageDigest digest;
    private final Progress progress;
    private final CompletionQueue queue;
    private final List<CopySlot> slots = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private int inFlight;
    private long nextOffset;

    CopyPipeline(
            AsyncIo aio,
            AsyncFile source,
            AsyncFile target,
            long sizeBytes,
            CopyOptions options,
            MessageDigest digest,
            Progress progress)
            throws AioException {
        this.aio = aio;
        this.source = source;
        this.target = target;
        this.sizeBytes = sizeBytes;
        this.blockBytes = options.blockBytes();
        this.alignmentBytes = Math.max(source.alignmentBytes(), target.alignmentBytes());
        this.digest = digest;
        this.progress = progress;
        this.queue = aio.completionQueue();
        long blocks = (sizeBytes + blockBytes - 1) / blockBytes;
        try {
            while (slots.size() < Math.min(options.depth(), blocks)) {
                slots.add(new CopySlot(aio, queue, blockBytes));
            }
        } catch (AioException e) {
            close();
            throw e;
        }
    }

    /**
     * Copies everything. When it returns or throws, no request is under way.
     *
     * @throws AioException the first request that failed or was refused, with file and offset
     * @throws IOException if the source ended before its size
     * @throws InterruptedException if the thread was interrupted
     */
    void run() throws IOException, InterruptedException {
        try {
            for (CopySlot slot : slots) {
                readNext(slot);
            }
            int oldest = 0;
            while (inFlight > 0) {
                advance(takeSlot());
                while (slots.get(oldest).stage == Stage.WRITTEN) {
                    digestAndReuse(slots.get(oldest));
                    oldest = (oldest + 1) % slots.size();
                }
            }
        } finally {
            drain();
        }
    }

    Latencies latencies() {
        return latencies;
    }

    /** A queue that always has something need not look at the interrupt, so this looks by itself. */
    private CopySlot takeSlot() throws AioException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        ControlBlock block;
        try {
            block = queue.take();
        } catch (AioException e) {
            if (e.errno() == Errno.EINTR && Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
        inFlight--;
        return slotOf(block);
    }

    private static CopySlot slotOf(ControlBlock block) {
        if (block.attachment() instanceof CopySlot slot) {
            return slot;
        }
        throw new AssertionError("a block of somebody else in the queue: " + block);
    }

    private void readNext(CopySlot slot) throws AioException {
        if (nextOffset == sizeBytes) {
            return;
        }
        slot.offset = nextOffset;
        slot.lengthBytes = (int) Math.min(blockBytes, sizeBytes - nextOffset);
        slot.transferBytes = roundUp(slot.lengthBytes);
        nextOffset += slot.lengthBytes;
        slot.doneBytes = 0;
        slot.stage = Stage.READING;
        start(slot);
    }

    private void start(CopySlot slot) throws AioException {
        if (slot.stage == Stage.READING) {
            aio.read(slot.describe(source));
        } else {
            aio.write(slot.describe(target));
        }
        inFlight++;
    }

    /** Takes in what a request has moved, and starts what comes next for its slot. */
    private void advance(CopySlot slot) throws IOException {
        boolean reading = slot.stage == Stage.READING;
        long moved = collect(slot);
        slot.doneBytes += (int) moved;
        boolean complete = slot.doneBytes >= (reading ? slot.lengthBytes : slot.transferBytes);
        if (!complete) {
            // A short transfer. A direct one goes on from the last aligned place, moving some bytes once more.
            if (moved < alignmentBytes) {
                throw stuck(slot);
            }
            slot.doneBytes -= slot.doneBytes % alignmentBytes;
            start(slot);
        } else if (reading) {
            slot.clearPadding();
            slot.doneBytes = 0;
            slot.stage = Stage.WRITING;
            start(slot);
        } else {
            slot.stage = Stage.WRITTEN;
        }
    }

    private long collect(CopySlot slot) throws AioException {
        latencies.record(System.nanoTime() - slot.startedNs);
        ControlBlock block = slot.block;
        Errno errno = aio.error(block);
        int errorNumber = aio.errorNumber(block);
        long moved = aio.result(block);
        if (errno == Errno.SUCCESS) {
            return moved;
        }
        AsyncFile file = slot.stage == Stage.READING ? source : target;
        throw new AioException(operation(slot, file), block.offset(), block.length(), 0, errno, errorNumber, null);
    }

    private static String operation(CopySlot slot, AsyncFile file) {
        return (slot.stage == Stage.READING ? "read" : "write") + " file=" + file.path();
    }

    private IOException stuck(CopySlot slot) {
        long at = slot.offset + slot.doneBytes;
        return slot.stage == Stage.READING
                ? new IOException("read file=" + source.path() + " offset=" + at + ": the file ended before size="
                        + sizeBytes + "; it was changed while it was copied")
                : new IOException("write file=" + target.path() + " offset=" + at + ": the write made no progress");
    }

    private void digestAndReuse(CopySlot slot) throws AioException {
        digest.update(slot.content());
        progress.done(slot.offset + slot.lengthBytes);
        slot.stage = Stage.FREE;
        readNext(slot);
    }

    private int roundUp(int bytes) {
        return (bytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
    }

    /** After a failure: cancels what waits and takes in what runs, so that no file is closed under a request. */
    private void drain() {
        if (inFlight == 0) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            source.cancelAll();
            target.cancelAll();
            while (inFlight > 0 && queue.take(DRAIN_MAX) != null) {
                inFlight--;
            }
        } catch (AioException e) {
            System.err.println("aio: " + inFlight + " requests could not be taken back: " + e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives the leases back. */
    @Override
    public void close() {
        slots.forEach(CopySlot::close);
        queue.close();
    }
}
