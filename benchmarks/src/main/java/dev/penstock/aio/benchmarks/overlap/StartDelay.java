package dev.penstock.aio.benchmarks.overlap;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.AtOnceProvider;
import dev.penstock.aio.benchmarks.loop.Loops;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How long a request that is staged, and that nobody waits for, is left before the engine's keeper starts it. That is the
 * engine's doing on every lane that is not flushed by the submit itself, so the lane here is one that only looks at its watch.
 */
final class StartDelay implements AutoCloseable {
    private static final int DIGITS = 3;
    private static final int BLOCK_BYTES = 512;

    private volatile long flushedNs;
    private final Standalone io = Loops.engine(AtOnceProvider.staging(() -> flushedNs = System.nanoTime()), Map.of());
    private final AsyncFile file;
    private final Lease lease;
    private final ControlBlock block;

    /** The file is never touched. */
    StartDelay(Path path) throws IOException {
        file = io.open(path, StandardOpenOption.READ);
        lease = io.lease(BLOCK_BYTES);
        block = io.controlBlock().file(file).lease(lease);
    }

    /** Returns what it takes, in nanoseconds, so often. */
    Histogram measure(int times) throws IOException {
        Histogram delays = new Histogram(DIGITS);
        for (int i = 0; i < times; i++) {
            long sinceNs = System.nanoTime();
            io.read(block);
            while (flushedNs - sinceNs < 0) {
                Thread.onSpinWait();
            }
            delays.recordValue(flushedNs - sinceNs);
            io.suspend(new ControlBlock[] {block});
            io.result(block);
        }
        return delays;
    }

    @Override
    public void close() throws IOException {
        file.close();
        lease.close();
        io.close();
    }
}
