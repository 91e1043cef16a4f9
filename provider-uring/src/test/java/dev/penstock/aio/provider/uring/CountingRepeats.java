package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Slab;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what the lanes of a provider hand back to be repeated. */
final class CountingRepeats implements AioProvider {
    private final AioProvider provider;
    private final AtomicInteger repeats = new AtomicInteger();

    CountingRepeats(AioProvider provider) {
        this.provider = provider;
    }

    int repeats() {
        return repeats.get();
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public int ranking() {
        return provider.ranking();
    }

    @Override
    public Probe probe() {
        return provider.probe();
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        return new CountingBackend(provider.start(environment));
    }

    private final class CountingBackend implements Backend {
        private final Backend backend;

        CountingBackend(Backend backend) {
            this.backend = backend;
        }

        @Override
        public int lanes() {
            return backend.lanes();
        }

        @Override
        public Lane lane(int index, CompletionSink sink) {
            return backend.lane(index, new CountingSink(sink));
        }

        @Override
        public BackendFile open(OpenSpec spec) throws AioException {
            return backend.open(spec);
        }

        @Override
        public void register(Slab slab) {
            backend.register(slab);
        }

        @Override
        public void forget(Slab slab) {
            backend.forget(slab);
        }

        @Override
        public void close() {
            backend.close();
        }
    }

    private final class CountingSink implements CompletionSink {
        private final CompletionSink sink;

        CountingSink(CompletionSink sink) {
            this.sink = sink;
        }

        @Override
        public void completed(long token, long result) {
            sink.completed(token, result);
        }

        @Override
        public void failed(long token, int errno, String text) {
            sink.failed(token, errno, text);
        }

        @Override
        public void repeat(long token) {
            repeats.incrementAndGet();
            sink.repeat(token);
        }
    }
}
