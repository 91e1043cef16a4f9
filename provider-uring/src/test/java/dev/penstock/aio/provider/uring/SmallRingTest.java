package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.Bounded;
import org.junit.jupiter.api.Test;

/** A ring with room for four: the submission queue is full and the completion queue overflows all the time. */
class SmallRingTest extends LaneTest {
    private static final int REQUESTS = 10_000;
    private static final int WINDOW = 64;

    @Override
    UringSettings settings() {
        return new UringSettings(1, WINDOW, 4, 4, false);
    }

    @Test
    void tenThousandRequestsAreToldOnceEach() throws Exception {
        UringFile file = file();
        int overflows = 0;
        for (int done = 0; done < REQUESTS; done += WINDOW) {
            for (int slot = 0; slot < WINDOW; slot++) {
                lane().stage((long) done << 32 | slot, read(file));
            }
            lane().flush();
            overflows += lane().collect() < WINDOW ? 1 : 0;
            collectUntil(WINDOW);
            assertThat(told).hasSize(WINDOW);
            assertThat(told.values()).containsOnly(10L);
            told.clear();
        }
        assertThat(overflows).as("rounds in which one look was not enough").isPositive();
        assertThat(repeated).isEmpty();
    }

    @Test
    void manyThatWaitAreCanceledOrToldThoughTheirCompletionsOverflow() {
        UringFile pipe = emptyPipe();
        for (int slot = 0; slot < WINDOW; slot++) {
            lane().stage(slot, read(pipe));
        }
        lane().flush();
        int canceled = 0;
        for (int slot = 0; slot < WINDOW; slot++) {
            canceled += lane().cancel(slot) ? 1 : 0;
        }
        int answered = canceled;
        Bounded.await("all have ended", () -> {
            lane().collect();
            return told.size() + repeated.size() == WINDOW;
        });

        assertThat(told.values()).filteredOn(result -> result < 0).hasSize(answered);
        assertThat(repeated).hasSize(WINDOW - answered);
        assertThat(answered).isPositive();
    }
}
