package dev.penstock.aio.benchmarks;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Random reads of 4 KiB from the page cache by one thread that submits and collects: provider nio by control blocks
 * beside the JDK's AsynchronousFileChannel, each with a pool of as many threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class CachedReads {
    private static final int BLOCK_BYTES = 4096;
    private static final long FILE_BYTES = 64L << 20;

    /** Provider nio. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // fields are set by @Setup
    public static class Nio {
        /** Reads in flight. */
        @Param({"1", "32"})
        public int depth;

        private PatternFile file;
        private Standalone io;
        private Loop reads;

        /** Starts the reads. */
        @Setup
        public void start() throws Exception {
            file = file();
            io = Loops.engine("nio", Map.of());
            reads = Loops.of(io, file.path(), work(depth), FILE_BYTES);
            reads.fill();
        }

        /** Ends them. */
        @TearDown
        public void stop() throws Exception {
            reads.drain();
            reads.close();
            io.close();
            file.close();
        }
    }

    /** AsynchronousFileChannel. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // fields are set by @Setup
    public static class Jdk {
        /** Reads in flight. */
        @Param({"1", "32"})
        public int depth;

        private PatternFile file;
        private Loop reads;

        /** Starts the reads. */
        @Setup
        public void start() throws Exception {
            file = file();
            reads = Loops.ofJdk(file.path(), work(depth), FILE_BYTES);
            reads.fill();
        }

        /** Ends them. */
        @TearDown
        public void stop() throws Exception {
            reads.drain();
            reads.close();
            file.close();
        }
    }

    /** A file that is in the page cache because it has just been written. */
    private static PatternFile file() throws IOException {
        PatternFile file = new PatternFile(Path.of(System.getProperty("java.io.tmpdir")), FILE_BYTES, false);
        file.fill(BLOCK_BYTES);
        return file;
    }

    private static Work work(int depth) {
        return new Work("read", Work.Kind.RANDOM_READ, BLOCK_BYTES, depth, false);
    }

    /** One read by provider nio. */
    @Benchmark
    public long nio(Nio nio) throws Exception {
        return nio.reads.step();
    }

    /** One read by AsynchronousFileChannel. */
    @Benchmark
    public long jdk(Jdk jdk) throws Exception {
        return jdk.reads.step();
    }
}
