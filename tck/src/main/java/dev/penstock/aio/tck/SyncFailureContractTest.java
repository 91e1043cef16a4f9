package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** aio_fsync: syncs that are canceled or fail, and syncs of requests that were canceled or failed. */
class SyncFailureContractTest extends TckTest {
    private static final int BYTES = 1024;

    private AsyncFile file;
    private ControlBlock sync;
    private Trace trace;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws IOException {
        file = open(fileOf("f", 4 * BYTES), READ, WRITE);
        sync = io().controlBlock().file(file);
        trace = new Trace(faults());
    }

    private ControlBlock write(long offset) throws AioException {
        ControlBlock block = writeBlock(file, BYTES, offset);
        io().write(block);
        return block;
    }

    // ---- the sync itself

    @ParameterizedTest
    @EnumSource(SyncMode.class)
    @Asserts({"LTP-aio_fsync-A6", "LTP-aio_fsync-A13"})
    void aSyncThatTheFileCannotDoEndsWithEINVALAndHarmsNothing(SyncMode mode) throws AioException {
        faults().fail(Faults.kind(mode == SyncMode.FULL ? TransferKind.SYNC : TransferKind.DATA_SYNC), Errno.EINVAL, 2);

        io().sync(mode, sync);
        failure(Errno.EINVAL, sync);
        expectFailure(Errno.EINVAL, file.sync(mode));

        assertFalse(file.isPoisoned());
        io().sync(mode, sync);
        assertEquals(0, success(sync));
    }

    @Test
    void aSyncThatWaitsCanBeCanceled() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        Told told = new Told();
        ControlBlock write = write(0);
        io().sync(SyncMode.FULL, sync.sigEvent(SigEvent.call(told)));

        assertEquals(CancelResult.CANCELED, io().cancel(sync));

        failure(Errno.ECANCELED, sync);
        assertEquals(Errno.ECANCELED, told.awaitOne().error());
        hold.release();
        assertEquals(BYTES, success(write));
        assertNull(answer(file.sync(SyncMode.DATA)));
        assertEquals(List.of(TransferKind.DATA_SYNC), trace.syncsStaged());
        told.assertCount(1);
    }

    @Test
    void aSyncThatRunsIsNotCanceled() throws AioException {
        Hold hold = hold(TransferKind.SYNC);
        io().sync(SyncMode.FULL, sync);
        hold.awaitHeld(1);

        assertEquals(CancelResult.NOT_CANCELED, io().cancel(sync));

        assertEquals(Errno.EINPROGRESS, io().error(sync));
        hold.release();
        assertEquals(0, success(sync));
        assertEquals(CancelResult.ALL_DONE, io().cancel(sync));
    }

    @Test
    void theErrorOfASyncIsItsEntrysOwnAndAPoisonedFileFailsTheNextList() throws AioException {
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.ENOSPC, 1);
        ControlBlock[] list = {sync.opcode(Opcode.SYNC)};

        expectErrno(Errno.EIO, () -> io().list(ListMode.WAIT, list, SigEvent.none()));
        failure(Errno.ENOSPC, sync);
        expectErrno(Errno.EIO, () -> io().list(ListMode.WAIT, list, SigEvent.none()));

        failure(Errno.EIO, sync);
        assertEquals(List.of(TransferKind.SYNC), trace.syncsStaged());
    }

    @Test
    void noSyncThatIsStartedTogetherWithAFailingOneReportsSuccess() throws IOException {
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            try (AsyncFile each = open(path("f"), WRITE)) {
                faults().fail(Faults.kind(TransferKind.SYNC), Errno.EIO, 1);
                race.run(() -> assertNoSyncSucceeds(each), () -> assertNoSyncSucceeds(each));
                faults().clear();
            }
        }
    }

    private static void assertNoSyncSucceeds(AsyncFile failing) {
        List<Request<Void>> syncs = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            syncs.add(failing.sync(SyncMode.FULL));
        }
        syncs.forEach(each -> expectFailure(Errno.EIO, each));
    }

    // ---- what it covers

    @Test
    void afterAWriteThatFailedTheSyncRunsAndReportsItsOwnResult() throws AioException {
        faults().fail(Faults.at(0), Errno.EIO, 1);
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock write = write(0);
        io().sync(SyncMode.FULL, sync);

        hold.release();

        assertEquals(0, success(sync));
        failure(Errno.EIO, write);
        assertFalse(file.isPoisoned());
    }

    @Test
    void aCoveredWriteThatIsCanceledCountsAsDone() throws AioException {
        UnderTest narrow = start(Map.of("window", 1));
        Trace passed = new Trace(narrow.faults());
        Hold hold = narrow.faults().hold(Faults.at(0));
        try (AsyncFile other = narrow.io().open(path("g"), WRITE, CREATE)) {
            Request<Long> running = other.write(Pattern.heap(BYTES, 0, 0), 0);
            Request<Long> queued = other.write(Pattern.heap(BYTES, 0, BYTES), BYTES);
            Request<Void> covering = other.sync(SyncMode.FULL);

            assertEquals(CancelResult.CANCELED, queued.cancel());
            assertFalse(covering.isDone());
            hold.release();

            assertNull(answer(covering));
            assertEquals(BYTES, answer(running));
            assertEquals(0, passed.count(Trace.staged(BYTES)));
        }
    }

    @Test
    void aSyncOfWhichEveryCoveredWriteIsCanceledRuns() throws AioException {
        UnderTest narrow = start(Map.of("window", 1));
        Hold hold = narrow.faults().hold(Faults.kind(TransferKind.READ));
        AsyncFile busy = narrow.io().open(path("f"));
        AsyncFile other = narrow.io().open(path("g"), WRITE, CREATE);
        Request<Long> running = busy.read(ByteBuffer.allocate(BYTES), 0);
        Request<Long> queued = other.write(Pattern.heap(BYTES, 0, 0), 0);
        Request<Void> covering = other.sync(SyncMode.FULL);

        assertEquals(CancelResult.CANCELED, queued.cancel());
        hold.release();

        assertNull(answer(covering));
        assertEquals(BYTES, answer(running));
    }

    @Test
    void aSyncThatCoversAFailedSynchronousWriteEndsWithEIOAndReachesNoStorage() throws AioException {
        assumeCapability("DSYNC", path("f"), READ, WRITE, DSYNC);
        AsyncFile synchronous = open(path("f"), READ, WRITE, DSYNC);
        faults().fail(Faults.at(BYTES), Errno.EIO, 1);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = synchronous.write(ByteBuffer.allocate(BYTES), BYTES);
        Request<Void> covering = synchronous.sync(SyncMode.FULL);

        hold.release();

        expectFailure(Errno.EIO, write);
        expectFailure(Errno.EIO, covering);
        assertTrue(synchronous.isPoisoned());
        assertEquals(List.of(), trace.syncsStaged());
    }
}
