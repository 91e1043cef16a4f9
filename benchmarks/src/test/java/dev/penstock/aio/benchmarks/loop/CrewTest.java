package dev.penstock.aio.benchmarks.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CrewTest {
    private static final int THREADS = 4;
    private static final int DEPTH = 3;
    private static final long MILLISECOND = 1_000_000;

    private final List<CountingLoop> loops = new CopyOnWriteArrayList<>();
    private final AtomicLong ended = new AtomicLong();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Test
    void eachThreadHasALoopOfItsOwnAndAllRequestsCount() throws Exception {
        Crew.Turn turn;
        try (Crew crew = new Crew(client(false), THREADS)) {
            crew.run(MILLISECOND);
            ended.set(0);
            turn = crew.run(MILLISECOND);
        }

        assertThat(turn.requests()).isEqualTo(ended.get()).isGreaterThanOrEqualTo(THREADS * (DEPTH + 1));
        assertThat(turn.nanos()).isGreaterThanOrEqualTo(MILLISECOND);
        assertThat(threads).hasSize(THREADS).doesNotContain(Thread.currentThread());
        assertThat(loops).hasSize(THREADS).allSatisfy(loop -> {
            assertThat(loop.isAlien).isFalse();
            assertThat(loop.isClosed).isTrue();
        });
    }

    @Test
    void theFailureOfOneIsThrownWhenAllAreIdle() throws Exception {
        try (Crew crew = new Crew(client(true), THREADS)) {
            assertThatThrownBy(() -> crew.run(MILLISECOND)).hasMessage("broken");

            assertThat(loops).filteredOn(loop -> loop.inFlight > 0).hasSize(1);
        }
    }

    private Client client(boolean firstFails) {
        return new Client() {
            @Override
            public Loop loop(int thread) {
                CountingLoop loop = new CountingLoop(firstFails && thread == 0);
                loops.add(loop);
                return loop;
            }

            @Override
            public void close() {}
        };
    }

    private final class CountingLoop implements Loop {
        private final Thread own = Thread.currentThread();
        private final boolean fails;
        private volatile boolean isAlien;
        private volatile boolean isClosed;
        private volatile int inFlight;

        CountingLoop(boolean fails) {
            this.fails = fails;
            threads.add(own);
        }

        @Override
        public void fill() {
            use();
            inFlight = DEPTH;
        }

        @Override
        public int step() throws IOException {
            use();
            if (fails) {
                throw new IOException("broken");
            }
            ended.incrementAndGet();
            return 1;
        }

        @Override
        public int drain() {
            use();
            inFlight = 0;
            ended.addAndGet(DEPTH);
            return DEPTH;
        }

        private void use() {
            isAlien |= Thread.currentThread() != own;
        }

        @Override
        public void check(@Nullable ContentCheck check) {}

        @Override
        public void observe(@Nullable Latencies latencies) {}

        @Override
        public void close() {
            use();
            isClosed = true;
        }
    }
}
