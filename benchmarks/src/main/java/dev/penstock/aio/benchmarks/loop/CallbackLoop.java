package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;

/**
 * Keeps a work's depth of requests in flight by callbacks: the one that is told of an end looks at the block and starts
 * the next one of its slot. The thread that calls this only waits.
 */
final class CallbackLoop extends ToldLoop {
    private final CallbackPort port;

    CallbackLoop(CallbackPort port, Work work, long fileBytes) {
        super(work, fileBytes);
        this.port = port;
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
    public void close() throws IOException {
        super.close();
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
