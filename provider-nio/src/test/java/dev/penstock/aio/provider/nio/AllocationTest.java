package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.Needs;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is allocated for a transfer, neither by the thread that submits and helps nor by the worker. */
@Timeout(120)
class AllocationTest {
    private static final int REQUESTS = 20_000;
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    private final CountingSink sink = new CountingSink();
    private Path path;
    private NioBackend backend;
    private Lane lane;
    private Thread worker;
    private long generation;

    @BeforeEach
    void start() throws IOException {
        path = Files.write(folder.resolve("f"), new byte[8_192]);
        backend = new NioBackend(new NioSettings(1, "allocation", 60, 256, 16), "test", ErrnoText.ofCLocale());
        lane = backend.lane(0, sink);
        worker = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("allocation-test-0"))
                .findAny()
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    private static final class CountingSink implements CompletionSink {
        final AtomicLong ended = new AtomicLong();
        volatile long failed;

        @Override
        public void completed(long token, long result) {
            ended.incrementAndGet();
        }

        @Override
        public void failed(long token, int errno, String text) {
            failed++;
            ended.incrementAndGet();
        }

        @Override
        public void repeat(long token) {
            failed++;
            ended.incrementAndGet();
        }
    }

    @Test
    void helpingAllocatesNothing() throws IOException {
        Needs.that(Files.isDirectory(Path.of("/proc/self/fdinfo")), "it needs /proc/self/fdinfo");
        assertNothingAllocated(true, TransferKind.READ, ByteBuffer.allocateDirect(4_096), READ, WRITE);
        assertNothingAllocated(true, TransferKind.WRITE, ByteBuffer.allocateDirect(4_096), READ, WRITE);
    }

    @Test
    void aWorkerAllocatesNothing() throws IOException {
        assertNothingAllocated(false, TransferKind.READ, ByteBuffer.allocateDirect(4_096), READ, WRITE);
        assertNothingAllocated(false, TransferKind.WRITE, ByteBuffer.allocateDirect(4_096), READ, WRITE);
        assertNothingAllocated(false, TransferKind.WRITE, ByteBuffer.allocateDirect(16), APPEND);
        assertNothingAllocated(false, TransferKind.SIZE, null, READ);
    }

    @Test
    void heapBuffersAllocateNothingEither() throws IOException {
        assertNothingAllocated(false, TransferKind.READ, ByteBuffer.allocate(4_096), READ);
    }

    private void assertNothingAllocated(boolean helps, TransferKind kind, ByteBuffer buffer, OpenOption... options)
            throws IOException {
        NioFile file = (NioFile) backend.open(new TestSpec(path, options));
        TestTransfer transfer = buffer == null ? TestTransfer.of(kind, file) : new TestTransfer(kind, file, 0, buffer);
        long ofMeasuring = -allocated() + allocated();
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated();
            run(transfer, buffer, helps);
            least = Math.min(least, (allocated() - before - ofMeasuring) / (double) REQUESTS);
        }
        file.close();

        System.out.printf("%s %s helps=%b: %.3f bytes a request%n", kind, Arrays.asList(options), helps, least);
        assertThat(sink.failed).isZero();
        assertThat(least).isLessThan(0.1);
    }

    private void run(Transfer transfer, ByteBuffer buffer, boolean helps) {
        for (int i = 0; i < REQUESTS; i++) {
            if (buffer != null) {
                buffer.clear();
            }
            long ended = sink.ended.get();
            long token = ++generation << 32;
            lane.stage(token, transfer);
            if (!helps || !lane.help(token)) {
                lane.flush();
            }
            while (sink.ended.get() == ended) {
                Thread.onSpinWait();
            }
        }
    }

    /** What this thread and the worker have allocated. */
    private long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId())
                + threads.getThreadAllocatedBytes(worker.getId());
    }
}
