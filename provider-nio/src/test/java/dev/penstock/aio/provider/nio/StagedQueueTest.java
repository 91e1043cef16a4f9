package dev.penstock.aio.provider.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StagedQueueTest {
    private static long token(long generation, int slot) {
        return generation << 32 | slot;
    }

    private static long take(StagedQueue queue) {
        queue.makeDue(queue.end());
        return queue.take();
    }

    @Test
    void theOldestIsTakenFirst() {
        StagedQueue queue = new StagedQueue(4);
        queue.add(token(1, 3));
        queue.add(token(1, 0));
        queue.add(token(1, 2));

        assertThat(take(queue)).isEqualTo(token(1, 3));
        assertThat(take(queue)).isEqualTo(token(1, 0));
        assertThat(take(queue)).isEqualTo(token(1, 2));
        assertThat(take(queue)).isEqualTo(StagedQueue.NONE);
    }

    @Test
    void onlyWhatIsDueIsTaken() {
        StagedQueue queue = new StagedQueue(4);
        queue.add(token(1, 0));
        queue.makeDue(queue.end());
        queue.add(token(1, 1));

        assertThat(queue.take()).isEqualTo(token(1, 0));
        assertThat(queue.isAnyDue()).isFalse();
        assertThat(queue.take()).isEqualTo(StagedQueue.NONE);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.claim(token(1, 1))).isTrue();
    }

    @Test
    void whatWasDueStaysSo() {
        StagedQueue queue = new StagedQueue(4);
        queue.add(token(1, 0));
        queue.makeDue(queue.end());

        queue.makeDue(0);

        assertThat(queue.isAnyDue()).isTrue();
        assertThat(queue.take()).isEqualTo(token(1, 0));
    }

    @Test
    void whatIsDueStaysSoWhereItIsMovedAmongDeadOnes() {
        StagedQueue queue = new StagedQueue(3);
        queue.add(token(1, 0));
        queue.makeDue(queue.end());

        for (int generation = 1; generation < 1_000; generation++) {
            queue.add(token(generation, 1));
            assertThat(queue.claim(token(generation, 1))).isTrue();
        }

        assertThat(queue.isAnyDue()).isTrue();
        assertThat(queue.take()).isEqualTo(token(1, 0));
    }

    @Test
    void whatIsClaimedIsNotTakenAndIsNotClaimedAgain() {
        StagedQueue queue = new StagedQueue(4);
        queue.add(token(1, 0));
        queue.add(token(1, 1));

        assertThat(queue.claim(token(1, 0))).isTrue();
        assertThat(queue.claim(token(1, 0))).isFalse();

        assertThat(take(queue)).isEqualTo(token(1, 1));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void aClaimOfAnEarlierGenerationFails() {
        StagedQueue queue = new StagedQueue(1);
        queue.add(token(1, 0));
        take(queue);
        queue.add(token(2, 0));

        assertThat(queue.claim(token(1, 0))).isFalse();
        assertThat(queue.claim(token(2, 0))).isTrue();
    }

    @Test
    void aNegativeGenerationIsAsGoodAsAnyOther() {
        StagedQueue queue = new StagedQueue(1);
        queue.add(token(-1, 0));

        assertThat(take(queue)).isEqualTo(token(-1, 0));
    }

    @Test
    void oneThatNobodyTakesSurvivesAnyNumberOfOthersThatAreClaimed() {
        StagedQueue queue = new StagedQueue(3);
        queue.add(token(1, 0));
        for (int generation = 1; generation < 1_000; generation++) {
            queue.add(token(generation, 1));
            assertThat(queue.claim(token(generation, 1))).isTrue();
        }

        assertThat(queue.isEmpty()).isFalse();
        assertThat(take(queue)).isEqualTo(token(1, 0));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void orderHoldsWhereLiveOnesAreMovedAmongDeadOnes() {
        StagedQueue queue = new StagedQueue(8);
        for (int slot = 0; slot < 4; slot++) {
            queue.add(token(1, slot));
        }
        for (int generation = 1; generation < 100; generation++) {
            queue.add(token(generation, 7));
            queue.claim(token(generation, 7));
        }

        List<Long> taken = new ArrayList<>();
        for (long token = take(queue); token != StagedQueue.NONE; token = take(queue)) {
            taken.add(token);
        }
        assertThat(taken).containsExactly(token(1, 0), token(1, 1), token(1, 2), token(1, 3));
    }

    @Test
    void eachIsClaimedByExactlyOneOfManyThreads() throws InterruptedException {
        int window = 16;
        int count = 300_000;
        StagedQueue queue = new StagedQueue(window);
        AtomicIntegerArray claims = new AtomicIntegerArray(count);
        Semaphore[] free = new Semaphore[window];
        for (int slot = 0; slot < window; slot++) {
            free[slot] = new Semaphore(1);
        }
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(new Thread(() -> takeAll(queue, claims, free, done)));
        }
        threads.forEach(Thread::start);

        for (int i = 0; i < count; i++) {
            int slot = i % window;
            free[slot].acquire();
            queue.add(token(i, slot));
            queue.makeDue(queue.end());
            if (i % 3 == 0 && queue.claim(token(i, slot))) {
                claims.incrementAndGet(i);
                free[slot].release();
            }
        }
        for (Semaphore each : free) {
            each.acquire();
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }

        for (int i = 0; i < count; i++) {
            assertThat(claims.get(i)).isEqualTo(1);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    private static void takeAll(StagedQueue queue, AtomicIntegerArray claims, Semaphore[] free, AtomicBoolean done) {
        while (!done.get()) {
            long token = take(queue);
            if (token != StagedQueue.NONE) {
                claims.incrementAndGet((int) (token >>> 32));
                free[StagedQueue.slot(token)].release();
            }
        }
    }
}
