package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * As many virtual threads as a work is deep, each of which moves one block after the other by the blocking calls of
 * FileChannel. The thread that calls this only waits.
 */
final class VirtualThreadLoop extends ToldLoop {
    private final FileChannel channel;
    private final List<JdkSlot> slots;

    /** The channel stays the caller's. */
    VirtualThreadLoop(FileChannel channel, Work work, long fileBytes) {
        super(work, fileBytes);
        this.channel = channel;
        this.slots = JdkFiles.slots(work);
        if (!work.isRead()) {
            slots.forEach(Slot::fillAtRandom);
        }
    }

    @Override
    public void fill() {
        tally.start(slots.size());
        for (JdkSlot slot : slots) {
            Thread.ofVirtual().start(() -> moveAll(slot));
        }
    }

    private void moveAll(JdkSlot slot) {
        try {
            while (tally.goesOn()) {
                requests.begin(slot);
                JdkFiles.move(channel, work, slot);
                requests.end(slot);
                tally.ended();
            }
        } catch (IOException | RuntimeException | Error e) {
            tally.failed(e);
            return;
        }
        tally.stopped();
    }
}
