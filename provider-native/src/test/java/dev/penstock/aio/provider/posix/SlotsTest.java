package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.system.TestSpec;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a slot, without a file: what glibc notes in an aiocb is written there by the test. */
@Timeout(60)
class SlotsTest {
    private static final int LINES = 2;
    private static final long GENERATION = 1L << 32;

    private final Slots slots = new Slots(0, 4, Arena.ofAuto());
    /** No descriptor is duplicated: the budget is zero, so there is one line. */
    private final PosixFile file = new PosixFile(-1, new TestSpec(Path.of("test")), 1, 1, LINES, new AtomicInteger());

    private final PosixFile otherFile =
            new PosixFile(-1, new TestSpec(Path.of("other")), 1, 1, LINES, new AtomicInteger());
    private final Slot[] batch = new Slot[4];
    private final Slot[] done = new Slot[4];

    private void stage(long token) {
        slots.stage(token, TestTransfer.read(file));
    }

    private Slot started(long token, PosixFile of) {
        slots.stage(token, TestTransfer.read(of));
        assertThat(slots.takeStaged(batch)).isEqualTo(1);
        Slot slot = batch[0];
        slots.enterLine(slot);
        inProgress(slot);
        slots.started(slot);
        return slot;
    }

    private static void inProgress(Slot slot) {
        slot.aiocb.set(JAVA_INT, Abi.AIO_ERROR_CODE, Errno.EINPROGRESS.number());
    }

    private static void end(Slot slot, int errno) {
        slot.aiocb.set(JAVA_INT, Abi.AIO_ERROR_CODE, errno);
    }

    @Test
    void whatIsStagedIsTakenInItsOrderUpToTheBatch() {
        stage(2);
        stage(0);
        stage(1);
        Slot[] two = new Slot[2];

        assertThat(slots.takeStaged(two)).isEqualTo(2);
        assertThat(two[0].token).isEqualTo(2);
        assertThat(two[1].token).isZero();
        assertThat(two[0].state).isEqualTo(Slot.State.STARTING);
        assertThat(slots.isAnyStaged()).isTrue();
        assertThat(slots.takeStaged(two)).isEqualTo(1);
        assertThat(slots.isAnyStaged()).isFalse();
    }

    @Test
    void whatIsStagedIsCanceledAndItsPlaceFree() {
        stage(0);
        stage(1);

        assertThat(slots.cancelBeforeStart(0)).isTrue();

        assertThat(slots.cancelBeforeStart(0)).isFalse();
        assertThat(slots.takeStaged(batch)).isEqualTo(1);
        assertThat(batch[0].token).isEqualTo(1);
        stage(GENERATION);
        assertThat(slots.takeStaged(batch)).isEqualTo(1);
        assertThat(batch[0].token).isEqualTo(GENERATION);
    }

    @Test
    void aCancelOfAnEarlierLifeOfTheSlotCancelsNothing() {
        stage(GENERATION);

        assertThat(slots.cancelBeforeStart(0)).isFalse();
        assertThat(slots.cancelBeforeStart(2 * GENERATION)).isFalse();

        assertThat(slots.takeStaged(batch)).isEqualTo(1);
    }

    @Test
    void whatIsBeingStartedOrInLineOrEndedIsNotCanceledBeforeTheStart() {
        stage(0);
        slots.takeStaged(batch);
        assertThat(slots.cancelBeforeStart(0)).isFalse();
        slots.end(batch[0], 0);
        assertThat(slots.cancelBeforeStart(0)).isFalse();

        started(1, file);
        assertThat(slots.cancelBeforeStart(1)).isFalse();
    }

    @Test
    void whatIsPostponedIsCanceled() {
        stage(0);
        slots.takeStaged(batch);
        slots.postpone(batch[0]);
        assertThat(slots.isAnyPostponed()).isTrue();

        assertThat(slots.cancelBeforeStart(0)).isTrue();

        slots.restage(true);
        assertThat(slots.isAnyPostponed()).isFalse();
        assertThat(slots.isAnyStaged()).isFalse();
    }

    @Test
    void whatIsPostponedIsStagedAgainWhenSomethingEnded() {
        stage(0);
        slots.takeStaged(batch);
        slots.postpone(batch[0]);

        slots.restage(true);

        assertThat(slots.isAnyPostponed()).isFalse();
        assertThat(slots.takeStaged(batch)).isEqualTo(1);
        assertThat(batch[0].token).isZero();
    }

    @Test
    void whatIsPostponedIsStagedAgainAfterAWhile() {
        stage(0);
        slots.takeStaged(batch);
        slots.postpone(batch[0]);

        while (slots.isAnyPostponed()) {
            slots.restage(false);
            Thread.onSpinWait();
        }

        assertThat(slots.takeStaged(batch)).isEqualTo(1);
    }

    @Test
    void aResultIsCollectedOnceAndThePlaceIsTheCollectorsUntilItIsFreed() {
        stage(0);
        slots.takeStaged(batch);
        slots.end(batch[0], 77);
        assertThat(slots.isAnyEnded()).isTrue();

        assertThat(slots.takeEnded(done)).isEqualTo(1);

        assertThat(done[0].result).isEqualTo(77);
        assertThat(done[0].state).isEqualTo(Slot.State.ENDED);
        assertThat(slots.isAnyEnded()).isFalse();
        assertThat(slots.takeEnded(done)).isZero();
    }

    @Test
    void whatIsInLineIsCollectedWithItsErrnoWhenGlibcSaysSo() {
        Slot slot = started(0, file);
        assertThat(slots.takeEnded(done)).isZero();

        end(slot, Errno.EIO.number());

        assertThat(slots.takeEnded(done)).isEqualTo(1);
        assertThat(done[0].result).isEqualTo(-Errno.EIO.number());
    }

    @Test
    void whatIsInLineButNotYetGlibcsIsNotLookedAt() {
        stage(0);
        slots.takeStaged(batch);
        slots.enterLine(batch[0]);
        // Its earlier life would say that it is done.
        end(batch[0], 0);

        assertThat(slots.takeEnded(done)).isZero();
        assertThat(slots.firsts(done)).isZero();
    }

    @Test
    void whoIsBehindOneThatRunsIsNotLookedAt() {
        Slot first = started(0, file);
        Slot second = started(1, file);
        end(second, 0);
        assertThat(slots.takeEnded(done)).isZero();

        end(first, 0);

        assertThat(slots.takeEnded(done)).isEqualTo(2);
        assertThat(done[0]).isSameAs(first);
        assertThat(done[1]).isSameAs(second);
    }

    @Test
    void theFirstOfEachLineIsWaitedFor() {
        Slot first = started(0, file);
        started(1, file);
        Slot other = started(2, otherFile);

        assertThat(slots.firsts(done)).isEqualTo(2);

        assertThat(done[0]).isSameAs(first);
        assertThat(done[1]).isSameAs(other);
        end(first, 0);
        slots.takeEnded(done);
        assertThat(slots.firsts(done)).isEqualTo(2);
        assertThat(done[0].token).isEqualTo(1);
    }

    @Test
    void whoLeavesItsLineBeforeItIsStartedLetsTheOthersMoveUp() {
        stage(0);
        slots.takeStaged(batch);
        Slot refused = batch[0];
        slots.enterLine(refused);
        Slot behind = started(1, file);

        slots.leaveLine(refused);

        assertThat(refused.line).isNull();
        assertThat(slots.firsts(done)).isEqualTo(1);
        assertThat(done[0]).isSameAs(behind);
    }
}
