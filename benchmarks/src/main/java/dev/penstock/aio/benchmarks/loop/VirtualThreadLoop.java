package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As many virtual threads as a work is deep, each of which moves one block after the other by the blocking calls of
 * FileChannel. The thread that calls this only waits.
 */
final class VirtualThreadLoop implements Loop {
    private final FileChannel channel;
    private final Work work;
    private final List<JdkSlot> slots;
    private final Requests requests;
    private final Tally tally = new Tally();

    /** The channel stays the caller's. */
    VirtualThreadLoop(FileChannel channel, Work work, long fileBytes) {
        this.channel = channel;
        this.work = work;
        this.slots = JdkFiles.slots(work);
        this.requests = new Requests(work, fileBytes);
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

    @Override
    public int step() throws IOException {
        return tally.awaitSome();
    }

    @Override
    public int drain() throws IOException {
        return tally.awaitAll();
    }

    @Override
    public void check(@Nullable ContentCheck newCheck) {
        requests.check(newCheck);
    }

    @Override
    public void observe(@Nullable Latencies newLatencies) {
        requests.observe(newLatencies);
    }

    @Override
    public void close() {
        tally.stop();
    }
}
