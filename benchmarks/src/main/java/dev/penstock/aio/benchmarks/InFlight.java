package dev.penstock.aio.benchmarks;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Keeps a number of random reads in flight by control blocks: each step takes one that is done and starts another. */
final class InFlight {
    private final AsyncIo io;
    private final CompletionQueue queue;
    private final SplittableRandom random = new SplittableRandom(1);
    private final int blocksOfFile;
    private final int depth;
    private final ControlBlock[] single;

    InFlight(AsyncIo io, AsyncFile file, int depth, int blocksOfFile) throws AioException {
        this.io = io;
        this.queue = io.completionQueue();
        this.blocksOfFile = blocksOfFile;
        this.depth = depth;
        this.single = new ControlBlock[1];
        for (int i = 0; i < depth; i++) {
            ControlBlock block = io.controlBlock().file(file).buffer(ByteBuffer.allocateDirect(Cached.BLOCK_BYTES));
            if (depth == 1) {
                single[0] = block;
            } else {
                start(block.sigEvent(SigEvent.queue(queue)));
            }
        }
    }

    private void start(ControlBlock block) throws AioException {
        io.read(block.offset((long) random.nextInt(blocksOfFile) * Cached.BLOCK_BYTES));
    }

    /** Ends one read and starts another. */
    long step() throws AioException {
        if (depth == 1) {
            start(single[0]);
            io.suspend(single);
            return io.result(single[0]);
        }
        ControlBlock done = queue.take();
        long result = io.result(done);
        start(done);
        return result;
    }

    void drain() throws AioException {
        for (int i = 0; depth > 1 && i < depth; i++) {
            io.result(queue.take());
        }
    }
}
