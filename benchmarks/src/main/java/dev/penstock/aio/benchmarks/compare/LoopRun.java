package dev.penstock.aio.benchmarks.compare;

import com.sun.management.ThreadMXBean;
import dev.penstock.aio.benchmarks.loop.ContentCheck;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** A loop that the calling thread drives. */
final class LoopRun implements Run {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Loop loop;
    private final Work work;
    private final Path file;
    private final Closeable below;

    /**
     * Takes over a loop.
     *
     * @param below what is to be closed after the loop
     */
    LoopRun(Loop loop, Work work, Path file, Closeable below) {
        this.loop = loop;
        this.work = work;
        this.file = file;
        this.below = below;
    }

    @Override
    public Sample measure(long nanos) throws Exception {
        long allocatedBytes = THREADS.getCurrentThreadAllocatedBytes();
        long sinceNs = System.nanoTime();
        long requests = 0;
        loop.fill();
        do {
            requests += loop.step();
        } while (System.nanoTime() - sinceNs < nanos);
        requests += loop.drain();
        long tookNs = System.nanoTime() - sinceNs;
        return new Sample(requests, tookNs, THREADS.getCurrentThreadAllocatedBytes() - allocatedBytes);
    }

    @Override
    public void check() throws Exception {
        ContentCheck.run(loop, work, file);
    }

    @Override
    public void close() throws IOException {
        try (below) {
            loop.close();
        }
    }
}
