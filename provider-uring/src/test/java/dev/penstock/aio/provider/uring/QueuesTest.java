package dev.penstock.aio.provider.uring;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.TestSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queues over memory that no kernel shares, so that their indices can stand anywhere. */
class QueuesTest {
    private static final int ENTRIES = 4;
    private static final long HEAD = 0;
    private static final long TAIL = 4;
    private static final long MASK = 8;
    private static final long FLAGS = 12;
    private static final long ARRAY = 64;
    private static final long CQES = 128;
    private static final long SQE = Abi.IO_URING_SQE.byteSize();
    private static final long CQE = Abi.IO_URING_CQE.byteSize();

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment ring = arena.allocate(1_024, 64);
    private final MemorySegment sqes = arena.allocate(ENTRIES * SQE, 64);

    private SubmissionQueue submissionsAt(int index) {
        ring.set(JAVA_INT, HEAD, index);
        ring.set(JAVA_INT, TAIL, index);
        MemorySegment offsets = arena.allocate(Abi.IO_SQRING_OFFSETS);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_SQRING_OFFSETS, "head"), (int) HEAD);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_SQRING_OFFSETS, "tail"), (int) TAIL);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_SQRING_OFFSETS, "flags"), (int) FLAGS);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_SQRING_OFFSETS, "array"), (int) ARRAY);
        return new SubmissionQueue(ring, sqes, offsets);
    }

    private CompletionQueue completionsAt(int index) {
        ring.set(JAVA_INT, HEAD, index);
        ring.set(JAVA_INT, TAIL, index);
        ring.set(JAVA_INT, MASK, ENTRIES - 1);
        MemorySegment offsets = arena.allocate(Abi.IO_CQRING_OFFSETS);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_CQRING_OFFSETS, "head"), (int) HEAD);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_CQRING_OFFSETS, "tail"), (int) TAIL);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_CQRING_OFFSETS, "ring_mask"), (int) MASK);
        offsets.set(JAVA_INT, Abi.offset(Abi.IO_CQRING_OFFSETS, "cqes"), (int) CQES);
        return new CompletionQueue(ring, offsets);
    }

    private void kernelTakes(int count) {
        ring.set(JAVA_INT, HEAD, ring.get(JAVA_INT, HEAD) + count);
    }

    private void kernelCompletes(long userData, int result) {
        int tail = ring.get(JAVA_INT, TAIL);
        long at = CQES + (tail & ENTRIES - 1) * CQE;
        ring.set(JAVA_LONG, at, userData);
        ring.set(JAVA_INT, at + 8, result);
        ring.set(JAVA_INT, TAIL, tail + 1);
    }

    private long userDataOfEntry(int index) {
        return sqes.get(JAVA_LONG, (index & ENTRIES - 1) * SQE + Abi.offset(Abi.IO_URING_SQE, "user_data"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -3, -2, -1})
    void whatIsSubmittedRunsThroughTheWrapOfTheIndices(int start) {
        SubmissionQueue submissions = submissionsAt(start);

        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 3; i++) {
                submissions.nothing(100 * round + i);
            }
            submissions.publish();

            assertThat(submissions.left()).isEqualTo(3);
            assertThat(ring.get(JAVA_INT, TAIL)).isEqualTo(start + 3 * (round + 1));
            assertThat(userDataOfEntry(start + 3 * round + 2)).isEqualTo(100 * round + 2);
            kernelTakes(3);
            assertThat(submissions.left()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 1, Integer.MIN_VALUE, -3, -1})
    void whatTheKernelDoesNotTakeIsTakenBackAlsoAtTheWrap(int start) {
        SubmissionQueue submissions = submissionsAt(start);
        for (int i = 0; i < ENTRIES; i++) {
            submissions.nothing(i);
        }
        submissions.publish();
        kernelTakes(1);

        assertThat(submissions.left()).isEqualTo(3);
        submissions.takeBack();

        assertThat(submissions.left()).isZero();
        assertThat(ring.get(JAVA_INT, TAIL)).isEqualTo(start + 1);
        submissions.nothing(9);
        submissions.publish();
        assertThat(submissions.left()).isEqualTo(1);
        assertThat(userDataOfEntry(start + 1)).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -3, -2, -1})
    void completionsRunThroughTheWrapOfTheIndices(int start) {
        CompletionQueue completions = completionsAt(start);

        for (int round = 0; round < 6; round++) {
            assertThat(completions.isEmpty()).isTrue();
            for (int i = 0; i < ENTRIES; i++) {
                kernelCompletes(10 * round + i, i);
            }

            assertThat(completions.count()).isEqualTo(ENTRIES);
            for (int i = 0; i < ENTRIES; i++) {
                assertThat(completions.userData(i)).isEqualTo(10 * round + i);
                assertThat(completions.result(i)).isEqualTo(i);
            }
            completions.advance(ENTRIES);
        }
    }

    @Test
    void aCompletionThatIsBlankedIsNobodys() {
        CompletionQueue completions = completionsAt(-1);
        kernelCompletes(1, 0);
        kernelCompletes(2, 0);

        completions.blank(1);

        assertThat(completions.userData(0)).isEqualTo(1);
        assertThat((int) completions.userData(1)).isNegative();
    }

    /** To the kernel -1 is the position of the descriptor, which it would move. */
    @Test
    void noNegativeOffsetReachesTheRing() {
        SubmissionQueue submissions = submissionsAt(0);

        assertThatThrownBy(
                        () -> submissions.move(Abi.IORING_OP_READ, SubmissionQueue.descriptor(3), -1, 4_096, 1, 0, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessage("offset=-1");
    }

    private long field(String name) {
        long at = Abi.offset(Abi.IO_URING_SQE, name);
        return switch ((int) Abi.IO_URING_SQE.select(groupElement(name)).byteSize()) {
            case Byte.BYTES -> sqes.get(JAVA_BYTE, at);
            case Short.BYTES -> sqes.get(JAVA_SHORT, at);
            case Integer.BYTES -> sqes.get(JAVA_INT, at);
            default -> sqes.get(JAVA_LONG, at);
        };
    }

    @Test
    void anEntryThatMovesHoldsEachFieldWhereTheKernelLooksForIt() {
        submissionsAt(0)
                .move(
                        Abi.IORING_OP_WRITE_FIXED,
                        SubmissionQueue.registered(1_023),
                        Long.MAX_VALUE,
                        0x7fff_1234_5678L,
                        Integer.MAX_VALUE,
                        0xffff,
                        -2);

        assertThat(field("opcode")).isEqualTo(Abi.IORING_OP_WRITE_FIXED);
        assertThat(field("flags")).isEqualTo(Abi.IOSQE_FIXED_FILE);
        assertThat(field("ioprio")).isZero();
        assertThat(field("fd")).isEqualTo(1_023);
        assertThat(field("off")).isEqualTo(Long.MAX_VALUE);
        assertThat(field("addr")).isEqualTo(0x7fff_1234_5678L);
        assertThat(field("len")).isEqualTo(Integer.MAX_VALUE);
        assertThat(field("fsync_flags")).isZero();
        assertThat(field("user_data")).isEqualTo(-2);
        assertThat(field("buf_index")).isEqualTo((short) 0xffff);
    }

    @Test
    void anEntryThatSynchronizesHoldsDescriptorAndFlagsOnly() {
        submissionsAt(0).sync(SubmissionQueue.descriptor(7), Abi.IORING_FSYNC_DATASYNC, 9);

        assertThat(field("opcode")).isEqualTo(Abi.IORING_OP_FSYNC);
        assertThat(field("flags")).isZero();
        assertThat(field("fd")).isEqualTo(7);
        assertThat(field("len")).isZero();
        assertThat(field("fsync_flags")).isEqualTo(Abi.IORING_FSYNC_DATASYNC);
        assertThat(field("user_data")).isEqualTo(9);
    }

    @Test
    void anEntryHoldsNothingOfAnEarlierOne() {
        SubmissionQueue submissions = submissionsAt(0);
        submissions.move(Abi.IORING_OP_READ_FIXED, SubmissionQueue.registered(3), 7, 8, 9, 5, 1);
        submissions.takeBack();
        submissions.sync(SubmissionQueue.descriptor(3), Abi.IORING_FSYNC_DATASYNC, 1);
        submissions.takeBack();

        submissions.nothing(0);

        assertThat(sqes.asSlice(0, SQE).toArray(JAVA_LONG)).containsOnly(0);
    }

    @Test
    void anOverflowIsSeenByItsFlag() {
        SubmissionQueue submissions = submissionsAt(0);
        assertThat(submissions.isOverflown()).isFalse();

        ring.set(JAVA_INT, FLAGS, Abi.IORING_SQ_CQ_OVERFLOW);

        assertThat(submissions.isOverflown()).isTrue();
    }

    private Slots slots() {
        return new Slots(completionsAt(0), ENTRIES, arena);
    }

    private static TestTransfer transfer(TransferKind kind) {
        UringFile file = new UringFile(-1, new TestSpec(Path.of("f"), READ, WRITE), 1);
        return TestTransfer.of(kind, file, 0, 1, new TestSlab(1, 4_096));
    }

    /** The count of the keeper's visits wraps meanwhile. */
    @Test
    void whatIsLeftToHelpersIsOverdueAfterTheKeepersNextVisitAlways() {
        Slots slots = slots();
        Slot[] batch = new Slot[1];
        for (int visit = 0; visit < 200; visit++) {
            slots.stage(0, transfer(TransferKind.WRITE));
            assertThat(slots.isAnyStagedForHelpers()).isTrue();
            assertThat(slots.takeStaged(batch, false, Slots.Due.OVERDUE)).isZero();

            slots.visited();

            assertThat(slots.isAnyOverdue()).as("visit %d", visit).isTrue();
            assertThat(slots.takeStaged(batch, false, Slots.Due.OVERDUE)).isEqualTo(1);
        }
    }

    private void show(Slots slots, Slot[] batch) {
        assertThat(slots.takeStaged(batch, false, Slots.Due.ALL)).isEqualTo(1);
        slots.show(batch, 1);
    }

    /** The kernel ends it so when there is no thread for it, or its submitter has ended. */
    @Test
    void whoAskedToCancelWhatTheKernelDidNotTakeIsNotLeftItsLaterEnd() {
        Slots slots = slots();
        Slot[] batch = new Slot[1];
        slots.stage(0, transfer(TransferKind.READ));
        show(slots, batch);
        assertThat(slots.cancel(0)).isEqualTo(Slots.Cancel.IN_KERNEL);
        slots.postpone(batch[0]);
        assertThat(slots.canceled(0, true)).isEqualTo(Slots.Cancel.TOO_LATE);

        slots.restage(true);
        show(slots, batch);
        kernelCompletes(0, -Errno.ECANCELED.number());

        assertThat(slots.takeEnded(new Slot[ENTRIES])).isEqualTo(1);
    }

    @Test
    void aCancelThatFailsLeavesTheEndToWhoeverCollects() {
        Slots slots = slots();
        Slot[] batch = new Slot[1];
        slots.stage(0, transfer(TransferKind.READ));
        show(slots, batch);
        assertThat(slots.cancel(0)).isEqualTo(Slots.Cancel.IN_KERNEL);
        kernelCompletes(0, -Errno.ECANCELED.number());
        Slot[] done = new Slot[ENTRIES];
        assertThat(slots.takeEnded(done)).isZero();

        slots.forgetCancel(0);

        assertThat(slots.isAnyEnded()).isTrue();
        assertThat(slots.takeEnded(done)).isEqualTo(1);
        assertThat(done[0].result).isEqualTo(-Errno.ECANCELED.number());
    }
}
