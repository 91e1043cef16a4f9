package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's AsynchronousFileChannel, collected by the submitting thread: one by its future, several by a queue that the
 * handlers fill.
 */
final class JdkPort implements Port, CompletionHandler<Integer, JdkSlot> {
    private final Work work;
    private final AsynchronousFileChannel channel;
    private final BlockingQueue<JdkSlot> done;
    private final List<JdkSlot> slots;
    private @Nullable Future<Integer> single;

    JdkPort(AsynchronousFileChannel channel, Work work) {
        this.channel = channel;
        this.work = work;
        this.done = new ArrayBlockingQueue<>(work.depth());
        this.slots = JdkFiles.slots(work);
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
            single = slot.writes ? channel.write(slot.buffer, slot.offset) : channel.read(slot.buffer, slot.offset);
        } else if (slot.writes) {
            channel.write(slot.buffer, slot.offset, slot, this);
        } else {
            channel.read(slot.buffer, slot.offset, slot, this);
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
    public void close() {
        // The channel is the client's.
    }
}
