package dev.penstock.aio.engine;

import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;
import java.util.Set;

/** Moves nothing, at once, and allocates nothing: what is left is the engine. */
final class InstantProvider implements AioProvider {
    /** When what is staged is delivered. */
    enum When {
        /** By the thread that flushes: a lane that pushes. */
        IN_FLUSH,
        /** By the next collect. */
        IN_COLLECT,
        /** By the first collect after somebody has blocked. */
        AFTER_BLOCK
    }

    private final When when;
    private final boolean pins;

    InstantProvider(When when) {
        this(when, false);
    }

    /** One that pins what it delivers, as a back end does whose kernel is given leases only. */
    InstantProvider(When when, boolean pins) {
        this.when = when;
        this.pins = pins;
    }

    @Override
    public String name() {
        return "instant";
    }

    @Override
    public int ranking() {
        return 0;
    }

    @Override
    public Probe probe() {
        return Probe.available(Set.of());
    }

    @Override
    public Backend start(BackendEnvironment environment) {
        return new InstantBackend(when, pins);
    }

    private static final class InstantBackend implements Backend {
        private final When when;
        private final boolean pins;

        InstantBackend(When when, boolean pins) {
            this.when = when;
            this.pins = pins;
        }

        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public Lane lane(int index, CompletionSink sink) {
            return new InstantLane(sink, when, pins);
        }

        @Override
        public BackendFile open(OpenSpec spec) {
            return new BackendFile() {
                @Override
                public int alignmentBytes() {
                    return 1;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    /** Finished the moment it is staged; delivered by collect, or by the flush. */
    private static final class InstantLane implements Lane {
        private static final int WINDOW = 256;

        private final CompletionSink sink;
        private final When when;
        private final boolean pins;
        private final Object lock = new Object();
        // A ring; guarded by the lock.
        private final long[] tokens = new long[WINDOW];
        private final Transfer[] transfers = new Transfer[WINDOW];
        private int head;
        private int count;
        /** Touched by the driver of the lane alone. */
        private volatile boolean blocked;

        InstantLane(CompletionSink sink, When when, boolean pins) {
            this.sink = sink;
            this.when = when;
            this.pins = pins;
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
            return true;
        }

        @Override
        public boolean pushes() {
            return when == When.IN_FLUSH;
        }

        @Override
        public void stage(long token, Transfer transfer) {
            synchronized (lock) {
                int at = (head + count++) & (WINDOW - 1);
                tokens[at] = token;
                transfers[at] = transfer;
            }
        }

        @Override
        public void flush() {
            if (when == When.IN_FLUSH) {
                deliver();
            }
        }

        @Override
        public int collect() {
            if (when == When.AFTER_BLOCK && !blocked) {
                return 0;
            }
            blocked = false;
            return deliver();
        }

        private int deliver() {
            int delivered = 0;
            for (; ; ) {
                long token;
                Transfer transfer;
                synchronized (lock) {
                    if (count == 0) {
                        return delivered;
                    }
                    token = tokens[head];
                    transfer = transfers[head];
                    head = (head + 1) & (WINDOW - 1);
                    count--;
                }
                sink.completed(token, pins ? transfer.pin() : transfer.length());
                delivered++;
            }
        }

        @Override
        public void block(long nanos) {
            blocked = true;
        }

        @Override
        public boolean cancel(long token) {
            return false;
        }
    }
}
