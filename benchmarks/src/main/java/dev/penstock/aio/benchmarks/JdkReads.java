package dev.penstock.aio.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** As {@link InFlight}, by the JDK's AsynchronousFileChannel with a fixed pool. */
final class JdkReads implements CompletionHandler<Integer, ByteBuffer> {
    private final AsynchronousFileChannel channel;
    private final ExecutorService pool;
    private final BlockingQueue<ByteBuffer> done;
    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer single = ByteBuffer.allocateDirect(Cached.BLOCK_BYTES);
    private final int depth;

    JdkReads(Path path, int depth, int threads) throws IOException {
        this.pool = Executors.newFixedThreadPool(threads);
        this.channel = AsynchronousFileChannel.open(path, Set.of(StandardOpenOption.READ), pool);
        this.depth = depth;
        this.done = new ArrayBlockingQueue<>(depth);
        for (int i = 0; depth > 1 && i < depth; i++) {
            start(ByteBuffer.allocateDirect(Cached.BLOCK_BYTES));
        }
    }

    private long position() {
        return (long) random.nextInt(Cached.BLOCKS) * Cached.BLOCK_BYTES;
    }

    private void start(ByteBuffer buffer) {
        channel.read(buffer.clear(), position(), buffer, this);
    }

    @Override
    public void completed(Integer count, ByteBuffer buffer) {
        done.add(buffer);
    }

    @Override
    public void failed(Throwable why, ByteBuffer buffer) {
        done.add(buffer.clear());
    }

    long step() throws Exception {
        if (depth == 1) {
            return channel.read(single.clear(), position()).get();
        }
        ByteBuffer buffer = done.take();
        int count = buffer.position();
        if (count != Cached.BLOCK_BYTES) {
            throw new IllegalStateException("read " + count + " bytes");
        }
        start(buffer);
        return count;
    }

    void close() throws IOException, InterruptedException {
        for (int i = 0; depth > 1 && i < depth; i++) {
            done.take();
        }
        channel.close();
        pool.shutdown();
        if (!pool.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the pool does not end");
        }
    }
}
