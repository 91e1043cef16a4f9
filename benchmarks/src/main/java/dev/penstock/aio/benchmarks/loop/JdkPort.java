package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's AsynchronousFileChannel with a fixed pool, collected by the submitting thread: one by its future, several
 * by a queue that the handlers fill.
 */
final class JdkPort implements Port, CompletionHandler<Integer, JdkSlot> {
    private static final long CLOSE_SECONDS = 60;

    private final Work work;
    private final ExecutorService pool;
    private final AsynchronousFileChannel channel;
    private final BlockingQueue<JdkSlot> done;
    private final List<JdkSlot> slots;
    private @Nullable Future<Integer> single;

    JdkPort(Path path, Work work, int threads) throws IOException {
        this.work = work;
        this.pool = Executors.newFixedThreadPool(threads);
        this.done = new ArrayBlockingQueue<>(work.depth());
        this.slots = Stream.generate(() -> new JdkSlot(work.blockBytes()))
                .limit(work.depth())
                .toList();
        this.channel = open(path);
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
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
        if (!work.isRead()) {
            options.add(StandardOpenOption.WRITE);
        }
        if (work.direct()) {
            options.add(DirectOption.ofJdk());
        }
        return options;
    }

    @Override
    public List<JdkSlot> slots() {
        return slots;
    }

    @Override
    public void start(Slot started) {
        JdkSlot slot = (JdkSlot) started;
        slot.buffer.clear();
        if (work.depth() == 1) {
            single = work.isRead() ? channel.read(slot.buffer, slot.offset) : channel.write(slot.buffer, slot.offset);
        } else if (work.isRead()) {
            channel.read(slot.buffer, slot.offset, slot, this);
        } else {
            channel.write(slot.buffer, slot.offset, slot, this);
        }
    }

    @Override
    public void completed(Integer count, JdkSlot slot) {
        done.add(slot);
    }

    @Override
    public void failed(Throwable why, JdkSlot slot) {
        slot.failure = why;
        done.add(slot);
    }

    @Override
    public Slot end() throws Exception {
        JdkSlot slot = await();
        Port.requireAll(work, slot, slot.buffer.position());
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            channel.force(false);
        }
        return slot;
    }

    private JdkSlot await() throws Exception {
        if (single != null) {
            single.get();
            return slots.get(0);
        }
        JdkSlot slot = done.take();
        if (slot.failure != null) {
            throw new IOException(slot.failure);
        }
        return slot;
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
