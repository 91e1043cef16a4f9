package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * aio_fsync and aio_reqprio: where requests wait for dispatch, none goes before one that an earlier sync covers, and
 * nothing is held back for longer than that.
 */
class SyncOvertakingContractTest extends TckTest {
    private static final int BYTES = 512;
    private static final int LOWEST = 20;

    private AsyncFile file;
    private Trace trace;

    /** At most two requests are handed to the provider, so that a third waits. */
    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 2, "max.priority", LOWEST);
    }

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
        trace = new Trace(faults());
    }

    private ControlBlock write(int slot, int priority) throws AioException {
        ControlBlock block = writeBlock(file, BYTES, offset(slot)).priority(priority);
        io().write(block);
        return block;
    }

    private ControlBlock sync() throws AioException {
        ControlBlock block = io().controlBlock().file(file);
        io().sync(SyncMode.FULL, block);
        return block;
    }

    private static long offset(int slot) {
        return slot * (long) BYTES;
    }

    private void assertStagedBefore(int first, int second) {
        trace.assertBefore(Trace.staged(offset(first)), Trace.staged(offset(second)));
    }

    private void assertWritten(ControlBlock... blocks) throws AioException {
        for (ControlBlock block : blocks) {
            assertEquals(BYTES, success(block));
        }
    }

    @Test
    void aLaterRequestOfHigherPriorityDoesNotOvertakeACoveredOneThatWaits() throws AioException {
        Hold hold = hold();
        ControlBlock[] running = {write(0, 0), write(1, 0)};
        ControlBlock covered = write(2, LOWEST);
        ControlBlock sync = sync();
        ControlBlock later = write(3, 0);
        ControlBlock laterRead = block(file, ByteBuffer.allocate(BYTES), offset(4));
        io().read(laterRead);

        hold.release();

        assertWritten(running);
        assertWritten(covered, later);
        awaitDone(laterRead);
        assertEquals(0, success(sync));
        assertStagedBefore(2, 3);
        assertStagedBefore(2, 4);
        trace.assertBefore(Trace.completed(offset(2)), Trace.syncStaged());
    }

    @Test
    void whereSeveralSyncsWaitNoneOfTheirRequestsIsOvertaken() throws AioException {
        Hold hold = hold();
        ControlBlock[] running = {write(0, 0), write(1, 0)};
        ControlBlock first = write(2, LOWEST);
        ControlBlock firstSync = sync();
        ControlBlock second = write(3, 10);
        ControlBlock secondSync = sync();
        ControlBlock third = write(4, 0);

        hold.release();

        assertWritten(running);
        assertWritten(first, second, third);
        assertEquals(0, success(firstSync));
        assertEquals(0, success(secondSync));
        assertStagedBefore(2, 3);
        assertStagedBefore(3, 4);
    }

    @Test
    void laterRequestsGoOnAsSoonAsEveryCoveredOneIsDispatched() throws AioException {
        Hold first = faults().hold(Faults.at(offset(0)));
        Hold second = faults().hold(Faults.at(offset(1)));
        Hold last = faults().hold(Faults.at(offset(2)));
        ControlBlock[] running = {write(0, 0), write(1, 0)};
        ControlBlock covered = write(2, LOWEST);
        ControlBlock sync = sync();
        ControlBlock later = write(3, 0);

        first.release();
        last.awaitHeld(1);
        assertEquals(Errno.EINPROGRESS, io().error(later));
        second.release();

        assertWritten(later);
        assertWritten(running);
        assertEquals(Errno.EINPROGRESS, io().error(covered));
        assertEquals(Errno.EINPROGRESS, io().error(sync));
        last.release();
        assertEquals(0, success(sync));
    }

    @Test
    void laterRequestsGoOnWhenTheCoveredOneThatWaitsIsCanceled() throws AioException {
        Hold first = faults().hold(Faults.at(offset(0)));
        Hold second = faults().hold(Faults.at(offset(1)));
        ControlBlock[] running = {write(0, 0), write(1, 0)};
        ControlBlock covered = write(2, LOWEST);
        ControlBlock sync = sync();
        ControlBlock later = write(3, 0);

        assertEquals(CancelResult.CANCELED, io().cancel(covered));
        first.release();

        assertWritten(later);
        assertEquals(Errno.EINPROGRESS, io().error(sync));
        second.release();
        assertEquals(0, success(sync));
        assertWritten(running);
        failure(Errno.ECANCELED, covered);
        assertEquals(0, trace.count(Trace.staged(offset(2))));
    }

    @Test
    void aSyncThatIsCanceledHoldsNothingBackAnyMore() throws AioException {
        Hold hold = hold();
        ControlBlock[] running = {write(0, 0), write(1, 0)};
        ControlBlock low = write(2, LOWEST);
        ControlBlock sync = sync();
        ControlBlock high = write(3, 0);

        assertEquals(CancelResult.CANCELED, io().cancel(sync));
        hold.release();

        assertWritten(running);
        assertWritten(low, high);
        failure(Errno.ECANCELED, sync);
        assertStagedBefore(3, 2);
    }

    @Test
    void aWaitingRequestThatIsHeldBackCanBeCanceled() throws AioException {
        Hold hold = hold();
        ControlBlock[] running = {write(0, 0), write(1, 0)};
        ControlBlock covered = write(2, 0);
        ControlBlock sync = sync();
        ControlBlock heldBack = write(3, 0);
        ControlBlock last = write(4, 0);

        assertEquals(CancelResult.CANCELED, io().cancel(heldBack));
        failure(Errno.ECANCELED, heldBack);
        hold.release();

        assertWritten(running);
        assertWritten(covered, last);
        assertEquals(0, success(sync));
        assertEquals(0, trace.count(Trace.staged(offset(3))));
    }

    @Test
    void aSyncThatWaitsTakesNoPlaceOfARequest() throws AioException {
        Hold hold = faults().hold(Faults.at(offset(0)));
        ControlBlock running = write(0, 0);
        ControlBlock sync = sync();

        for (int slot = 1; slot < 8; slot++) {
            assertWritten(write(slot, 0));
        }

        assertEquals(Errno.EINPROGRESS, io().error(sync));
        hold.release();
        assertEquals(0, success(sync));
        assertWritten(running);
    }

    @Test
    void whateverThePrioritiesARequestIsStagedAfterAllThatAnEarlierSyncCovers() throws AioException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Rounds rounds = new Rounds(Race.ROUNDS);
        while (rounds.next()) {
            faults().clear();
            trace = new Trace(faults());
            List<Integer> generations = new ArrayList<>();
            submitAtRandom(random, generations);

            List<Long> staged = trace.offsetsStaged();
            assertEquals(generations.size(), staged.size());
            int generation = 0;
            for (long offset : staged) {
                int next = generations.get((int) (offset / BYTES));
                assertTrue(
                        next >= generation,
                        "seed=" + seed + " round=" + rounds.begun() + " staged=" + staged + " generations="
                                + generations);
                generation = next;
            }
        }
    }

    /** Starts writes of random priorities with syncs between them; notes for each write how many syncs came before. */
    private void submitAtRandom(Random random, List<Integer> generations) throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        List<ControlBlock> writes = new ArrayList<>();
        List<ControlBlock> syncs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            if (random.nextInt(4) == 0) {
                syncs.add(sync());
            } else {
                generations.add(syncs.size());
                writes.add(write(writes.size(), random.nextInt(LOWEST + 1)));
            }
        }
        hold.release();
        for (ControlBlock sync : syncs) {
            assertEquals(0, success(sync));
        }
        for (ControlBlock write : writes) {
            assertWritten(write);
        }
    }
}
