package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Keeps a work's depth of requests in flight: each step waits for one and starts another in its place. */
final class DepthLoop implements Loop {
    private final Port port;
    private final Offsets offsets;
    private final Work work;
    /** Who reads and who writes, where a work does both. */
    private final SplittableRandom mix;

    private int inFlight;
    private @Nullable ContentCheck check;
    private @Nullable Latencies latencies;

    DepthLoop(Port port, Work work, long fileBytes, int thread) {
        this.port = port;
        this.offsets = new Offsets(work, fileBytes, thread);
        this.work = work;
        this.mix = new SplittableRandom(1_000 + thread);
        if (!work.isRead()) {
            port.slots().forEach(Slot::fillAtRandom);
        }
    }

    @Override
    public void fill() throws Exception {
        for (Slot slot : port.slots()) {
            start(slot);
        }
    }

    @Override
    public int step() throws Exception {
        start(end());
        return 1;
    }

    @Override
    public int drain() throws Exception {
        int count = 0;
        for (; inFlight > 0; count++) {
            end();
        }
        return count;
    }

    private void start(Slot slot) throws Exception {
        slot.offset = offsets.next();
        slot.writes = work.nextWrites(mix);
        if (check != null && slot.writes) {
            check.prepare(slot);
        }
        if (latencies != null) {
            slot.startedNs = System.nanoTime();
        }
        port.start(slot);
        inFlight++;
    }

    private Slot end() throws Exception {
        // Whether it failed or not.
        inFlight--;
        Slot slot = port.end();
        if (latencies != null) {
            latencies.took(System.nanoTime() - slot.startedNs);
        }
        if (check != null && !slot.writes) {
            check.inspect(slot);
        }
        return slot;
    }

    @Override
    public void check(@Nullable ContentCheck newCheck) {
        check = newCheck;
    }

    @Override
    public void observe(@Nullable Latencies newLatencies) {
        latencies = newLatencies;
    }

    /** After a failure some are still in flight. Their memory is theirs. */
    @Override
    public void close() throws IOException {
        try (port) {
            while (inFlight > 0) {
                inFlight--;
                port.end();
            }
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
