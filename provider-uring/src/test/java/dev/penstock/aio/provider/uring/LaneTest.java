package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lane as the engine drives it, with a sink that remembers, over a file or a pipe. */
@Timeout(60)
abstract class LaneTest {
    static final String CONTENT = "0123456789";
    /** What one of a pipe's buffers holds. */
    static final int PIPE_BLOCK = 4_096;

    @TempDir
    Path folder;

    final Map<Long, Long> told = new ConcurrentHashMap<>();
    final Queue<Long> repeated = new ConcurrentLinkedQueue<>();
    final Queue<String> broken = new ConcurrentLinkedQueue<>();
    /** The token whose completion the sink throws for. */
    volatile long throwsAt = -1;
    /** What the sink does besides, as the engine does that stages what waited for room. */
    volatile Runnable whenTold = () -> {};

    final TestSlab slab = new TestSlab(1, PIPE_BLOCK);
    private final List<int[]> pipes = new ArrayList<>();
    private final List<UringFile> files = new ArrayList<>();
    private UringBackend backend;
    private Lane lane;

    private final class Sink implements CompletionSink {
        @Override
        public void completed(long token, long result) {
            if (token == throwsAt) {
                throw new IllegalStateException("thrown by the test");
            }
            assertThat(told.put(token, result)).as("told twice").isNull();
            whenTold.run();
        }

        @Override
        public void failed(long token, int errno, String text) {
            throw new AssertionError("it knows every errno");
        }

        @Override
        public void repeat(long token) {
            repeated.add(token);
        }
    }

    private final class Environment implements BackendEnvironment {
        @Override
        public String instance() {
            return "test";
        }

        @Override
        public void broken(String reason) {
            broken.add(reason);
        }
    }

    @AfterEach
    final void close() throws AioException {
        for (UringFile file : files) {
            file.close();
        }
        for (int[] pipe : pipes) {
            LibC.close(pipe[1]);
        }
        if (backend != null) {
            backend.close();
        }
        assertThat(broken).isEmpty();
    }

    UringSettings settings() {
        return new UringSettings(1, 64, 64, true);
    }

    final UringBackend backend() {
        if (backend == null) {
            try {
                backend = UringBackend.start(settings(), new Environment());
            } catch (RingProblem e) {
                throw new AssertionError(e);
            }
        }
        return backend;
    }

    final Lane lane() {
        if (lane == null) {
            lane = backend().lane(0, new Sink());
        }
        return lane;
    }

    /** A file of ten bytes that is read through the ring. */
    final UringFile file() throws IOException {
        UringFile file = cachedFile();
        file.cachedReads(UringFile.CachedReads.IMPOSSIBLE);
        return file;
    }

    /** A file of ten bytes, which are in the page cache. */
    final UringFile cachedFile() throws IOException {
        Path path = folder.resolve("f");
        if (!Files.exists(path)) {
            Files.writeString(path, CONTENT);
        }
        UringFile file = (UringFile) backend().open(new TestSpec(path, READ, WRITE));
        files.add(file);
        return file;
    }

    /** The end to read of an empty pipe; the kernel waits there for as long as one likes. */
    final UringFile emptyPipe() {
        int[] pipe = TestLibC.pipe();
        pipes.add(pipe);
        UringFile file = new UringFile(pipe[0], new TestSpec(Path.of("pipe"), READ), 1);
        files.add(file);
        return file;
    }

    /** The end to read and the end to append to of a full pipe, at which the kernel waits for as long as one likes. */
    final UringFile[] fullPipe() {
        int[] pipe = TestLibC.pipe();
        UringFile[] ends = {
            new UringFile(pipe[0], new TestSpec(Path.of("pipe"), READ), 1),
            new UringFile(pipe[1], new TestSpec(Path.of("pipe"), APPEND), 1)
        };
        files.addAll(List.of(ends));
        int writes = TestLibC.pipeBytes(pipe[1]) / PIPE_BLOCK;
        for (int i = 0; i < writes; i++) {
            start(i, block(TransferKind.WRITE, ends[1]));
        }
        collectUntil(writes);
        assertThat(told.values()).containsOnly((long) PIPE_BLOCK);
        told.clear();
        return ends;
    }

    /** Makes room in a full pipe, or takes it. */
    final TestTransfer block(TransferKind kind, UringFile end) {
        return TestTransfer.of(kind, end, 0, PIPE_BLOCK, slab);
    }

    /** Writes a byte into the pipe that was made last. */
    final void writeIntoPipe() {
        TestLibC.writeByte(pipes.get(pipes.size() - 1)[1]);
    }

    final TestTransfer read(UringFile file) {
        return TestTransfer.of(TransferKind.READ, file, 0, CONTENT.length(), slab);
    }

    final void start(long token, TestTransfer transfer) {
        lane().stage(token, transfer);
        startAll();
    }

    /** Starts what is staged, also what a thread that waits would be left. */
    final void startAll() {
        lane().flush();
        Bounded.await("all to be started", () -> lane().flushByKeeper());
    }

    final void collectUntil(int count) {
        Bounded.await(count + " to be told of", () -> {
            lane().collect();
            return told.size() + repeated.size() >= count;
        });
    }

    /** Whether this kernel is of that version or a later one. */
    static boolean isLinux(int major, int minor) {
        String[] version = System.getProperty("os.version").split("[^0-9]+");
        return Integer.parseInt(version[0]) * 1_000 + Integer.parseInt(version[1]) >= major * 1_000 + minor;
    }

    static boolean isAsleep(int tid) {
        try {
            return Files.readString(Path.of("/proc/self/task/" + tid + "/stat")).matches("(?s).*\\) S .*");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Does something in a thread that has ended, for the kernel too, when this returns. */
    static void inAThreadThatEnds(Runnable work) {
        AtomicInteger tid = new AtomicInteger();
        Thread thread = new Thread(
                () -> {
                    tid.set(TestLibC.gettid());
                    work.run();
                },
                "test-submitter");
        thread.start();
        Bounded.join(thread);
        Bounded.await("the kernel's end of the thread", () -> Files.notExists(Path.of("/proc/self/task/" + tid)));
    }
}
