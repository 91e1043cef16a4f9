package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the keeper does beside threads that do the same, and after them. */
class KeeperTest extends EngineTest {
    private static final long BUSY_NS = 50_000_000;

    /** Keeps some requests in flight, and collects them, long enough for the keeper to stay away. */
    private void keepBusy(AsyncFile file) throws Exception {
        try (CompletionQueue queue = io().completionQueue()) {
            SigEvent event = SigEvent.queue(queue);
            int count = 16;
            for (int i = 0; i < count; i++) {
                io().write(block(file, 10, 10L * i).sigEvent(event));
            }
            for (long sinceNs = System.nanoTime(); System.nanoTime() - sinceNs < BUSY_NS; ) {
                ControlBlock block = queue.take();
                success(block);
                io().write(block);
            }
            for (int i = 0; i < count; i++) {
                success(queue.take());
            }
        }
    }

    @Test
    void whatABusyThreadStagesLastIsStartedThoughItGoesAway() throws Exception {
        AsyncFile file = open();
        keepBusy(file);
        provider.holdAll();

        for (int i = 0; i < 5; i++) {
            io().write(block(file, 10, 10L * i));
        }

        await("all are started", () -> provider.lane().held().size() == 5);
    }

    /** Once at least: a thread that loses its processor for long has the keeper come back. */
    @Test
    void aKeeperIsAwayWhileOthersAreBusy() throws Exception {
        AsyncFile file = open();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (long endNs = System.nanoTime() + Bounded.LIMIT.toNanos(); least > 10 && System.nanoTime() - endNs < 0; ) {
            keepBusy(file);
            long before = waits(threads);
            keepBusy(file);
            least = Math.min(least, waits(threads) - before);
        }

        // Its own ticks would be some 500, long ones 80.
        assertThat(least).as("naps within 50 ms").isLessThanOrEqualTo(10);
        assertThat(threadsOfTheInstance()).anyMatch(each -> each.getName().endsWith("-watch"));
    }

    private long waits(ThreadMXBean threads) {
        return threads.getThreadInfo(threadId(keeper())).getWaitedCount();
    }

    private List<ControlBlock> beBusyAndLeaveSome(AsyncFile file) throws Exception {
        keepBusy(file);
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ControlBlock block = block(file, 10, 10L * i);
            blocks.add(block);
            io().write(block);
        }
        return blocks;
    }

    /** Notes whether the watch flushes the lanes. */
    private final class Witness extends Script {
        private final Set<Thread> watches = ConcurrentHashMap.newKeySet();
        private volatile int watched;
        private volatile Runnable flushed = () -> {};
        /** Whether the watch delivers, and has the right to: who hangs there holds up his lane. Touched by the watch alone. */
        private boolean collects;

        private static boolean isWatch() {
            return Thread.currentThread().getName().endsWith("-watch");
        }

        @Override
        void collecting() {
            if (isWatch()) {
                collects = true;
            }
        }

        @Override
        void leaving(int lane, String verb) {
            if (!isWatch()) {
                return;
            }
            if (verb.equals("collect")) {
                collects = false;
            } else if (verb.equals("flush")) {
                watches.add(Thread.currentThread());
                if (lane == watched && !collects) {
                    flushed.run();
                }
            }
        }

        /** Leaves something behind on a lane until the watch has started it; the keeper may be back already. */
        void awaitIn(int lane, AsyncFile file) {
            CountDownLatch seen = new CountDownLatch(1);
            awaitIn(lane, file, seen, seen::countDown);
        }

        /** The same; the watch then runs something in its flush, which opens the latch. */
        void awaitIn(int lane, AsyncFile file, CountDownLatch seen, Runnable inFlush) {
            flushed = () -> {};
            watched = lane;
            flushed = inFlush;
            long endNs = System.nanoTime() + Bounded.LIMIT.toNanos();
            while (seen.getCount() > 0 && System.nanoTime() - endNs < 0) {
                Bounded.get(onLane(lane, () -> beBusyAndLeaveSome(file))).forEach(KeeperTest.this::awaitUndriven);
            }
            assertThat(seen.getCount())
                    .as("0 once the watch has flushed lane %d", lane)
                    .isZero();
        }
    }

    @Test
    void oneWatchStartsWhatIsLeftInAnyLane() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        Witness witness = new Witness();
        provider.script(witness);

        witness.awaitIn(0, file);
        witness.awaitIn(1, file);

        assertThat(witness.watches).hasSize(1);
    }

    @Test
    void aKeeperComesBackThoughTheWatchHangsInAnotherLane() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        Witness witness = new Witness();
        provider.script(witness);
        witness.awaitIn(1, file);
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        try {
            witness.awaitIn(0, file, hangs, () -> {
                hangs.countDown();
                Bounded.await(mayGo);
            });

            for (int round = 0; round < 10; round++) {
                Bounded.get(onLane(1, () -> beBusyAndLeaveSome(file))).forEach(this::awaitUndriven);
            }
            assertThat(mayGo.getCount()).as("1 while the watch hangs").isEqualTo(1);
        } finally {
            mayGo.countDown();
        }
    }

    @Test
    void whatNobodyWaitsForIsCollectedThoughOthersWereBusy() throws Exception {
        beBusyAndLeaveSome(open()).forEach(this::awaitUndriven);
    }

    @Test
    void theKeepersOwnFlushesAreNotThoseOfOthers() throws Exception {
        provider.window = 4;
        AsyncFile file = open();
        ControlBlock probe = block(file, 10, 0);
        // The keeper may come first with one of them.
        for (int i = 0; i < 1000 && (i == 0 || ((Block) probe).driver.flushesByOthers() == 0); i++) {
            io().write(probe);
            success(probe);
        }
        provider.holdAll();
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            blocks.add(block(file, 10, 10L * i));
            io().write(blocks.get(i));
        }
        LaneDriver driver = ((Block) blocks.get(0)).driver;
        int before = driver.flushesByOthers();
        assertThat(before).as("an idle lane's first is started at once").isPositive();
        int flushes = provider.lane().flushes();

        provider.release();
        blocks.forEach(this::awaitUndriven);

        assertThat(provider.lane().flushes()).isGreaterThan(flushes);
        assertThat(driver.flushesByOthers()).isEqualTo(before);
    }

    @Test
    void theTimeOfALaneIsNeverAheadAndGoesOn() throws Exception {
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0);
        io().write(block);
        success(block);
        LaneDriver driver = ((Block) block).driver;
        awaitKeepersParked();
        long beforeNs = System.nanoTime();
        assertThat(driver.recentNs() - beforeNs).isNotNegative();

        provider.holdAll();
        io().write(block);
        for (int i = 0; i < 3; i++) {
            long firstNs = driver.recentNs();
            Bounded.await("the time to go on", () -> {
                long recentNs = driver.recentNs();
                assertThat(System.nanoTime() - recentNs).isNotNegative();
                return recentNs - firstNs > 0;
            });
        }
        provider.release();
        success(block);
    }
}
