package dev.penstock.aio.benchmarks.overlap;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import java.io.IOException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** A thread that starts reads of random blocks and then computes, without another call, so that nobody helps them along. */
final class Computing implements AutoCloseable {
    private static final int DIGITS = 3;

    private final Standalone io;
    private final AsyncFile file;
    private final int blockBytes;
    private final int fileBlocks;
    private final Lease[] leases;
    private final ControlBlock[] blocks;
    private final SplittableRandom random = new SplittableRandom(1);

    Computing(String provider, PatternFile path, int blockBytes, int requests, boolean direct) throws IOException {
        this.blockBytes = blockBytes;
        this.fileBlocks = Math.toIntExact(path.bytes() / blockBytes);
        this.leases = new Lease[requests];
        this.blocks = new ControlBlock[requests];
        this.io = Loops.engine(provider, Map.of());
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
        if (direct) {
            options.add(FileOption.DIRECT);
        }
        this.file = io.open(path.path(), options);
        for (int i = 0; i < requests; i++) {
            leases[i] = io.lease(blockBytes);
            blocks[i] = io.controlBlock().file(file).lease(leases[i]);
        }
    }

    private void start() throws AioException {
        for (ControlBlock block : blocks) {
            io.read(block.offset((long) random.nextInt(fileBlocks) * blockBytes));
        }
    }

    /**
     * Returns how many of the requests have ended after so long. To ask for their errors would start what is staged, and
     * collect what has ended.
     */
    int doneAfter(long nanos) throws AioException {
        start();
        for (long sinceNs = System.nanoTime(); System.nanoTime() - sinceNs < nanos; ) {
            Thread.onSpinWait();
        }
        int done = 0;
        for (ControlBlock block : blocks) {
            done += block.isBusy() ? 0 : 1;
        }
        collect();
        return done;
    }

    /** Returns how long it takes until all are done, in nanoseconds, so often. */
    Histogram untilDone(int times) throws AioException {
        Histogram took = new Histogram(DIGITS);
        for (int i = 0; i < times; i++) {
            long sinceNs = System.nanoTime();
            start();
            for (ControlBlock block : blocks) {
                while (block.isBusy()) {
                    Thread.onSpinWait();
                }
            }
            took.recordValue(System.nanoTime() - sinceNs);
            collect();
        }
        return took;
    }

    private void collect() throws AioException {
        for (ControlBlock block : blocks) {
            io.suspend(new ControlBlock[] {block});
            Errno error = io.error(block);
            if (error != Errno.SUCCESS || io.result(block) != blockBytes) {
                throw new AioException("read of " + file.path() + " offset=" + block.offset(), error);
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        for (Lease lease : leases) {
            lease.close();
        }
        io.close();
    }
}
