package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/** The floor: the submitting thread itself moves the block, by a positional call of FileChannel. */
final class PositionalPort implements Port {
    private final FileChannel channel;
    private final Work work;
    private final List<JdkSlot> slots;

    /** The channel stays the caller's. */
    PositionalPort(FileChannel channel, Work work) {
        this.channel = channel;
        this.work = work;
        this.slots = JdkFiles.slots(work);
    }

    @Override
    public List<JdkSlot> slots() {
        return slots;
    }

    @Override
    public void start(Slot slot) throws IOException {
        JdkFiles.move(channel, work, (JdkSlot) slot);
    }

    @Override
    public Slot end() {
        return slots.get(0);
    }

    @Override
    public void close() {
        // There is nothing but buffers.
    }
}
