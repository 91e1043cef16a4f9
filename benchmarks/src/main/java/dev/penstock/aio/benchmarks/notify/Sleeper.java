package dev.penstock.aio.benchmarks.notify;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.StandaloneNotifications;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/**
 * The throughput of cached reads beside the same with a listener that never returns from its first call.
 * Both take turns, as to who is first, too, with the same service, file and loop, so that what disturbs the machine
 * disturbs both.
 */
final class Sleeper {
    private static final Work WORK = new Work("read", Work.Kind.RANDOM_READ, 4096, 32, false);
    private static final long FALL_ASLEEP_NS = 1_000_000;
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final String provider;
    private final boolean setAside;

    /**
     * Describes a measurement.
     *
     * @param provider by which it is read
     * @param setAside whether the service sets the listener aside as it does by default
     */
    Sleeper(String provider, boolean setAside) {
        this.provider = provider;
        this.setAside = setAside;
    }

    /**
     * Measures.
     *
     * @param file is filled, and so comes into the page cache
     * @return rows of a table, and a line with the median of the ratios
     */
    List<String> measure(PatternFile file, int rounds, long forNs) throws Exception {
        file.fill(WORK.blockBytes());
        List<String> rows = new ArrayList<>();
        double[] ratios = new double[rounds];
        try (Standalone io = Loops.engine(provider, Map.of("publish.all", true));
                StandaloneNotifications notifications =
                        Notifications.load(setAside ? Map.of() : Map.of("failures.max", 1_000_000), io);
                Loop reads = Loops.of(io, file.path(), WORK, file.bytes())) {
            Throughput.of(reads, forNs);
            withSleeper(notifications, reads, forNs);
            for (int round = 0; round < rounds; round++) {
                boolean sleeperFirst = round % 2 == 1;
                double with =
                        sleeperFirst ? withSleeper(notifications, reads, forNs).perSecond() : 0;
                double without = Throughput.of(reads, forNs).perSecond();
                if (!sleeperFirst) {
                    with = withSleeper(notifications, reads, forNs).perSecond();
                }
                ratios[round] = with / without;
                rows.add(String.format(
                        Locale.ROOT, "| %d | %,.0f | %,.0f | %.3f |", round + 1, without, with, ratios[round]));
            }
        }
        Arrays.sort(ratios);
        double median = (ratios[(rounds - 1) / 2] + ratios[rounds / 2]) / 2;
        rows.add("");
        rows.add(String.format(
                Locale.ROOT, "Median of the ratios %.3f, from %.3f to %.3f", median, ratios[0], ratios[rounds - 1]));
        return rows;
    }

    private Throughput withSleeper(Notifications notifications, Loop reads, long forNs) throws Exception {
        CountDownLatch asleep = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletionListener listener = completion -> {
            asleep.countDown();
            end.await();
        };
        try (Notifications.Registration sleeper = notifications.register(listener, Map.of())) {
            for (long sinceNs = System.nanoTime(); asleep.getCount() > 0; Throughput.of(reads, FALL_ASLEEP_NS)) {
                if (System.nanoTime() - sinceNs > PATIENCE_NS) {
                    throw new TimeoutException("it was not called: " + sleeper.info());
                }
            }
            Throughput with = Throughput.of(reads, forNs);
            if (!setAside && sleeper.info().isSetAside()) {
                throw new IllegalStateException("it was set aside: " + sleeper.info());
            }
            return with;
        } finally {
            end.countDown();
        }
    }
}
