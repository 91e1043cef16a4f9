package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The JDK's AsynchronousFileChannel with handlers that resubmit; its one channel and one pool serve all threads. */
final class JdkCallbackClient implements Client {
    private static final int[] POOLS = {2, 4, 8, 16};
    private static final long TRIAL_NS = 100_000_000;
    private static final long CLOSE_SECONDS = 60;

    private final ExecutorService pool;
    private final AsynchronousFileChannel channel;
    private final Work work;
    private final long fileBytes;

    private JdkCallbackClient(int threads, Path path, Work work, long fileBytes) throws IOException {
        this.work = work;
        this.fileBytes = fileBytes;
        this.pool = Executors.newFixedThreadPool(threads);
        try {
            this.channel = AsynchronousFileChannel.open(path, JdkFiles.options(work), pool);
        } catch (IOException | RuntimeException e) {
            pool.shutdown();
            throw e;
        }
    }

    /** Opens the file with the pool that does best in a short trial of the work. */
    static Client open(Path path, Work work, long fileBytes) throws Exception {
        Unsupported.lists("AsynchronousFileChannel", work);
        // The first one is for the compiler.
        best(path, work, fileBytes);
        return new JdkCallbackClient(best(path, work, fileBytes), path, work, fileBytes);
    }

    private static int best(Path path, Work work, long fileBytes) throws Exception {
        int best = 0;
        double bestRate = 0;
        for (int threads : POOLS) {
            double rate = rate(threads, path, work, fileBytes);
            if (rate > bestRate) {
                best = threads;
                bestRate = rate;
            }
        }
        return best;
    }

    /** {@return requests per nanosecond} */
    private static double rate(int threads, Path path, Work work, long fileBytes) throws Exception {
        try (JdkCallbackClient client = new JdkCallbackClient(threads, path, work, fileBytes);
                Loop loop = client.loop(0)) {
            return run(loop);
        }
    }

    private static double run(Loop loop) throws Exception {
        long sinceNs = System.nanoTime();
        long requests = 0;
        loop.fill();
        while (System.nanoTime() - sinceNs < TRIAL_NS) {
            requests += loop.step();
        }
        requests += loop.drain();
        return (double) requests / (System.nanoTime() - sinceNs);
    }

    @Override
    public Loop loop(int thread) {
        return new CallbackLoop(new JdkCallbackPort(channel, work), work, fileBytes);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the pool does not end");
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted while the pool ends", e);
        }
    }
}
