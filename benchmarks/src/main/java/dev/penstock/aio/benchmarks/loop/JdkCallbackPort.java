package dev.penstock.aio.benchmarks.loop;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JDK's AsynchronousFileChannel, which tells by a handler on a thread of its pool. */
final class JdkCallbackPort implements CallbackPort, CompletionHandler<Integer, JdkSlot> {
    private final AsynchronousFileChannel channel;
    private final Work work;
    private final List<JdkSlot> slots;
    private @Nullable Listener listener;

    /** The channel stays the caller's. */
    JdkCallbackPort(AsynchronousFileChannel channel, Work work) {
        this.channel = channel;
        this.work = work;
        this.slots = JdkFiles.slots(work);
    }

    @Override
    public void tell(Listener newListener) {
        listener = newListener;
    }

    @Override
    public List<? extends Slot> slots() {
        return slots;
    }

    @Override
    public void start(Slot started) {
        JdkSlot slot = (JdkSlot) started;
        slot.buffer.clear();
        if (slot.writes) {
            channel.write(slot.buffer, slot.offset, slot, this);
        } else {
            channel.read(slot.buffer, slot.offset, slot, this);
        }
    }

    @Override
    public void completed(Integer bytes, JdkSlot slot) {
        try {
            if (work.kind() == Work.Kind.SYNCED_WRITE) {
                channel.force(false);
            }
        } catch (IOException e) {
            failed(e, slot);
            return;
        }
        requireNonNull(listener).moved(slot, bytes);
    }

    @Override
    public void failed(Throwable why, JdkSlot slot) {
        requireNonNull(listener).failed(slot, why);
    }

    @Override
    public void close() {
        // There is nothing but buffers.
    }
}
