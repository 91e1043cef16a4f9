package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The JDK's AsynchronousFileChannel: one channel with a fixed pool for all submitting threads. */
final class JdkClient implements Client {
    private static final long CLOSE_SECONDS = 60;

    private final Work work;
    private final long fileBytes;
    private final int poolSize;
    /** Whether handlers start the next request; else they fill a queue for the submitting thread. */
    private final boolean resubmits;

    private final ExecutorService pool;
    private final AsynchronousFileChannel channel;

    JdkClient(Path path, Work work, long fileBytes, int poolSize, boolean resubmits) throws IOException {
        this.work = work;
        this.fileBytes = fileBytes;
        this.poolSize = poolSize;
        this.resubmits = resubmits;
        this.pool = Executors.newFixedThreadPool(poolSize);
        this.channel = open(path);
    }

    /** Opens it with the pool size that does this work fastest here, for threads that collect. */
    static Client collected(Path path, Work work, long fileBytes) throws Exception {
        return best(path, work, fileBytes, false);
    }

    /** The same for handlers that resubmit. */
    static Client callbacks(Path path, Work work, long fileBytes) throws Exception {
        return best(path, work, fileBytes, true);
    }

    private static Client best(Path path, Work work, long fileBytes, boolean resubmits) throws Exception {
        Unsupported.lists("AsynchronousFileChannel", work);
        PoolTrial trial = new PoolTrial(work, size -> new JdkClient(path, work, fileBytes, size, resubmits));
        return new JdkClient(path, work, fileBytes, trial.best(), resubmits);
    }

    private AsynchronousFileChannel open(Path path) throws IOException {
        try {
            return AsynchronousFileChannel.open(path, JdkFiles.options(work), pool);
        } catch (IOException | RuntimeException e) {
            pool.shutdown();
            throw e;
        }
    }

    @Override
    public Loop loop(int thread) {
        return resubmits
                ? new CallbackLoop(new JdkCallbackPort(channel, work), work, fileBytes)
                : new DepthLoop(new JdkPort(channel, work), work, fileBytes, thread);
    }

    @Override
    public String note() {
        return "pool " + poolSize;
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
