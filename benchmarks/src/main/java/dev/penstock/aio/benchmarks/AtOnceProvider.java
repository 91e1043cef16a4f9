package dev.penstock.aio.benchmarks;

import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;
import java.util.EnumSet;

/** Moves nothing: what is staged is finished when it is collected. What remains is the engine's own cost. */
public final class AtOnceProvider implements AioProvider {
    private static final int WINDOW = 256;

    private final boolean flushesWhenIdle;
    /** Run at each flush. */
    private final Runnable flushed;

    /** Makes one. */
    public AtOnceProvider() {
        this(true, () -> {});
    }

    private AtOnceProvider(boolean flushesWhenIdle, Runnable flushed) {
        this.flushesWhenIdle = flushesWhenIdle;
        this.flushed = flushed;
    }

    /** {@return one where what is staged is left to the engine's keeper, and that tells of each flush} */
    public static AtOnceProvider staging(Runnable flushed) {
        return new AtOnceProvider(false, flushed);
    }

    @Override
    public String name() {
        return "at-once";
    }

    @Override
    public int ranking() {
        return 0;
    }

    @Override
    public Probe probe() {
        return Probe.available(EnumSet.noneOf(Capability.class));
    }

    @Override
    public Backend start(BackendEnvironment environment) {
        return new AtOnceBackend();
    }

    private final class AtOnceBackend implements Backend {
        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public Lane lane(int index, CompletionSink sink) {
            return new AtOnceLane(sink);
        }

        @Override
        public BackendFile open(OpenSpec spec) {
            return new NoFile();
        }

        @Override
        public void close() {}
    }

    private static final class NoFile implements BackendFile {
        @Override
        public int alignmentBytes() {
            return 1;
        }

        @Override
        public void close() {}
    }

    /** A ring of tokens, guarded by itself: staged by any thread under the engine's lock, collected by one. */
    private final class AtOnceLane implements Lane {
        private final CompletionSink sink;
        private final long[] tokens = new long[WINDOW];
        private final long[] lengths = new long[WINDOW];
        private int head;
        private int tail;

        AtOnceLane(CompletionSink sink) {
            this.sink = sink;
        }

        @Override
        public int window() {
            return WINDOW;
        }

        @Override
        public int flushThreshold() {
            return 8;
        }

        @Override
        public boolean flushesWhenIdle() {
            return flushesWhenIdle;
        }

        @Override
        public boolean pushes() {
            return false;
        }

        @Override
        public synchronized void stage(long token, Transfer transfer) {
            int at = tail++ & (WINDOW - 1);
            tokens[at] = token;
            lengths[at] = transfer.length();
        }

        @Override
        public void flush() {
            flushed.run();
        }

        /** Delivers what is there now, and not what is staged meanwhile: no kernel is so quick. */
        @Override
        public int collect() {
            int most;
            synchronized (this) {
                most = tail - head;
            }
            for (int delivered = 0; ; delivered++) {
                long token;
                long length;
                synchronized (this) {
                    if (delivered == most) {
                        return delivered;
                    }
                    int at = head++ & (WINDOW - 1);
                    token = tokens[at];
                    length = lengths[at];
                }
                sink.completed(token, length);
            }
        }

        @Override
        public boolean cancel(long token) {
            return false;
        }
    }
}
