package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.Bounded;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class BatchClockTest {
    private final BatchClock clock = new BatchClock();

    @Test
    void insideACollectItStandsStillFromTheFirstLookOn() {
        clock.begin();
        long beforeNs = System.nanoTime();
        long firstNs = clock.nanoTime();
        awaitTick();

        assertThat(firstNs - beforeNs).isNotNegative();
        assertThat(clock.nanoTime()).isEqualTo(firstNs);

        clock.end();
        assertThat(clock.nanoTime()).isGreaterThan(firstNs);
        clock.begin();
        assertThat(clock.nanoTime()).isGreaterThan(firstNs);
    }

    @Test
    void toAnotherThreadItGoesOn() {
        clock.begin();
        long firstNs = clock.nanoTime();
        awaitTick();
        FutureTask<Long> other = new FutureTask<>(clock::nanoTime);
        new Thread(other, "test-other").start();

        assertThat(Bounded.get(other)).isGreaterThan(firstNs);
        assertThat(clock.nanoTime()).isEqualTo(firstNs);
    }

    private static void awaitTick() {
        for (long sinceNs = System.nanoTime(); System.nanoTime() == sinceNs; ) {
            Thread.onSpinWait();
        }
    }
}
