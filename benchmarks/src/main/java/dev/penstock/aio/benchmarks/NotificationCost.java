package dev.penstock.aio.benchmarks;

import dev.penstock.aio.Errno;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.Work;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.Completion.Operation;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.StandaloneNotifications;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
 * What the notification service costs a request, beside {@link EngineCost} at depth 32. Add {@code -prof gc} for bytes:
 * where no listener matches there are to be none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init") // fields are set by @Setup
public class NotificationCost {
    private static final int BLOCK_BYTES = 4096;
    private static final int DEPTH = 32;
    private static final List<Operation> NOT_READ =
            List.of(Operation.WRITE, Operation.SYNC, Operation.DATA_SYNC, Operation.TRUNCATE, Operation.SIZE);
    private static final List<Errno> FAILURES =
            Arrays.stream(Errno.values()).filter(each -> each != Errno.SUCCESS).toList();

    /**
     * Who listens: there is no service; the service, and nobody; one that never returns from its first call, and is not
     * set aside for that; so many with the same filter, with filters of their own
     * that match, with filters of their own that match nothing.
     */
    @Param({
        "absent",
        "none",
        "asleep1",
        "matching1",
        "matching10",
        "matching100",
        "distinct10",
        "other1",
        "other10",
        "other100"
    })
    public String listeners;

    private Path path;
    private Standalone io;
    private @Nullable StandaloneNotifications notifications;
    private Loop reads;
    private final CountDownLatch end = new CountDownLatch(1);

    /** Starts the engine, the listeners and the requests. */
    @Setup
    public void start() throws Exception {
        path = Files.createTempFile("penstock-benchmark", ".dat");
        io = Loops.engine(new AtOnceProvider(), Map.of("publish.all", true));
        if (!listeners.equals("absent")) {
            StandaloneNotifications started = Notifications.load(Map.of("failures.max", 1_000_000), io);
            notifications = started;
            int count = Integer.parseInt("0" + listeners.replaceAll("\\D", ""));
            for (int i = 0; i < count; i++) {
                started.register(
                        listeners.startsWith("asleep") ? completion -> end.await() : new Counting(),
                        filter(listeners.replaceAll("\\d", ""), i));
            }
        }
        reads = Loops.of(io, path, new Work("read", Work.Kind.RANDOM_READ, BLOCK_BYTES, DEPTH, false), 1L << 32);
        reads.fill();
    }

    private static Map<String, ?> filter(String kind, int i) {
        return switch (kind) {
            case "asleep", "matching" -> Map.of(CompletionListener.OPERATION, Operation.READ.name());
            case "distinct" ->
                Map.of(
                        CompletionListener.ERRNO,
                        List.of(Errno.SUCCESS.name(), FAILURES.get(i).name()));
            case "other" -> other(i);
            default -> throw new IllegalArgumentException("listeners=" + kind);
        };
    }

    /** Each is another one, and each kind of property takes its turn. */
    private static Map<String, ?> other(int i) {
        int turn = i / 4;
        return switch (i % 4) {
            case 0 -> Map.of(CompletionListener.OPERATION, operations(turn + 1));
            case 1 -> Map.of(CompletionListener.ERRNO, FAILURES.get(turn).name());
            case 2 -> Map.of(CompletionListener.PATH, "/nowhere/" + turn + "/**");
            default -> Map.of(CompletionListener.TAG, "nothing-" + turn);
        };
    }

    private static List<String> operations(int set) {
        return Stream.iterate(0, bit -> bit < NOT_READ.size(), bit -> bit + 1)
                .filter(bit -> (set >> bit & 1) == 1)
                .map(bit -> NOT_READ.get(bit).name())
                .toList();
    }

    /** Ends one request and starts another. */
    @Benchmark
    public long request() throws Exception {
        return reads.step();
    }

    /** Ends the requests, the listeners and the engine. */
    @TearDown
    public void stop() throws Exception {
        end.countDown();
        reads.drain();
        reads.close();
        if (notifications != null) {
            notifications.close();
        }
        io.close();
        Files.delete(path);
    }

    private static final class Counting implements CompletionListener {
        private final LongAdder bytes = new LongAdder();

        @Override
        public void completed(Completion completion) {
            bytes.add(completion.transferred());
        }
    }
}
