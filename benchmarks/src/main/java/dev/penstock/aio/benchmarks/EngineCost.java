package dev.penstock.aio.benchmarks;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.Work;
import java.nio.file.Files;
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

/** The engine's own cost of a request, with a backend that completes at once. Add {@code -prof gc} for bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init") // fields are set by @Setup
public class EngineCost {
    private static final int BLOCK_BYTES = 4096;

    /** Requests in flight. */
    @Param({"1", "32", "10000"})
    public int depth;

    private Path path;
    private Standalone io;
    private Loop reads;

    /** Starts the engine and the requests. */
    @Setup
    public void start() throws Exception {
        path = Files.createTempFile("penstock-benchmark", ".dat");
        io = Loops.engine(new AtOnceProvider(), Map.of("max.requests.per.consumer", 65_536));
        Work work = new Work("read", Work.Kind.RANDOM_READ, BLOCK_BYTES, depth, false);
        reads = Loops.of(io, path, work, 1L << 32);
        reads.fill();
    }

    /** Ends one request and starts another. */
    @Benchmark
    public long request() throws Exception {
        return reads.step();
    }

    /** Ends the requests and the engine. */
    @TearDown
    public void stop() throws Exception {
        reads.drain();
        reads.close();
        io.close();
        Files.delete(path);
    }
}
