package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import dev.penstock.aio.tck.TransferRecord.Event;
import dev.penstock.aio.tck.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * After a failed write-back data may be lost, though a later sync would report success: the file is poisoned, and
 * only opening it again helps.
 */
class PoisonContractTest extends TckTest {
    /** Two requests at a time are at the provider, so that a third waits in the engine. */
    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 2);
    }

    private AsyncFile poisoned() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.EIO, 1);
        expectFailure(Errno.EIO, file.sync(SyncMode.FULL));
        return file;
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EIO", "ENOSPC", "EDQUOT"})
    void aSyncThatFailsEndsWithItsOwnErrnoAndPoisonsTheFile(Errno errno) throws IOException {
        AsyncFile file = newFile("f");
        assertFalse(file.isPoisoned());
        faults().fail(Faults.kind(TransferKind.SYNC), errno, 1);

        expectFailure(errno, file.sync(SyncMode.FULL));

        assertTrue(file.isPoisoned());
    }

    @Test
    void aDataSyncThatFailsPoisonsTheFileToo() throws IOException {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.SYNC, TransferKind.DATA_SYNC), Errno.EIO, 1);

        expectFailure(Errno.EIO, file.sync(SyncMode.DATA));

        assertTrue(file.isPoisoned());
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EINVAL", "ENOMEM", "EBADF", "ESTALE"})
    void anyOtherErrorOfASyncIsItsOwnOnly(Errno errno) throws IOException {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.SYNC), errno, 1);

        expectFailure(errno, file.sync(SyncMode.FULL));

        assertFalse(file.isPoisoned());
        assertEquals(8, answer(file.write(ByteBuffer.allocate(8), 0)));
        answer(file.sync(SyncMode.FULL));
    }

    @Test
    void laterWritesTruncatesAndSyncsEndWithEIOAndNoneReachesTheProvider() throws IOException {
        AsyncFile file = poisoned();
        List<TransferRecord> records = faults().record();

        expectFailure(Errno.EIO, file.write(ByteBuffer.allocate(8), 0));
        expectFailure(Errno.EIO, file.write(new ByteBuffer[] {ByteBuffer.allocate(8)}, 0));
        expectFailure(Errno.EIO, file.writeFully(ByteBuffer.allocate(8), 0));
        expectFailure(Errno.EIO, file.truncate(0));
        expectFailure(Errno.EIO, file.sync(SyncMode.FULL));
        expectFailure(Errno.EIO, file.sync(SyncMode.DATA));

        assertEquals(List.of(), records);
        assertTrue(file.isPoisoned());
        Pattern.checkFile(path("f"), 0, 1000);
    }

    @Test
    void controlBlocksEndWithEIOAsTheirStatusAndAreToldOnce() throws IOException {
        AsyncFile file = poisoned();
        Told told = new Told();
        ControlBlock write = writeBlock(file, 8, 0).sigEvent(SigEvent.call(told));
        ControlBlock sync = io().controlBlock().file(file).sigEvent(SigEvent.call(told));

        io().write(write);
        failure(Errno.EIO, write);
        io().sync(SyncMode.FULL, sync);
        failure(Errno.EIO, sync);

        told.await(2).forEach(one -> assertEquals(Errno.EIO, one.error()));
        io().write(write);
        failure(Errno.EIO, write);
        told.await(3);
        told.assertCount(3);
    }

    @Test
    void readsAndSizeGoOn() throws IOException {
        AsyncFile file = poisoned();
        ByteBuffer target = ByteBuffer.allocate(1000);

        assertEquals(1000, answer(file.read(target, 0)));

        Pattern.check(target, 0, 0);
        assertEquals(1000, answer(file.readFully(target, 0)));
        assertEquals(1000, readAndWait(block(file, target, 0)));
        assertEquals(1000, answer(file.size()));
    }

    @Test
    void openingItAgainHelps() throws IOException {
        AsyncFile old = poisoned();

        AsyncFile file = open(path("f"), READ, WRITE);

        assertFalse(file.isPoisoned());
        assertEquals(100, answer(file.write(Pattern.heap(100, 0, 1000), 1000)));
        answer(file.sync(SyncMode.FULL));
        assertTrue(old.isPoisoned());
        expectFailure(Errno.EIO, old.sync(SyncMode.FULL));
        old.close();
        assertTrue(old.isPoisoned());
    }

    @Test
    void anotherOpenFileOfTheSamePathIsNotPoisoned() throws IOException {
        AsyncFile other = open(fileOf("f", 1000), READ, WRITE);

        AsyncFile file = poisoned();

        assertTrue(file.isPoisoned());
        assertFalse(other.isPoisoned());
        assertEquals(8, answer(other.write(ByteBuffer.allocate(8), 0)));
    }

    @Test
    void whatIsQueuedWhenTheSyncFailsEndsWithEIOButReadsGoOn() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        AsyncFile other = open(fileOf("other", 8), READ);
        Hold syncs = hold(TransferKind.SYNC);
        Hold filler = faults().hold(Faults.on(path("other")));
        Request<Void> sync = file.sync(SyncMode.FULL);
        Request<Long> unrelated = other.read(ByteBuffer.allocate(8), 0);
        syncs.awaitHeld(1);
        filler.awaitHeld(1);
        List<TransferRecord> records = faults().record();
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
        Request<Long> read = file.read(ByteBuffer.allocate(1000), 0);
        Request<Void> truncate = file.truncate(0);
        Request<Void> second = file.sync(SyncMode.FULL);
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.ENOSPC, 1);

        syncs.release();

        expectFailure(Errno.ENOSPC, sync);
        expectFailure(Errno.EIO, write);
        assertEquals(1000, answer(read));
        expectFailure(Errno.EIO, truncate);
        expectFailure(Errno.EIO, second);
        filler.release();
        assertEquals(8, answer(unrelated));
        assertTrue(records.stream().noneMatch(one -> one.is(Event.STAGED, TransferKind.WRITE)), records::toString);
        assertTrue(records.stream().noneMatch(one -> one.is(Event.STAGED, TransferKind.SYNC)), records::toString);
        Pattern.checkFile(path("f"), 0, 1000);
    }

    @Test
    void aWriteThatRunsWhenTheSyncFailsKeepsItsOwnResult() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        Hold syncs = hold(TransferKind.SYNC);
        Hold writes = hold(TransferKind.WRITE);
        Request<Void> sync = file.sync(SyncMode.FULL);
        syncs.awaitHeld(1);
        Request<Long> write = file.write(Pattern.heap(100, 0, 1000), 1000);
        writes.awaitHeld(1);
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.EIO, 1);

        syncs.release();
        expectFailure(Errno.EIO, sync);
        writes.release();

        assertEquals(100, answer(write));
        Pattern.checkFile(path("f"), 0, 1100);
    }

    @Test
    void noSyncThatWaitedWithTheFailedOneReportsSuccess() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
        hold.awaitHeld(1);
        Request<Void> first = file.sync(SyncMode.FULL);
        Request<Void> second = file.sync(SyncMode.FULL);
        Request<Void> third = file.sync(SyncMode.DATA);
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.EIO, 1);

        hold.release();

        assertEquals(8, answer(write));
        expectFailure(Errno.EIO, first);
        expectFailure(Errno.EIO, second);
        expectFailure(Errno.EIO, third);
    }

    @Test
    void aWriteThatFailsPoisonsNothing() throws IOException {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.EIO, 1);

        expectFailure(Errno.EIO, file.write(ByteBuffer.allocate(8), 0));

        assertFalse(file.isPoisoned());
        assertEquals(8, answer(file.write(ByteBuffer.allocate(8), 0)));
        answer(file.sync(SyncMode.FULL));
    }

    @Test
    void aReadThatFailsPoisonsNothing() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        faults().fail(Faults.kind(TransferKind.READ), Errno.EIO, 1);

        expectFailure(Errno.EIO, file.read(ByteBuffer.allocate(8), 0));

        assertFalse(file.isPoisoned());
        answer(file.sync(SyncMode.FULL));
    }

    @Test
    void aSyncThatIsCanceledPoisonsNothing() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
        Request<Void> sync = file.sync(SyncMode.FULL);
        hold.awaitHeld(1);

        assertEquals(CancelResult.CANCELED, sync.cancel());
        hold.release();

        expectFailure(Errno.ECANCELED, sync);
        assertEquals(8, answer(write));
        assertFalse(file.isPoisoned());
        answer(file.sync(SyncMode.FULL));
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EIO", "ENOSPC", "EDQUOT"})
    void aWriteOfADSYNCFileThatFailsPoisonsIt(Errno errno) throws IOException {
        assertWritePoisons(StandardOpenOption.DSYNC, errno);
    }

    @Test
    void aWriteOfASYNCFileThatFailsPoisonsIt() throws IOException {
        assertWritePoisons(SYNC, Errno.EIO);
    }

    private void assertWritePoisons(StandardOpenOption option, Errno errno) throws AioException {
        AsyncFile file = openSynced(option);
        faults().fail(Faults.kind(TransferKind.WRITE), errno, 1);

        expectFailure(errno, file.write(ByteBuffer.allocate(8), 0));

        assertTrue(file.isPoisoned());
        expectFailure(Errno.EIO, file.write(ByteBuffer.allocate(8), 0));
        expectFailure(Errno.EIO, file.sync(SyncMode.DATA));
        assertEquals(0, answer(file.read(ByteBuffer.allocate(8), 0)));
    }

    @Test
    void anyOtherErrorOfAWriteOfADSYNCFileIsItsOwnOnly() throws IOException {
        AsyncFile file = openSynced(StandardOpenOption.DSYNC);
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.EFBIG, 1);

        expectFailure(Errno.EFBIG, file.write(ByteBuffer.allocate(8), 0));

        assertFalse(file.isPoisoned());
        assertEquals(8, answer(file.write(ByteBuffer.allocate(8), 0)));
    }

    /** Opens a file whose writes go to storage. */
    private AsyncFile openSynced(StandardOpenOption option) throws AioException {
        assumeCapability(option.name(), path("f"), READ, WRITE, CREATE, option);
        return open(path("f"), READ, WRITE, CREATE, option);
    }

    @Test
    void aPoisonedFileClosesAsAnyOther() throws IOException {
        AsyncFile file = poisoned();

        file.close();

        assertFalse(file.isOpen());
        expectFailure(Errno.EBADF, file.write(ByteBuffer.allocate(8), 0));
        assertEquals(0, Descriptors.of(path("f")));
    }
}
