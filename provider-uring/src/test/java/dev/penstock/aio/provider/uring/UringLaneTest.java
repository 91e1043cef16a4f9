package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UringLaneTest extends LaneTest {
    /** Of blocks that end before. */
    private static final long LONG_NS = Bounded.LIMIT.toNanos() / 2;

    private static final long CANCELED = -Errno.ECANCELED.number();

    @Test
    void aBackendHasLanesThatAreCollectedAndFlushedWhenIdle() throws Exception {
        assertThat(backend().lanes()).isEqualTo(1);
        assertThat(lane()).isSameAs(backend().lane(0, null));
        assertThat(lane().pushes()).isFalse();
        assertThat(lane().window()).isEqualTo(64);
        assertThat(lane().collect()).isZero();
        lane().stage(0, read(file()));
        assertThat(lane().flushesWhenIdle()).isTrue();
        assertThat(lane().flushThreshold()).isEqualTo(8);
        lane().flush();
        collectUntil(1);
    }

    /** Cached reads end inside the call that starts them, all of a batch together; direct ones come one by one. */
    @Test
    void asManyAreGatheredAsCameTogetherBefore() throws Exception {
        UringFile file = file();
        int[] together = {20, 3, 64, 1};
        int[] thresholds = {20, 8, 32, 8};

        for (int i = 0; i < together.length; i++) {
            told.clear();
            for (int token = 0; token < together[i]; token++) {
                lane().stage(token, read(file));
            }
            lane().flush();
            collectUntil(together[i]);

            lane().stage(0, read(file));
            assertThat(lane().flushThreshold())
                    .as("after %d together", together[i])
                    .isEqualTo(thresholds[i]);
            told.clear();
            assertThat(lane().cancel(0)).isTrue();
        }
    }

    @Test
    void everyKindHasItsResult() throws Exception {
        UringFile file = file();

        start(0, read(file));
        start(1, TestTransfer.of(TransferKind.READ, file, 4, 100, slab));
        start(2, TestTransfer.of(TransferKind.SYNC, file, 0, 0, null));
        start(3, TestTransfer.of(TransferKind.DATA_SYNC, file, 0, 0, null));
        start(4, TestTransfer.size(file));
        collectUntil(5);
        start(5, TestTransfer.of(TransferKind.WRITE, file, 10, 5, slab));
        collectUntil(6);
        start(6, TestTransfer.of(TransferKind.TRUNCATE, file, 12, 0, null));
        collectUntil(7);

        assertThat(told)
                .containsExactlyInAnyOrderEntriesOf(Map.of(0L, 10L, 1L, 6L, 2L, 0L, 3L, 0L, 4L, 10L, 5L, 5L, 6L, 0L));
        assertThat(folder.resolve("f")).hasSize(12);
    }

    @Test
    void anErrnoOfTheKernelIsTold() {
        UringFile gone = new UringFile(Integer.MAX_VALUE, new TestSpec(folder), 1);

        start(0, read(gone));
        start(1, TestTransfer.of(TransferKind.SYNC, gone, 0, 0, null));
        start(2, TestTransfer.size(gone));
        collectUntil(3);

        assertThat(told.values()).containsOnly((long) -Errno.EBADF.number());
    }

    /** To the kernel it would be the descriptor's position, which it would move. */
    @Test
    void aNegativeOffsetIsEINVALAndTheOthersOfTheBatchAreStarted() throws Exception {
        UringFile file = file();
        lane().stage(0, TestTransfer.of(TransferKind.READ, file, -1, 1, slab));
        lane().stage(1, TestTransfer.of(TransferKind.WRITE, file, -1, 1, slab));
        lane().stage(2, read(file));
        startAll();
        collectUntil(3);

        long invalid = -Errno.EINVAL.number();
        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, invalid, 1L, invalid, 2L, 10L));
        assertThat(folder.resolve("f")).hasContent(CONTENT);
    }

    @Test
    void aTransferThatCannotBePreparedIsEIOAndTheOthersOfTheBatchAreStarted() throws Exception {
        lane().stage(0, TestTransfer.of(TransferKind.READ, file(), 0, 1, null));
        lane().stage(1, read(file()));
        lane().flush();
        collectUntil(2);

        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, (long) -Errno.EIO.number(), 1L, 10L));
    }

    @Test
    void memoryIsMovedWhetherItsSlabIsRegisteredForgottenOrUnknown() throws Exception {
        UringFile file = file();
        TestSlab registered = new TestSlab(2, 8_192);
        TestSlab forgotten = new TestSlab(3, 8_192);
        TestSlab unknown = new TestSlab(4, 8_192);
        backend().register(registered);
        backend().register(forgotten);
        backend().forget(forgotten);

        long token = 0;
        for (Slab each : new Slab[] {registered, forgotten, unknown}) {
            start(token++, TestTransfer.of(TransferKind.READ, file, 0, 10, each));
            collectUntil((int) token);
            byte[] moved = new byte[10];
            each.memory().get(moved);
            assertThat(new String(moved, StandardCharsets.US_ASCII)).isEqualTo(CONTENT);
        }

        assertThat(told.values()).containsOnly(10L);
    }

    /** Once its pages are given up, its addresses are of new ones; the kernel has the old ones under their index. */
    @Test
    void memoryThatIsRegisteredIsMovedByItsIndexAndNotByItsAddress() throws Exception {
        TestSlab registered =
                new TestSlab(2, ByteBuffer.allocateDirect(3 * 4_096).alignedSlice(4_096));
        backend().register(registered);
        TestLibC.giveUp(registered.memory());

        start(0, TestTransfer.of(TransferKind.READ, file(), 0, CONTENT.length(), registered));
        collectUntil(1);

        assertThat(told).containsEntry(0L, (long) CONTENT.length());
        byte[] seen = new byte[CONTENT.length()];
        registered.memory().get(seen);
        String there = new String(seen, StandardCharsets.US_ASCII);
        assertThat(there).isEqualTo(isLinux(5, 19) ? "\0".repeat(seen.length) : CONTENT);
    }

    @Test
    void aSinkThatThrowsLosesNobodyElsesCompletion() throws Exception {
        UringFile file = file();
        throwsAt = 1;
        for (int token = 0; token < 4; token++) {
            lane().stage(token, read(file));
        }
        lane().flush();

        Bounded.await("one throws", () -> {
            try {
                lane().collect();
                return false;
            } catch (IllegalStateException thrown) {
                return true;
            }
        });
        throwsAt = -1;
        collectUntil(3);

        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 10L, 2L, 10L, 3L, 10L));
    }

    // ---- long-lived threads

    @Test
    void whatIsForTheKeeperIsStartedByItsFlushOnly() throws Exception {
        lane().stage(0, read(file()).forKeeper());
        lane().stage(1, read(file()));
        lane().flush();
        collectUntil(1);
        assertThat(told).containsOnlyKeys(1L);
        assertThat(lane().collect()).isZero();

        lane().flushByKeeper();
        collectUntil(2);

        assertThat(told).containsEntry(0L, 10L);
    }

    @Test
    void whatThereIsNoRoomForAtFirstIsStartedByALaterCollect() throws Exception {
        start(0, read(file()).refusing(3));
        lane().stage(1, read(file()).forKeeper().refusing(3));
        lane().flushByKeeper();

        collectUntil(2);

        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 10L, 1L, 10L));
    }

    /** The kernel ends what it still waits for with ECANCELED, which nobody asked for. */
    @Test
    void aTransferWhoseSubmitterHasEndedIsHandedBackToBeRepeated() {
        UringFile pipe = emptyPipe();
        inAThreadThatEnds(() -> start(0, read(pipe)));

        writeIntoPipe();
        collectUntil(1);

        assertThat(told).isEmpty();
        assertThat(repeated).containsExactly(0L);
    }

    /** One that was begun could not be repeated. */
    @Test
    void anAppendThatWasNotBegunWhenItsSubmitterEndedIsHandedBackToo() {
        UringFile[] ends = fullPipe();
        inAThreadThatEnds(() -> start(0, block(TransferKind.WRITE, ends[1])));

        start(1, block(TransferKind.READ, ends[0]));
        collectUntil(2);

        assertThat(told).containsExactly(Map.entry(1L, (long) PIPE_BLOCK));
        assertThat(repeated).containsExactly(0L);
    }

    @Test
    void aRepeatThatTheKernelHandsBackAgainIsCarriedOutByACall() {
        UringFile pipe = emptyPipe();
        inAThreadThatEnds(() -> {
            lane().stage(0, read(pipe).forKeeper());
            lane().flushByKeeper();
        });

        writeIntoPipe();
        collectUntil(1);

        // A pipe has no positions: so says pread, and nothing else.
        assertThat(told).containsExactly(Map.entry(0L, -29L));
        assertThat(repeated).isEmpty();
    }

    // ---- wait and wake

    /** A sleep of its own would take a millisecond. */
    @Test
    void aWakeEndsABlockThatHasNothingToWaitFor() {
        int rounds = 5_000;
        long sinceNs = System.nanoTime();

        for (int i = 0; i < rounds; i++) {
            lane().wake();
            lane().block(Bounded.LIMIT.toNanos());
        }

        assertThat(System.nanoTime() - sinceNs).isLessThan(rounds * 500_000L);
    }

    @Test
    void aWakeEndsABlockInTheKernelAndIsNotTold() {
        start(0, read(emptyPipe()));
        AtomicBoolean over = new AtomicBoolean();
        Thread blocked = new Thread(() -> {
            lane().block(LONG_NS);
            over.set(true);
        });
        long sinceNs = System.nanoTime();
        blocked.start();

        Bounded.await("the block ends", () -> {
            lane().wake();
            return over.get();
        });

        assertThat(System.nanoTime() - sinceNs).isLessThan(LONG_NS / 2);
        Bounded.join(blocked);
        assertThat(lane().collect()).isZero();
        assertThat(told).isEmpty();
        writeIntoPipe();
        collectUntil(1);
        assertThat(told).containsExactly(Map.entry(0L, 1L));
    }

    @Test
    void aBlockEndsWithACompletionAndAtItsTime() throws Exception {
        start(0, read(emptyPipe()));
        long sinceNs = System.nanoTime();
        lane().block(2_000_000);
        assertThat(System.nanoTime() - sinceNs).isGreaterThanOrEqualTo(2_000_000);

        writeIntoPipe();
        lane().block(LONG_NS);
        assertThat(System.nanoTime() - sinceNs).isLessThan(LONG_NS / 2);
        collectUntil(1);

        sinceNs = System.nanoTime();
        start(1, TestTransfer.size(file()));
        lane().block(LONG_NS);
        assertThat(System.nanoTime() - sinceNs).isLessThan(LONG_NS / 2);
        collectUntil(2);
        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 1L, 1L, 10L));
    }

    @Test
    void aReadFromThePageCacheEndsTheBlockOfAnotherThread() throws Exception {
        UringFile file = cachedFile();
        AtomicInteger tid = new AtomicInteger();
        FutureTask<Long> blocking = new FutureTask<>(() -> {
            long sinceNs = System.nanoTime();
            tid.set(TestLibC.gettid());
            lane().block(LONG_NS);
            return System.nanoTime() - sinceNs;
        });
        new Thread(blocking, "test-block").start();
        Bounded.await("it sleeps", () -> tid.get() != 0 && isAsleep(tid.get()));

        start(0, read(file));

        assertThat(Bounded.get(blocking)).isLessThan(LONG_NS / 2);
        collectUntil(1);
        assertThat(told).containsExactly(Map.entry(0L, 10L));
    }

    /** What a thread finds there alone is read at once; what is not all there is left to the ring. */
    @Test
    void aReadFromThePageCacheIsAllOrNothing() throws Exception {
        UringFile file = cachedFile();

        start(0, TestTransfer.of(TransferKind.READ, file, 0, 10, slab));
        start(1, TestTransfer.of(TransferKind.READ, file, 4, 100, slab));
        start(2, TestTransfer.of(TransferKind.READ, file, 10, 100, slab));
        start(3, TestTransfer.of(TransferKind.READ, file, 0, slab.memory().capacity(), slab));
        collectUntil(4);

        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, 10L, 1L, 6L, 2L, 0L, 3L, 10L));
        assertThat(file.cachedReads()).isEqualTo(UringFile.CachedReads.POSSIBLE);
    }

    @Test
    void aPipeIsNotAskedForWhatItHasInTheCacheTwice() {
        UringFile pipe = emptyPipe();
        assertThat(pipe.cachedReads()).isEqualTo(UringFile.CachedReads.UNTRIED);

        start(0, read(pipe));
        writeIntoPipe();
        collectUntil(1);

        assertThat(pipe.cachedReads()).isEqualTo(UringFile.CachedReads.IMPOSSIBLE);
        assertThat(told).containsExactly(Map.entry(0L, 1L));
    }

    @Test
    void appendsGoToTheEndWhateverTheOffset() throws Exception {
        file();
        UringFile append =
                (UringFile) backend().open(new TestSpec(folder.resolve("f"), java.nio.file.StandardOpenOption.APPEND));
        for (int token = 0; token < 3; token++) {
            lane().stage(
                            token,
                            TestTransfer.of(TransferKind.WRITE, append, -1, 2, slab)
                                    .forKeeper());
            startAll();
            collectUntil(token + 1);
        }
        append.close();

        assertThat(told.values()).containsOnly(2L);
        assertThat(Files.readAllBytes(folder.resolve("f")))
                .hasSize(16)
                .startsWith(CONTENT.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatIsStagedIsTakenBackAndToldBeforeCancelReturns() throws Exception {
        lane().stage(0, read(file()));
        lane().stage(1, read(file()));
        lane().stage(2, read(file()).forKeeper());

        assertThat(lane().cancel(0)).isTrue();
        assertThat(lane().cancel(2)).isTrue();

        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(0L, CANCELED, 2L, CANCELED));
        assertThat(lane().cancel(0)).isFalse();
        lane().flush();
        collectUntil(3);
        assertThat(told).containsEntry(1L, 10L);
    }

    @Test
    void whatWaitsForRoomIsTakenBack() throws Exception {
        start(0, read(file()).refusing(Integer.MAX_VALUE));

        assertThat(lane().cancel(0)).isTrue();

        assertThat(told).containsExactly(Map.entry(0L, CANCELED));
    }
}
