package dev.penstock.aio.provider.posix;

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
import dev.penstock.aio.spi.Transfer;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how many transfers each lane of a provider has at a time. */
final class CountingProvider implements AioProvider {
    private final AioProvider provider;
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    CountingProvider(AioProvider provider) {
        this.provider = provider;
    }

    /** The most that any lane had at a time. */
    int most() {
        return most.get();
    }

    int ended() {
        return ended.get();
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
            AtomicInteger present = new AtomicInteger();
            return new CountingLane(backend.lane(index, new CountingSink(sink, present)), present);
        }

        @Override
        public BackendFile open(OpenSpec spec) throws AioException {
            return backend.open(spec);
        }

        @Override
        public BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
            return backend.takeOver(spec, descriptor);
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
        private final AtomicInteger present;

        CountingSink(CompletionSink sink, AtomicInteger present) {
            this.sink = sink;
            this.present = present;
        }

        private void end() {
            present.decrementAndGet();
            ended.incrementAndGet();
        }

        @Override
        public void completed(long token, long result) {
            end();
            sink.completed(token, result);
        }

        @Override
        public void failed(long token, int errno, String text) {
            end();
            sink.failed(token, errno, text);
        }

        @Override
        public void repeat(long token) {
            end();
            sink.repeat(token);
        }
    }

    private final class CountingLane implements Lane {
        private final Lane lane;
        private final AtomicInteger present;

        CountingLane(Lane lane, AtomicInteger present) {
            this.lane = lane;
            this.present = present;
        }

        @Override
        public void stage(long token, Transfer transfer) {
            most.accumulateAndGet(present.incrementAndGet(), Math::max);
            lane.stage(token, transfer);
        }

        @Override
        public int window() {
            return lane.window();
        }

        @Override
        public int flushThreshold() {
            return lane.flushThreshold();
        }

        @Override
        public boolean isForHelpers(Transfer transfer) {
            return lane.isForHelpers(transfer);
        }

        @Override
        public boolean flushesWhenIdle() {
            return lane.flushesWhenIdle();
        }

        @Override
        public boolean pushes() {
            return lane.pushes();
        }

        @Override
        public void flush() {
            lane.flush();
        }

        @Override
        public boolean flushByKeeper() {
            return lane.flushByKeeper();
        }

        @Override
        public int collect() {
            return lane.collect();
        }

        @Override
        public void block(long nanos) {
            lane.block(nanos);
        }

        @Override
        public void wake() {
            lane.wake();
        }

        @Override
        public boolean help(long token) {
            return lane.help(token);
        }

        @Override
        public boolean cancel(long token) {
            return lane.cancel(token);
        }
    }
}
