package dev.penstock.aio.benchmarks.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolTrialTest {
    private static final int FASTEST = 4;

    private final Work work = new Work("test", Work.Kind.RANDOM_READ, 4096, 1, false);
    private final List<Integer> opened = new ArrayList<>();
    private int open;

    @Test
    void theSizeThatIsFastestIsFoundAndAllAreClosed() throws Exception {
        int best = new PoolTrial(work, Pool::new).best();

        assertThat(best).isEqualTo(FASTEST);
        assertThat(opened).contains(2, 4, 8, 16, 32);
        assertThat(open).isZero();
    }

    private final class Pool implements Client {
        private final int size;

        Pool(int size) {
            this.size = size;
            opened.add(size);
            open++;
        }

        @Override
        public Loop loop(int thread) {
            return new Sleeping(size);
        }

        @Override
        public void close() {
            open--;
        }
    }

    /** Each takes a millisecond and more, but of one size of the pool. */
    private record Sleeping(int size) implements Loop {
        @Override
        public void fill() {}

        @Override
        public int step() {
            if (size != FASTEST) {
                LockSupport.parkNanos(1_000_000);
            }
            return 1;
        }

        @Override
        public int drain() {
            return 0;
        }

        @Override
        public void check(@Nullable ContentCheck check) {}

        @Override
        public void observe(@Nullable Latencies latencies) {}

        @Override
        public void close() {}
    }
}
