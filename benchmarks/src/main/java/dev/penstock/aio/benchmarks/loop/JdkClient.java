package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The JDK's AsynchronousFileChannel: one channel with a fixed pool for all submitting threads. */
final class JdkClient implements Client {
    private static final long CLOSE_SECONDS = 60;

    private final Work work;
    private final long fileBytes;
    private final int poolSize;
    private final ExecutorService pool;
    private final AsynchronousFileChannel channel;

    JdkClient(Path path, Work work, long fileBytes, int poolSize) throws IOException {
        this.work = work;
        this.fileBytes = fileBytes;
        this.poolSize = poolSize;
        this.pool = Executors.newFixedThreadPool(poolSize);
        this.channel = open(path);
    }

    /** Opens it with the pool size that does this work fastest here. */
    static Client openBest(Path path, Work work, long fileBytes) throws Exception {
        PoolTrial trial = new PoolTrial(work, size -> new JdkClient(path, work, fileBytes, size));
        return new JdkClient(path, work, fileBytes, trial.best());
    }

    private AsynchronousFileChannel open(Path path) throws IOException {
        try {
            return AsynchronousFileChannel.open(path, options(), pool);
        } catch (IOException | RuntimeException e) {
            pool.shutdown();
            throw e;
        }
    }

    private Set<OpenOption> options() {
        Set<OpenOption> options = new HashSet<>();
        if (!work.isWrite()) {
            options.add(StandardOpenOption.READ);
        }
        if (!work.isRead()) {
            options.add(StandardOpenOption.WRITE);
        }
        if (work.direct()) {
            options.add(DirectOption.ofJdk());
        }
        return options;
    }

    @Override
    public Loop loop(int thread) {
        return new DepthLoop(new JdkPort(channel, work), work, fileBytes, thread);
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
