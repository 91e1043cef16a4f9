package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The only loop of a client, which is closed with it. */
final class SoleLoop implements Loop {
    private final Client client;
    private final Loop loop;

    SoleLoop(Client client) throws Exception {
        this.client = client;
        this.loop = client.loop(0);
    }

    @Override
    public void fill() throws Exception {
        loop.fill();
    }

    @Override
    public int step() throws Exception {
        return loop.step();
    }

    @Override
    public int drain() throws Exception {
        return loop.drain();
    }

    @Override
    public void check(@Nullable ContentCheck check) {
        loop.check(check);
    }

    @Override
    public void observe(@Nullable Latencies latencies) {
        loop.observe(latencies);
    }

    @Override
    public void close() throws IOException {
        try (client) {
            loop.close();
        }
    }
}
