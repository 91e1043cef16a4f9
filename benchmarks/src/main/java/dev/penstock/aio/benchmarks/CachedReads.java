package dev.penstock.aio.benchmarks;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
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
    /** Threads of either pool: the default of provider nio. */
    static final int POOL = 16;

    /** Provider nio. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // fields are set by @Setup
    public static class Nio {
        /** Reads in flight. */
        @Param({"1", "32"})
        public int depth;

        private Path path;
        private Standalone io;
        private InFlight reads;

        /** Starts the reads. */
        @Setup
        public void start() throws IOException {
            path = Cached.file();
            AioProvider nio = ServiceLoader.load(AioProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(provider -> provider.name().equals("nio"))
                    .findFirst()
                    .orElseThrow();
            io = ServiceLoader.load(AioEngine.class).findFirst().orElseThrow().start(Map.of(), List.of(nio));
            reads = new InFlight(io, io.open(path, StandardOpenOption.READ), depth, Cached.BLOCKS);
        }

        /** Ends them. */
        @TearDown
        public void stop() throws IOException {
            reads.drain();
            io.close();
            Files.delete(path);
        }
    }

    /** AsynchronousFileChannel. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // fields are set by @Setup
    public static class Jdk {
        /** Reads in flight. */
        @Param({"1", "32"})
        public int depth;

        private Path path;
        private JdkReads reads;

        /** Starts the reads. */
        @Setup
        public void start() throws IOException {
            path = Cached.file();
            reads = new JdkReads(path, depth, POOL);
        }

        /** Ends them. */
        @TearDown
        public void stop() throws IOException, InterruptedException {
            reads.close();
            Files.delete(path);
        }
    }

    /** One read by provider nio. */
    @Benchmark
    public long nio(Nio nio) throws AioException {
        return nio.reads.step();
    }

    /** One read by AsynchronousFileChannel. */
    @Benchmark
    public long jdk(Jdk jdk) throws Exception {
        return jdk.reads.step();
    }
}
