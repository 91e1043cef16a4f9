package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the kernel has is canceled if the kernel says so by the transfer's own completion, and not otherwise. */
class KernelCancelTest extends LaneTest {
    private static final long CANCELED = -Errno.ECANCELED.number();
    private static final int ROUNDS = 2_000;

    private static long token(long generation) {
        return generation << 32 | 3;
    }

    @Test
    void whatTheKernelWaitsForIsTakenBackAndToldBeforeCancelReturns() {
        UringFile pipe = emptyPipe();
        start(token(1), read(pipe));

        assertThat(lane().cancel(token(1))).isTrue();

        assertThat(told).containsExactly(Map.entry(token(1), CANCELED));
        writeIntoPipe();
        start(token(2), read(pipe));
        collectUntil(2);
        // The byte is still there for somebody else: the canceled one touched nothing.
        assertThat(told).containsEntry(token(2), 1L);
    }

    @Test
    void aCancelInAVirtualThreadIsAsGood() {
        start(token(1), read(emptyPipe()));
        FutureTask<Boolean> canceled = new FutureTask<>(() -> lane().cancel(token(1)));
        Thread.startVirtualThread(canceled);

        assertThat(Bounded.get(canceled)).isTrue();
        assertThat(told).containsExactly(Map.entry(token(1), CANCELED));
    }

    @Test
    void aCancelWorksBesideAThreadThatBlocksAndCollects() {
        UringFile pipe = emptyPipe();
        AtomicBoolean over = new AtomicBoolean();
        Thread driver = new Thread(() -> {
            while (!over.get()) {
                lane().collect();
                lane().block(1_000_000);
            }
        });
        lane();
        driver.start();

        for (long generation = 1; generation <= ROUNDS; generation++) {
            start(token(generation), read(pipe));
            assertThat(lane().cancel(token(generation)))
                    .as("round %d, told %s, to be repeated %s", generation, told, repeated)
                    .isTrue();
            assertThat(told.remove(token(generation))).isEqualTo(CANCELED);
        }

        over.set(true);
        Bounded.join(driver);
        assertThat(told).isEmpty();
        assertThat(repeated).isEmpty();
    }

    @Test
    void aCancelFindsItsOwnCompletionAmongThoseOfOthers() throws Exception {
        UringFile pipe = emptyPipe();
        UringFile file = file();
        start(token(1), read(pipe));
        for (int i = 10; i < 40; i++) {
            start(i, read(file));
        }

        assertThat(lane().cancel(token(1))).isTrue();

        assertThat(told).containsExactly(Map.entry(token(1), CANCELED));
        collectUntil(31);
        assertThat(told.values()).filteredOn(result -> result == 10).hasSize(30);
    }

    @Test
    void whatHasEndedIsNotCanceledThoughNobodyHasCollectedIt() throws Exception {
        start(token(1), read(file()));
        Bounded.await("it ends", () -> !lane().cancel(token(1)));

        assertThat(told).isEmpty();
        collectUntil(1);
        assertThat(told).containsExactly(Map.entry(token(1), 10L));
        assertThat(lane().cancel(token(1))).isFalse();
        assertThat(lane().cancel(token(7))).isFalse();
    }

    /**
     * Whatever the race ends with: one completion, and it agrees with the answer of the cancel and with the pipe. If the kernel
     * lets go of it too late for that answer, it is handed back undone.
     */
    @Test
    void aCancelThatRacesWithTheDataAgreesWithTheOneCompletion() throws Exception {
        UringFile pipe = emptyPipe();
        int canceled = 0;
        int undone = 0;
        for (long generation = 1; generation <= ROUNDS; generation++) {
            long token = token(generation);
            start(token, read(pipe));
            FutureTask<Boolean> cancel = new FutureTask<>(() -> lane().cancel(token));
            Thread thread = new Thread(cancel, "test-cancel");
            thread.start();
            writeIntoPipe();
            boolean isCanceled = Bounded.get(cancel);
            collectUntil(1);

            boolean isUndone = repeated.remove(token);
            assertThat(isCanceled && isUndone)
                    .as("canceled, and to be repeated")
                    .isFalse();
            assertThat(told.remove(token))
                    .isEqualTo(isCanceled ? Long.valueOf(CANCELED) : isUndone ? null : Long.valueOf(1));
            canceled += isCanceled ? 1 : 0;
            undone += isUndone ? 1 : 0;
            if (isCanceled || isUndone) {
                start(token + (1L << 40), read(pipe));
                collectUntil(1);
                assertThat(told.remove(token + (1L << 40))).isEqualTo(1);
            }
            assertThat(told).isEmpty();
            assertThat(repeated).isEmpty();
            Bounded.join(thread);
        }
        System.out.println("canceled in time: " + canceled + ", handed back: " + undone + ", of " + ROUNDS);
        assertThat(canceled).isPositive();
        assertThat(undone).as("too late by 50 ms").isLessThan(20);
    }
}
