package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Says what the requests of a loop are to move, and looks at what they moved. For slots that begin and end on several
 * threads at a time, each slot on one.
 */
final class Requests {
    private final Work work;
    private final long blocks;
    private final AtomicLong sequence = new AtomicLong();
    /** A check is not made for several threads, and nobody measures it. */
    private final Object checking = new Object();
    // Both are set while nothing is in flight; starting a request publishes them.
    private @Nullable ContentCheck check;
    private @Nullable Latencies latencies;

    Requests(Work work, long fileBytes) {
        this.work = work;
        this.blocks = fileBytes / work.blockBytes();
    }

    void check(@Nullable ContentCheck newCheck) {
        check = newCheck;
    }

    void observe(@Nullable Latencies newLatencies) {
        latencies = newLatencies;
    }

    /** To be called before the request is started. */
    void begin(Slot slot) {
        slot.offset = nextBlock() * work.blockBytes();
        slot.writes = work.nextWrites(ThreadLocalRandom.current());
        if (check != null && slot.writes) {
            synchronized (checking) {
                check.prepare(slot);
            }
        }
        if (latencies != null) {
            slot.startedNs = System.nanoTime();
        }
    }

    private long nextBlock() {
        return work.isRandom() ? ThreadLocalRandom.current().nextLong(blocks) : sequence.getAndIncrement() % blocks;
    }

    /** To be called when the request has ended well. */
    void end(Slot slot) throws IOException {
        if (latencies != null) {
            latencies.took(System.nanoTime() - slot.startedNs);
        }
        if (check != null && !slot.writes) {
            synchronized (checking) {
                check.inspect(slot);
            }
        }
    }
}
