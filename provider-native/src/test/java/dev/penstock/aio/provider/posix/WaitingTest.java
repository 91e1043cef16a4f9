package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Timeouts, signals and interrupts while a thread waits. glibc ends the process over a tv_nsec out of range, returns at
 * once if tv_sec overflows, and crashes when a signal interrupts LIO_WAIT; an interrupt of Java does not end a foreign
 * call.
 */
class WaitingTest extends NativeTest {
    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final int SIGNALS = 200;

    private AsyncFile file;
    private ControlBlock block;
    private ControlBlock[] blocks;

    @BeforeEach
    void open() throws Exception {
        file = open(fileOf("f", 4_096), READ, WRITE);
        block = block(file, 512, 0);
        blocks = new ControlBlock[] {block};
    }

    /** Shows that a wait goes on, by another one that is longer than what a wait that returns at once would take. */
    private void assertWaits(FutureTask<?> waiting) throws AioException {
        assertThat(io().suspend(blocks, Duration.ofMillis(50))).isFalse();
        assertThat(waiting).isNotDone();
    }

    @Test
    void suspendWithTheLongestTimeoutWaitsUntilTheRequestEnds() throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block);
            FutureTask<Boolean> waiting = background(() -> io().suspend(blocks, LONGEST));
            assertWaits(waiting);

            held.release();

            assertThat(Bounded.get(waiting)).isTrue();
            assertThat(success(block)).isEqualTo(512);
        }
    }

    @Test
    void takeAndAwaitWithTheLongestTimeoutWaitToo() throws Exception {
        CompletionQueue queue = io().completionQueue();
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block.sigEvent(SigEvent.queue(queue)));
            Request<Long> request = file.read(ByteBuffer.allocateDirect(100), 0);
            FutureTask<ControlBlock> taking = background(() -> queue.take(LONGEST));
            FutureTask<Long> awaiting = background(() -> request.await(LONGEST));
            assertWaits(taking);
            assertThat(awaiting).isNotDone();

            held.release();

            assertThat(Bounded.get(taking)).isSameAs(block);
            assertThat(Bounded.get(awaiting)).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void suspendWithATimeoutThatIsOverAnswersAtOnce(long seconds) throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block);

            assertThat(io().suspend(blocks, Duration.ofSeconds(seconds))).isFalse();
            assertThat(io().suspend(blocks, Duration.ofSeconds(seconds, seconds == 0 ? 0 : 999_999_999)))
                    .isFalse();

            held.release();
            assertThat(success(block)).isEqualTo(512);
        }
    }

    @Test
    void aTimeoutThatIsOverWhileAllThreadsAreBusyEndsTheWaitAndNotTheRequest() throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block);
            long sinceNs = System.nanoTime();

            assertThat(io().suspend(blocks, Duration.ofNanos(20_000_001))).isFalse();

            assertThat(System.nanoTime() - sinceNs)
                    .isGreaterThanOrEqualTo(20_000_001)
                    .isLessThan(Bounded.LIMIT.toNanos());
            held.release();
            assertThat(success(block)).isEqualTo(512);
        }
    }

    @Test
    void aListThatIsWaitedForOutlivesTheSignalsThatItsThreadGets() throws Exception {
        AtomicInteger signals = Signals.countUrgent();
        ControlBlock[] entries = blocks(file, 6, 512);
        for (ControlBlock entry : entries) {
            entry.opcode(Opcode.READ);
        }
        AtomicInteger tid = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        try (HeldWorkers held = HeldWorkers.hold()) {
            FutureTask<Void> listing = background(() -> {
                tid.set(TestLibC.gettid());
                begun.countDown();
                io().list(ListMode.WAIT, entries, SigEvent.none());
                return null;
            });
            Bounded.await(begun);
            Bounded.await("all are in flight", () -> isBusy(entries));
            Bounded.await("signals arrive", () -> {
                TestLibC.signal(tid.get(), Signals.SIGURG);
                return signals.get() >= SIGNALS;
            });
            assertThat(listing).isNotDone();

            held.release();
            long sinceNs = System.nanoTime();
            Bounded.get(listing);

            assertThat(Duration.ofNanos(System.nanoTime() - sinceNs)).isLessThan(Duration.ofSeconds(5));
        }
        for (ControlBlock entry : entries) {
            assertThat(success(entry)).isEqualTo(512);
        }
    }

    private static boolean isBusy(ControlBlock... all) {
        boolean busy = true;
        for (ControlBlock each : all) {
            busy &= each.isBusy();
        }
        return busy;
    }

    @Test
    void aSignalEndsNoSuspend() throws Exception {
        AtomicInteger signals = Signals.countUrgent();
        AtomicInteger tid = new AtomicInteger();
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().write(block);
            FutureTask<Boolean> waiting = background(() -> {
                tid.set(TestLibC.gettid());
                return io().suspend(blocks, Bounded.LIMIT);
            });
            Bounded.await("signals arrive", () -> {
                if (tid.get() != 0) {
                    TestLibC.signal(tid.get(), Signals.SIGURG);
                }
                return signals.get() >= SIGNALS;
            });
            assertThat(waiting).isNotDone();

            held.release();

            assertThat(Bounded.get(waiting)).isTrue();
        }
        assertThat(success(block)).isEqualTo(512);
    }

    @Test
    void anInterruptEndsASuspendWithEINTRAndKeepsTheFlag() throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block);
            CountDownLatch begun = new CountDownLatch(1);
            FutureTask<Boolean> waiting = new FutureTask<>(() -> {
                begun.countDown();
                assertThatExceptionOfType(AioException.class)
                        .isThrownBy(() -> io().suspend(blocks))
                        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(waiting, "test-interrupted");
            thread.start();
            Bounded.await(begun);
            assertWaits(waiting);
            long sinceNs = System.nanoTime();

            thread.interrupt();

            assertThat(Bounded.get(waiting)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - sinceNs)).isLessThan(Duration.ofSeconds(5));
            assertThat(io().error(block)).isEqualTo(Errno.EINPROGRESS);
            held.release();
            Bounded.join(thread);
        }
        assertThat(success(block)).isEqualTo(512);
    }

    @Test
    void anInterruptEndsAnAwaitAndNotItsRequest() throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            Request<Long> request = file.read(ByteBuffer.allocateDirect(100), 0);
            FutureTask<Boolean> waiting = new FutureTask<>(() -> {
                assertThatExceptionOfType(InterruptedException.class).isThrownBy(request::await);
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(waiting, "test-interrupted");
            thread.start();
            assertThat(io().suspend(startedRead(), Duration.ofMillis(50))).isFalse();

            thread.interrupt();

            assertThat(Bounded.get(waiting)).isFalse();
            assertThat(request.isDone()).isFalse();
            held.release();
            assertThat(request.await(Bounded.LIMIT)).isEqualTo(100);
            Bounded.join(thread);
        }
        assertThat(success(block)).isEqualTo(512);
    }

    private ControlBlock[] startedRead() throws AioException {
        io().read(block);
        return blocks;
    }
}
