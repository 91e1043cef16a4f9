package dev.penstock.aio.benchmarks.notify;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.AtOnceProvider;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.Work;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.StandaloneNotifications;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * How much of what is completed as fast as the engine can reaches listeners who only count. The provider moves nothing,
 * so that no faster I/O is possible.
 *
 * @param listeners how many, all of the same filter
 * @param batch how many completions they take at a time; 0 for one by one
 */
record Delivery(int listeners, int batch) {
    private static final Work WORK = new Work("read", Work.Kind.RANDOM_READ, 4096, 32, false);
    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final long LOOK_NS = 100_000;

    /**
     * Measures.
     *
     * @param file that exists; nothing is read of it
     * @return a row of a table
     */
    String measure(Path file, long forNs) throws Exception {
        try (Standalone io = Loops.engine(new AtOnceProvider(), Map.of("publish.all", true));
                StandaloneNotifications notifications = Notifications.load(io);
                Loop reads = Loops.of(io, file, WORK, 1L << 32)) {
            for (int i = 0; i < listeners; i++) {
                notifications.register(new Counting(), batch == 0 ? Map.of() : Map.of(CompletionListener.BATCH, batch));
            }
            Throughput.of(reads, forNs);
            awaitTold(notifications);
            long delivered = sum(notifications, ListenerInfo::delivered);
            long dropped = sum(notifications, ListenerInfo::dropped);

            long sinceNs = System.nanoTime();
            Throughput requests = Throughput.of(reads, forNs);
            awaitTold(notifications);
            long tookNs = System.nanoTime() - sinceNs;

            delivered = sum(notifications, ListenerInfo::delivered) - delivered;
            dropped = sum(notifications, ListenerInfo::dropped) - dropped;
            if (delivered + dropped != listeners * requests.count()) {
                throw new AssertionError("requests=" + requests.count() + " listeners=" + listeners + " delivered="
                        + delivered + " dropped=" + dropped + " do not agree");
            }
            return String.format(
                    Locale.ROOT,
                    "| %d | %s | %,.0f | %,.0f | %,d | %,d |",
                    listeners,
                    batch == 0 ? "one by one" : "batches of " + batch,
                    requests.perSecond(),
                    new Throughput(delivered, tookNs).perSecond(),
                    delivered,
                    dropped);
        }
    }

    private static long sum(Notifications notifications, ToLongFunction<ListenerInfo> figure) {
        return notifications.listeners().stream().mapToLong(figure).sum();
    }

    /** A listener that has nothing queued was told of everything, but for the end of its last call. */
    private static void awaitTold(Notifications notifications) throws TimeoutException {
        long sinceNs = System.nanoTime();
        while (sum(notifications, ListenerInfo::queued) > 0) {
            if (System.nanoTime() - sinceNs > PATIENCE_NS) {
                throw new TimeoutException("listeners are still behind: " + notifications.listeners());
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    /** Looks at each completion, and not more. */
    private static final class Counting implements CompletionListener {
        private final LongAdder bytes = new LongAdder();

        @Override
        public void completed(Completion completion) {
            bytes.add(completion.transferred());
        }

        @Override
        public void completed(List<Completion> batch) {
            long sum = 0;
            for (Completion completion : batch) {
                sum += completion.transferred();
            }
            bytes.add(sum);
        }
    }
}
