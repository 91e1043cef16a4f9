package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a work's depth of requests in flight by callbacks: the one that is told of an end looks at the block and starts
 * the next one of its slot. The thread that calls this only waits.
 */
final class CallbackLoop implements Loop {
    private final CallbackPort port;
    private final Work work;
    private final Requests requests;
    private final Tally tally = new Tally();

    CallbackLoop(CallbackPort port, Work work, long fileBytes) {
        this.port = port;
        this.work = work;
        this.requests = new Requests(work, fileBytes);
        port.tell(new Resubmitter());
        if (!work.isRead()) {
            port.slots().forEach(Slot::fillAtRandom);
        }
    }

    @Override
    public void fill() {
        tally.start(port.slots().size());
        for (Slot slot : port.slots()) {
            start(slot);
        }
    }

    private void start(Slot slot) {
        try {
            requests.begin(slot);
            port.start(slot);
        } catch (Exception | Error e) {
            tally.failed(e);
        }
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
    public void close() throws IOException {
        tally.stop();
        port.close();
    }

    private final class Resubmitter implements CallbackPort.Listener {
        @Override
        public void moved(Slot slot, long bytes) {
            try {
                Port.requireAll(work, slot, bytes);
                requests.end(slot);
            } catch (IOException | RuntimeException | Error e) {
                tally.failed(e);
                return;
            }
            tally.ended();
            if (tally.goesOn()) {
                start(slot);
            } else {
                tally.stopped();
            }
        }

        @Override
        public void failed(Slot slot, Throwable why) {
            tally.failed(why);
        }
    }
}
