package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Syncs that wait together, with nothing between them, are served by one transfer; each still ends by itself. */
class GroupCommitContractTest extends TckTest {
    private static final int BYTES = 512;

    private final Told told = new Told();
    private AsyncFile file;
    private Trace trace;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
        trace = new Trace(faults());
    }

    private ControlBlock write(long offset) throws AioException {
        ControlBlock block = writeBlock(file, BYTES, offset);
        io().write(block);
        return block;
    }

    private ControlBlock sync(SyncMode mode) throws AioException {
        ControlBlock block = io().controlBlock().file(file).sigEvent(SigEvent.call(told));
        io().sync(mode, block);
        return block;
    }

    /** Starts syncs that all wait for one write, and lets that write go on. */
    private List<ControlBlock> committedTogether(SyncMode... modes) throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock write = write(0);
        List<ControlBlock> syncs = new ArrayList<>();
        for (SyncMode mode : modes) {
            syncs.add(sync(mode));
        }
        hold.release();
        assertEquals(BYTES, success(write));
        return syncs;
    }

    private void assertEachToldOnce(int count) {
        assertEquals(
                count,
                told.await(count).stream().map(each -> each.block()).distinct().count());
        told.assertCount(count);
    }

    @Test
    void syncsThatWaitTogetherAreServedByOneTransferAndEachIsToldOnce() throws AioException {
        List<ControlBlock> syncs = committedTogether(SyncMode.FULL, SyncMode.FULL, SyncMode.FULL, SyncMode.FULL);

        for (ControlBlock sync : syncs) {
            assertEquals(0, success(sync));
        }
        assertEquals(List.of(TransferKind.SYNC), trace.syncsStaged());
        assertEachToldOnce(4);
    }

    @Test
    void aGroupOfDataSyncsIsADataSync() throws AioException {
        for (ControlBlock sync : committedTogether(SyncMode.DATA, SyncMode.DATA)) {
            assertEquals(0, success(sync));
        }

        assertEquals(List.of(TransferKind.DATA_SYNC), trace.syncsStaged());
    }

    @Test
    void oneFullSyncMakesTheWholeGroupFull() throws AioException {
        for (ControlBlock sync : committedTogether(SyncMode.DATA, SyncMode.FULL, SyncMode.DATA)) {
            assertEquals(0, success(sync));
        }

        assertEquals(List.of(TransferKind.SYNC), trace.syncsStaged());
    }

    @Test
    void blocksAndCallsOfTheFileShareAGroup() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock write = write(0);
        ControlBlock block = sync(SyncMode.DATA);
        Request<Void> call = file.sync(SyncMode.FULL);

        hold.release();

        assertEquals(BYTES, success(write));
        assertEquals(0, success(block));
        assertNull(answer(call));
        assertEquals(List.of(TransferKind.SYNC), trace.syncsStaged());
    }

    @Test
    void aWriteBetweenTwoSyncsKeepsThemApart() throws AioException {
        Hold first = faults().hold(Faults.at(0));
        Hold second = faults().hold(Faults.at(BYTES));
        write(0);
        ControlBlock early = sync(SyncMode.FULL);
        write(BYTES);
        ControlBlock late = sync(SyncMode.FULL);

        first.release();
        assertEquals(0, success(early));
        assertEquals(Errno.EINPROGRESS, io().error(late));
        assertEquals(1, trace.syncsStaged().size());
        second.release();

        assertEquals(0, success(late));
        assertEquals(2, trace.syncsStaged().size());
    }

    @Test
    void aSyncThatRunsAlreadyDoesNotServeALaterOne() throws AioException {
        Hold hold = hold(TransferKind.SYNC);
        ControlBlock running = sync(SyncMode.FULL);
        hold.awaitHeld(1);
        assertEquals(BYTES, success(write(0)));
        ControlBlock[] later = {sync(SyncMode.FULL), sync(SyncMode.FULL)};

        hold.release(1);
        assertEquals(0, success(running));
        hold.awaitHeld(1);
        for (ControlBlock each : later) {
            assertEquals(Errno.EINPROGRESS, io().error(each));
        }
        hold.release();

        for (ControlBlock each : later) {
            assertEquals(0, success(each));
        }
        assertEachToldOnce(3);
    }

    @Test
    void theFailureOfTheTransferIsTheFailureOfEachOfTheGroup() throws AioException {
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.ENOSPC, 1);

        for (ControlBlock sync : committedTogether(SyncMode.DATA, SyncMode.FULL, SyncMode.DATA)) {
            failure(Errno.ENOSPC, sync);
        }

        assertTrue(file.isPoisoned());
        assertEquals(List.of(TransferKind.SYNC), trace.syncsStaged());
        assertEachToldOnce(3);
    }

    @Test
    void aSyncThatIsCanceledLeavesTheGroupAndTheOthersAreServed() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        write(0);
        ControlBlock first = sync(SyncMode.FULL);
        ControlBlock second = sync(SyncMode.DATA);
        ControlBlock third = sync(SyncMode.DATA);

        assertEquals(CancelResult.CANCELED, io().cancel(first));
        hold.release();

        failure(Errno.ECANCELED, first);
        assertEquals(0, success(second));
        assertEquals(0, success(third));
        assertEquals(List.of(TransferKind.DATA_SYNC), trace.syncsStaged());
        assertEachToldOnce(3);
    }

    @Test
    void aGroupOfWhichAllAreCanceledReachesNoStorage() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock write = write(0);
        ControlBlock[] syncs = {sync(SyncMode.FULL), sync(SyncMode.DATA)};

        for (ControlBlock sync : syncs) {
            assertEquals(CancelResult.CANCELED, io().cancel(sync));
        }
        hold.release();

        assertEquals(BYTES, success(write));
        assertEquals(BYTES, success(write(BYTES)));
        assertEquals(List.of(), trace.syncsStaged());
        assertEachToldOnce(2);
    }

    @Test
    void noneOfAGroupThatRunsCanBeCanceled() throws AioException {
        Hold hold = hold(TransferKind.SYNC);
        List<ControlBlock> syncs = committedTogether(SyncMode.FULL, SyncMode.FULL);
        hold.awaitHeld(1);

        for (ControlBlock sync : syncs) {
            assertEquals(CancelResult.NOT_CANCELED, io().cancel(sync));
        }
        hold.release();

        for (ControlBlock sync : syncs) {
            assertEquals(0, success(sync));
        }
    }

    @Test
    void aCancelThatRacesTheStartOfTheGroupAgreesWithTheStatus() throws AioException {
        Race race = race();
        Rounds rounds = new Rounds(Race.ROUNDS);
        while (rounds.next()) {
            Hold hold = hold(TransferKind.WRITE);
            ControlBlock write = write(0);
            ControlBlock kept = sync(SyncMode.DATA);
            ControlBlock canceled = sync(SyncMode.DATA);
            CancelResult[] answer = new CancelResult[1];

            race.run(() -> answer[0] = io().cancel(canceled), hold::release);

            awaitDone(canceled);
            assertEquals(answer[0] == CancelResult.CANCELED ? Errno.ECANCELED : Errno.SUCCESS, io().error(canceled));
            assertEquals(0, success(kept));
            assertEquals(BYTES, success(write));
        }
        assertEachToldOnce(2 * rounds.begun());
    }

    @Test
    void threadsThatCommitAtTheSameTimeAreAllServed() throws AioException {
        List<Future<Integer>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            ControlBlock write = writeBlock(file, BYTES, t * (long) BYTES);
            ControlBlock commit = io().controlBlock().file(file);
            threads.add(background(() -> {
                Rounds rounds = new Rounds(Race.ROUNDS / 4);
                while (rounds.next()) {
                    io().write(write);
                    io().sync(SyncMode.DATA, commit);
                    awaitDone(commit);
                    assertEquals(Errno.SUCCESS, io().error(write));
                    assertEquals(BYTES, io().result(write));
                    assertEquals(0, success(commit));
                }
                return rounds.begun();
            }));
        }

        int commits = threads.stream().mapToInt(Bounded::get).sum();

        assertTrue(trace.syncsStaged().size() <= commits);
    }
}
