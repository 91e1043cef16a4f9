package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.Bounded;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reads of the page cache that are alone: who tells of them, and when. */
class ReadAtOnceTest extends LaneTest {
    private final AtomicInteger tokens = new AtomicInteger();
    private int depth;
    private int deepest;

    /** Stages and flushes one that is alone; returns its token. */
    private long start(TestTransfer read) {
        long token = (long) tokens.getAndIncrement() << 32;
        lane().stage(token, read);
        lane().flush();
        return token;
    }

    @Test
    void oneThatComesAgainIsToldOfByTheFlushThatStartsIt() throws Exception {
        TestTransfer read = read(cachedFile());
        start(read);
        assertThat(told).isEmpty();
        collectUntil(1);

        for (int i = 0; i < 100; i++) {
            assertThat(told).containsEntry(start(read), 10L);
        }
    }

    @Test
    void anotherOneStaysInFlightUntilItIsCollectedSoThatTheRestIsGathered() throws Exception {
        TestTransfer[] reads = {
            read(cachedFile()).refusing(0), read(cachedFile()).refusing(0)
        };
        for (int i = 0; i < 100; i++) {
            long token = start(reads[i % 2]);
            assertThat(told).doesNotContainKey(token);

            collectUntil(i + 1);
        }
    }

    @Test
    void whatIsStartedWhileOneIsToldOfIsCollectedSoThatNothingIsNestedWithoutEnd() throws Exception {
        int many = 1_000;
        TestTransfer read = read(cachedFile());
        whenTold = () -> {
            deepest = Math.max(deepest, ++depth);
            if (tokens.get() < many) {
                start(read);
            }
            depth--;
        };

        start(read);
        Bounded.await("all to be told of", () -> {
            lane().collect();
            return told.size() == many;
        });

        assertThat(deepest).isEqualTo(2);
    }

    /** The engine wakes a lane also while it holds the lock of a file, which a delivery takes. */
    @Test
    void aWakeDeliversNothing() throws Exception {
        TestTransfer read = read(cachedFile());
        start(read);
        collectUntil(1);
        assertThat(told).containsEntry(start(read), 10L);
        AtomicInteger tid = new AtomicInteger();
        Thread sleeper = new Thread(
                () -> {
                    tid.set(TestLibC.gettid());
                    lane().block(Bounded.LIMIT.toNanos());
                },
                "test-sleeper");
        sleeper.start();
        Bounded.await("it sleeps", () -> tid.get() != 0 && isAsleep(tid.get()));

        long token = (long) tokens.getAndIncrement() << 32;
        lane().stage(token, read);
        lane().wake();

        assertThat(told).doesNotContainKey(token);
        Bounded.join(sleeper);
        collectUntil(3);
        assertThat(told).containsEntry(token, 10L);
    }
}
