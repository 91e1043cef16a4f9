package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** List entries that cannot be started: they end, are told by what they name themselves, and hold nobody up. */
class RefusedEntryTest extends EngineTest {
    /** Why an entry is refused. */
    enum Fault {
        CLOSED_FILE,
        NEGATIVE_OFFSET,
        NEGATIVE_PRIORITY,
        NONE
    }

    private ControlBlock faulty(Fault fault) throws AioException {
        AsyncFile file = open();
        ControlBlock block = block(file, 10, fault == Fault.NEGATIVE_OFFSET ? -1 : 0)
                .opcode(Opcode.WRITE)
                .priority(fault == Fault.NEGATIVE_PRIORITY ? -1 : 0);
        if (fault == Fault.CLOSED_FILE) {
            file.close();
        }
        return block;
    }

    private void assertListAnswersEio(ControlBlock... blocks) {
        assertThatThrownBy(() -> io().list(ListMode.NOWAIT, blocks, SigEvent.none()))
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void anEntryThatNamesAQueueOfAnotherUserFailsAloneWhateverElseIsWrongWithIt(Fault fault) throws Exception {
        configure("max.requests", 2);
        CompletionQueue foreign = instance().user("another").completionQueue();
        ControlBlock faulty = faulty(fault).sigEvent(SigEvent.queue(foreign));
        ControlBlock sound = block(open(), 10, 0).opcode(Opcode.WRITE);

        for (int i = 0; i < 5; i++) {
            assertListAnswersEio(faulty, sound);

            assertThat(failure(faulty)).isEqualTo(Errno.EINVAL);
            assertThat(success(sound)).isEqualTo(10);
        }
    }

    @Test
    void anEntryWhoseLeaseWasReleasedIsToldByItsCallback() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        Lease lease = io().lease(10);
        ControlBlock block = io().controlBlock()
                .file(open())
                .lease(lease)
                .opcode(Opcode.WRITE)
                .sigEvent(SigEvent.call(n -> {
                    if (n.error() == Errno.EINVAL) {
                        told.countDown();
                    }
                }));
        lease.close();

        assertListAnswersEio(block);

        Bounded.await(told);
    }

    @Test
    void anEntryWhoseLeaseWasReleasedGoesIntoItsQueue() throws Exception {
        CompletionQueue queue = io().completionQueue();
        Lease lease = io().lease(10);
        ControlBlock block = io().controlBlock()
                .file(open())
                .lease(lease)
                .opcode(Opcode.WRITE)
                .sigEvent(SigEvent.queue(queue));
        lease.close();

        assertListAnswersEio(block);

        assertThat(queue.poll()).isSameAs(block);
        assertThat(io().error(block)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aCancelOfAnEntryThatHadNoFileAnswersAllDone() throws Exception {
        ControlBlock block = io().controlBlock().opcode(Opcode.SYNC);
        assertListAnswersEio(block);
        assertThat(io().error(block)).isEqualTo(Errno.EINVAL);

        assertThat(io().cancel(block)).isEqualTo(CancelResult.ALL_DONE);
    }

    @Test
    void whoWaitsForAListWithARefusedEntryDrivesTheLaneOfTheOthers() throws Exception {
        provider.lanes = 2;
        ControlBlock write = block(open(), 10, 0).opcode(Opcode.WRITE);
        ControlBlock refused = faulty(Fault.CLOSED_FILE);
        provider.holdAll();

        FutureTask<AioException> waiter =
                onLane(1, () -> (AioException) catchThrowable(() -> waitFor(refused, null, write)));

        await("the waiter blocks in the lane", () -> provider.backend().lane(1).isBlockedBy("test-lane-1"));
        provider.release();
        assertThat(Bounded.get(waiter).errno()).isEqualTo(Errno.EIO);
        assertThat(io().result(write)).isEqualTo(10);
    }

    @Test
    void theLaneOfANopsFormerLifeIsNotWaitedOn() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        ControlBlock nop = block(file, 10, 0);
        ControlBlock write = block(file, 10, 0).opcode(Opcode.WRITE);
        Bounded.get(onLane(0, () -> {
            io().write(nop);
            return success(nop);
        }));
        provider.holdAll();

        FutureTask<Long> waiter = onLane(1, () -> {
            waitFor(nop, write);
            return io().result(write);
        });

        await("the waiter blocks in the lane", () -> provider.backend().lane(1).isBlockedBy("test-lane-1"));
        provider.release();
        assertThat(Bounded.get(waiter)).isEqualTo(10);
    }

    private void waitFor(ControlBlock... blocks) throws AioException {
        io().list(ListMode.WAIT, blocks, SigEvent.none());
    }
}
