package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void whatNobodyWaitsForIsCollectedThoughOthersWereBusy() throws Exception {
        AsyncFile file = open();
        keepBusy(file);
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            blocks.add(block(file, 10, 10L * i));
            io().write(blocks.get(i));
        }

        blocks.forEach(this::awaitUndriven);
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
