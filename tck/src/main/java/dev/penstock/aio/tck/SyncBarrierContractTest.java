package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
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
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** aio_fsync: which requests a sync waits for, and that it waits for no others and delays no others. */
class SyncBarrierContractTest extends TckTest {
    private static final int BYTES = 512;

    private AsyncFile file;
    private ControlBlock sync;
    private Trace trace;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws IOException {
        file = open(fileOf("f", 4 * BYTES), StandardOpenOption.READ, StandardOpenOption.WRITE);
        sync = io().controlBlock().file(file);
        trace = new Trace(faults());
    }

    private ControlBlock write(long offset) throws AioException {
        ControlBlock block = writeBlock(file, BYTES, offset);
        io().write(block);
        return block;
    }

    private ControlBlock read(long offset) throws AioException {
        ControlBlock block = block(file, ByteBuffer.allocate(BYTES), offset);
        io().read(block);
        return block;
    }

    private void sync() throws AioException {
        io().sync(SyncMode.FULL, sync);
    }

    /** Asserts that the sync still waits and nothing of it has reached the lane. */
    private void assertSyncWaits() throws AioException {
        assertEquals(Errno.EINPROGRESS, io().error(sync));
        assertEquals(0, trace.count(Trace.syncStaged()));
    }

    // ---- covered

    @ParameterizedTest
    @ValueSource(longs = {0, BYTES, 2 * BYTES})
    void aSyncWaitsForEveryEarlierReadAndWrite(long last) throws AioException {
        Hold hold = faults().hold(Faults.at(last));
        ControlBlock[] earlier = {write(0), read(BYTES), write(2 * BYTES)};
        sync();

        for (ControlBlock block : earlier) {
            if (block.offset() != last) {
                assertEquals(BYTES, success(block));
            }
        }
        assertSyncWaits();
        hold.release();

        assertEquals(0, success(sync));
        for (ControlBlock block : earlier) {
            trace.assertBefore(Trace.completed(block.offset()), Trace.syncStaged());
        }
    }

    @Test
    void aSyncWaitsForWhatWasStartedByTheFilesOwnCalls() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(Pattern.direct(BYTES, 0, 0), 0);
        sync();
        Request<Void> other = file.sync(SyncMode.FULL);

        assertSyncWaits();
        assertFalse(other.isDone());
        hold.release();

        assertEquals(0, success(sync));
        assertNull(answer(other));
        assertTrue(write.isDone());
        trace.assertBefore(Trace.completed(0), Trace.syncStaged());
    }

    @Test
    void aSyncWaitsForAnEarlierTruncate() throws AioException {
        Hold hold = hold(TransferKind.TRUNCATE);
        Request<Void> truncate = file.truncate(BYTES);
        sync();

        hold.awaitHeld(1);
        assertSyncWaits();
        hold.release();

        assertEquals(0, success(sync));
        assertNull(answer(truncate));
    }

    @Test
    void aSyncWaitsForEveryTransferOfAWriteThatTakesSeveral() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        faults().limit(Faults.kind(TransferKind.WRITE), 100, 3);
        Request<Long> write = file.writeFully(Pattern.direct(BYTES, 0, 0), 0);
        sync();

        for (int i = 0; i < 4; i++) {
            hold.awaitHeld(1);
            assertSyncWaits();
            hold.release(1);
        }

        assertEquals(0, success(sync));
        assertTrue(write.isDone());
        assertEquals(BYTES, answer(write));
        trace.assertBefore(Trace.completed(300), Trace.syncStaged());
    }

    @Test
    void aSyncWaitsForAWriteThatHasToBeDispatchedAgain() throws AioException {
        faults().repeat(Faults.kind(TransferKind.WRITE), 3);
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock write = write(0);
        sync();

        hold.release();

        assertEquals(0, success(sync));
        assertEquals(BYTES, success(write));
        assertEquals(4, trace.count(Trace.staged(0)));
        trace.assertBefore(Trace.completed(0), Trace.syncStaged());
    }

    @Test
    void aSyncInAListWaitsForWhatWasStartedBeforeTheList() throws AioException {
        Hold hold = faults().hold(Faults.at(0));
        ControlBlock write = write(0);
        ControlBlock entry = writeBlock(file, BYTES, BYTES).opcode(Opcode.WRITE);
        io().list(ListMode.NOWAIT, new ControlBlock[] {entry, sync.opcode(Opcode.SYNC)}, SigEvent.none());

        assertEquals(BYTES, success(entry));
        assertSyncWaits();
        hold.release();

        assertEquals(0, success(sync));
        assertEquals(BYTES, success(write));
    }

    // ---- not covered, not delayed

    @Test
    void aSyncDoesNotWaitForLaterRequests() throws AioException {
        Hold hold = faults().hold(Faults.at(BYTES));
        ControlBlock earlier = write(0);
        sync();
        ControlBlock later = write(BYTES);

        assertEquals(0, success(sync));

        assertEquals(Errno.EINPROGRESS, io().error(later));
        hold.release();
        assertEquals(BYTES, success(later));
        assertEquals(BYTES, success(earlier));
    }

    @Test
    void aSyncThatWaitsForWhatRunsDelaysNoLaterRequest() throws AioException {
        Hold hold = faults().hold(Faults.at(0));
        ControlBlock earlier = write(0);
        sync();

        assertEquals(BYTES, success(write(BYTES)));
        assertEquals(BYTES, success(read(2 * BYTES)));
        assertEquals(2 * BYTES, answer(file.writeFully(Pattern.direct(2 * BYTES, 0, BYTES), BYTES)));

        assertSyncWaits();
        hold.release();
        assertEquals(0, success(sync));
        assertEquals(BYTES, success(earlier));
    }

    @Test
    void aSyncThatRunsDelaysNoLaterRequest() throws AioException {
        Hold hold = hold(TransferKind.SYNC);
        sync();
        hold.awaitHeld(1);

        assertEquals(BYTES, success(write(0)));
        assertEquals(BYTES, success(read(0)));

        hold.release();
        assertEquals(0, success(sync));
    }

    @Test
    void aSyncNeitherCoversNorDelaysOtherHandlesAndFiles() throws AioException {
        Hold hold = faults().hold(Faults.at(BYTES));
        AsyncFile sameFile = open(path("f"), StandardOpenOption.WRITE);
        AsyncFile otherFile = newFile("g");
        Request<Long> bySameFile = sameFile.write(Pattern.direct(BYTES, 0, BYTES), BYTES);
        Request<Long> byOtherFile = otherFile.write(Pattern.direct(BYTES, 0, BYTES), BYTES);

        sync();
        assertEquals(0, success(sync));
        Request<Void> waiting = sameFile.sync(SyncMode.FULL);
        assertEquals(BYTES, success(write(0)));
        assertNull(answer(newFile("h").sync(SyncMode.FULL)));

        assertFalse(bySameFile.isDone());
        assertFalse(byOtherFile.isDone());
        assertFalse(waiting.isDone());
        hold.release();
        assertNull(answer(waiting));
    }

    // ---- races

    @Test
    void aSyncNeverReachesTheLaneBeforeAnEarlierWriteHasEnded() throws AioException {
        ControlBlock[] blocks = new ControlBlock[4];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(file, BYTES, i * (long) BYTES);
        }
        Rounds rounds = new Rounds(Race.ROUNDS);
        while (rounds.next()) {
            faults().clear();
            trace = new Trace(faults());
            for (int i = 0; i < 3; i++) {
                io().write(blocks[i]);
            }
            sync();
            io().write(blocks[3]);

            assertEquals(0, success(sync));
            for (ControlBlock block : blocks) {
                assertEquals(BYTES, success(block));
            }
            for (int i = 0; i < 3; i++) {
                trace.assertBefore(Trace.completed(i * (long) BYTES), Trace.syncStaged());
            }
        }
    }
}
