package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
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
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the races run on: one instance of the engine for each JVM, over a lane whose transfers end when an actor says
 * so. There are two, one with a lane that pushes and one with a lane that is collected.
 */
final class Racecourse {
    static final Racecourse PUSHED = new Racecourse(true);
    static final Racecourse COLLECTED = new Racecourse(false);

    /** More than states at a time, so that every request is in the lane at once. */
    private static final int WINDOW = 1 << 16;

    private static final int BYTES = 10;

    private final boolean pushes;
    private final AsyncIo io;
    private final AsyncFile file;
    private final HeldLane lane;
    private final Bound other;
    private final HeldLane otherLane;

    private Racecourse(boolean pushes) {
        this.pushes = pushes;
        HeldProvider provider = new HeldProvider();
        Instance instance = new Instance(Map.of(
                "name", pushes ? "pushed" : "collected",
                "window", WINDOW,
                "max.requests", 1 << 20,
                "max.requests.per.consumer", 1 << 20,
                "max.open.files", 1 << 20));
        instance.add(provider, 0);
        io = instance.user("jcstress");
        file = open();
        lane = provider.lane;
        HeldProvider second = new HeldProvider();
        try {
            other = new Bound(((Consumer) io).engine(), second, EnumSet.allOf(Capability.class));
        } catch (AioException e) {
            throw new AssertionError(e);
        }
        otherLane = second.lane;
    }

    /** Another backend that files can move to; only by the steps of a move, for the instance does not know its provider. */
    Bound other() {
        return other;
    }

    /** Has the lanes end what they have of a block, whichever it is on. */
    void finish(Block block) {
        if (!Life.isInFlight(block.word())) {
            // It has ended, or no lane was handed it: then its token is another's, or will be.
            return;
        }
        HeldLane of = block.driver.backend == other ? otherLane : lane;
        if (of.claim(block.token)) {
            of.sink.completed(block.token, BYTES);
        }
    }

    AsyncIo io() {
        return io;
    }

    AsyncFile open() {
        try {
            return io.open(Path.of("/penstock/race"), StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Closes a file of one state, and waits for that: arbiters come faster than files are closed, which would pile up. Not for
     * ever, for a request that was lost keeps it open, which its status tells.
     */
    static void close(AsyncFile opened) {
        try {
            opened.closeAsync().await(Duration.ofSeconds(20));
        } catch (AioException | InterruptedException e) {
            throw new AssertionError(e);
        } catch (TimeoutException lost) {
            // Told by the arbiter.
        }
    }

    /** A block that was never started. */
    Block block() {
        return block(file);
    }

    Block block(AsyncFile of) {
        try {
            return (Block) io.controlBlock().file(of).buffer(ByteBuffer.allocate(BYTES));
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts a block, which must not be refused; it runs until {@link #finish}. */
    Block start(ControlBlock block) {
        try {
            io.write(block);
            return (Block) block;
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    /** The lane ends what it has under a token, unless it was canceled or ended before. */
    void finish(long token) {
        if (lane.claim(token)) {
            deliver(token, BYTES);
        }
    }

    /** The lane tells of a completion, whether or not that is so. */
    void deliver(long token, long result) {
        if (pushes) {
            lane.sink.completed(token, result);
        } else {
            lane.finished.add(new long[] {token, result});
            lane.signal.release();
        }
    }

    /** The status of a block by name, or the errno by which it is refused. */
    String status(ControlBlock block) {
        try {
            return io.error(block).name();
        } catch (AioException e) {
            return "refused " + e.errno();
        }
    }

    /** The result of a block, or the negative errno by which it is refused. */
    long result(ControlBlock block) {
        try {
            return io.result(block);
        } catch (AioException e) {
            return -e.errno().number();
        }
    }

    /** Opened files that were closed while something of theirs was in flight. */
    static final class HeldFile implements BackendFile {
        final AtomicInteger inFlight = new AtomicInteger();
        volatile boolean closed;
        volatile boolean closedTooEarly;

        @Override
        public int alignmentBytes() {
            return 1;
        }

        @Override
        public void close() {
            closedTooEarly = inFlight.get() > 0;
            closed = true;
        }
    }

    private final class HeldProvider implements AioProvider, Backend {
        private HeldLane lane;

        @Override
        public String name() {
            return "held";
        }

        @Override
        public int ranking() {
            return 0;
        }

        @Override
        public Probe probe() {
            return Probe.available(EnumSet.allOf(Capability.class));
        }

        @Override
        public Backend start(BackendEnvironment environment) {
            return this;
        }

        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public Lane lane(int index, CompletionSink sink) {
            lane = new HeldLane(sink);
            return lane;
        }

        @Override
        public BackendFile open(OpenSpec spec) {
            return new HeldFile();
        }

        @Override
        public void close() {}
    }

    private final class HeldLane implements Lane {
        private final CompletionSink sink;
        private final AtomicLongArray claimed = new AtomicLongArray(WINDOW);
        private final ConcurrentLinkedQueue<long[]> finished = new ConcurrentLinkedQueue<>();
        private final Semaphore signal = new Semaphore(0);

        HeldLane(CompletionSink sink) {
            this.sink = sink;
        }

        /** Who ends a transfer: one of cancel and finish. */
        boolean claim(long token) {
            long before = claimed.get((int) token);
            return before != token + 1 && claimed.compareAndSet((int) token, before, token + 1);
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
            return pushes;
        }

        @Override
        public void stage(long token, Transfer transfer) {
            ((HeldFile) transfer.file()).inFlight.incrementAndGet();
        }

        @Override
        public void flush() {}

        @Override
        public int collect() {
            int count = 0;
            for (long[] each = finished.poll(); each != null; each = finished.poll()) {
                sink.completed(each[0], each[1]);
                count++;
            }
            return count;
        }

        @Override
        public void block(long nanos) {
            try {
                if (signal.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                    signal.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void wake() {
            signal.release();
        }

        @Override
        public boolean cancel(long token) {
            if (!claim(token)) {
                return false;
            }
            sink.completed(token, -Errno.ECANCELED.number());
            return true;
        }
    }
}
