package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Notification;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** aio_fsync: what is accepted and refused, what reaches the storage, and how it ends. */
class SyncContractTest extends TckTest {
    private static final int BYTES = 1024;

    private AsyncFile file;
    private ControlBlock sync;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
        sync = io().controlBlock().file(file);
    }

    private static TransferKind kindOf(SyncMode mode) {
        return mode == SyncMode.FULL ? TransferKind.SYNC : TransferKind.DATA_SYNC;
    }

    // ---- what it does

    @ParameterizedTest
    @EnumSource(SyncMode.class)
    @Asserts({"LTP-aio_fsync-9-1", "URING-fsync-single"})
    void aSyncIsAcceptedAndEndsWithTheResultZero(SyncMode mode) throws AioException {
        assertEquals(BYTES, writeAndWait(writeBlock(file, BYTES, 0)));

        io().sync(mode, sync);

        assertEquals(0, success(sync));
        assertNull(answer(file.sync(mode)));
    }

    @ParameterizedTest
    @EnumSource(SyncMode.class)
    void theModeReachesTheStorageAsItIs(SyncMode mode) throws AioException {
        Trace trace = new Trace(faults());

        io().sync(mode, sync);
        assertEquals(0, success(sync));
        assertNull(answer(file.sync(mode)));

        assertEquals(List.of(kindOf(mode), kindOf(mode)), trace.syncsStaged());
    }

    @Test
    @Asserts({"LTP-aio_fsync-4-1", "LTP-aio_fsync-5-1"})
    void aSyncIsInProgressUntilItsEndAndThenSucceeds() throws AioException {
        Hold hold = hold();
        ControlBlock write = writeBlock(file, 111, 0);
        io().write(write);
        io().sync(SyncMode.FULL, sync);

        assertEquals(Errno.EINPROGRESS, io().error(sync));
        expectErrno(Errno.EINPROGRESS, () -> io().result(sync));
        hold.release(1);
        assertEquals(111, success(write));
        hold.awaitHeld(1);
        assertEquals(Errno.EINPROGRESS, io().error(sync));
        hold.release();

        assertEquals(0, success(sync));
        expectErrno(Errno.EINVAL, () -> io().result(sync));
    }

    @Test
    @Asserts({"LTP-aio_fsync-3-1-a", "LTP-aio_fsync-3-1-b"})
    void noEarlierWriteIsSeenInProgressAfterTheSync() throws AioException {
        List<Future<?>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            AsyncFile own = newFile("own" + t);
            threads.add(background(() -> {
                writeAndSyncAgainAndAgain(own);
                return null;
            }));
        }

        threads.forEach(Bounded::get);
    }

    private void writeAndSyncAgainAndAgain(AsyncFile own) throws AioException {
        ControlBlock write = writeBlock(own, BYTES, 0);
        ControlBlock after = io().controlBlock().file(own);
        Rounds rounds = new Rounds(2 * Race.ROUNDS);
        while (rounds.next()) {
            io().write(write);
            io().sync(SyncMode.DATA, after);

            long end = System.nanoTime() + Bounded.LIMIT.toNanos();
            while (io().error(after) == Errno.EINPROGRESS && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            Errno status = io().error(write);
            assertEquals(Errno.SUCCESS, status, "round=" + rounds.begun());
            assertEquals(BYTES, io().result(write));
            assertEquals(0, success(after));
        }
    }

    @Test
    @Asserts("FBSD-aio_fsync_sync")
    void aQueueHandsOutEveryEarlierWriteBeforeTheSync() throws AioException {
        CompletionQueue queue = io().completionQueue();
        assertNull(answer(file.truncate(0)));
        for (int round = 0; round < 64; round++) {
            for (int i = 0; i < 16; i++) {
                io().write(writeBlock(file, BYTES, i * (long) BYTES).sigEvent(SigEvent.queue(queue)));
            }
            io().sync(SyncMode.FULL, sync.sigEvent(SigEvent.queue(queue)));

            for (int i = 0; i < 16; i++) {
                ControlBlock write = queue.take(Bounded.LIMIT);
                assertNotNull(write);
                assertEquals(BYTES, io().result(write));
            }
            assertSame(sync, queue.take(Bounded.LIMIT));
            assertEquals(0, io().result(sync));
        }
    }

    @Test
    @Asserts("XNU-write_fsync")
    void theBlockOfAWriteServesForItsSync() throws AioException {
        int mib = 1024 * 1024;
        ControlBlock block = writeBlock(file, mib, mib);
        assertEquals(mib, writeAndWait(block));

        io().sync(SyncMode.FULL, block);

        assertEquals(0, success(block));
    }

    @Test
    @Asserts({"LTP-aio_fsync-8-1", "LTP-aio_fsync-8-2", "LTP-aio_fsync-8-3", "LTP-aio_fsync-8-4"})
    void everyOtherFieldIsIgnoredAndStaysAsItIs() throws AioException {
        assertEquals(BYTES, writeAndWait(writeBlock(file, BYTES, 0)));
        sync.offset(-1).length(-1).priority(-1).opcode(Opcode.READ);

        io().sync(SyncMode.FULL, sync);

        assertEquals(0, success(sync));
        assertEquals(-1, sync.offset());
        assertEquals(-1, sync.length());
        assertEquals(-1, sync.priority());
        assertEquals(Opcode.READ, sync.opcode());
    }

    @Test
    void aSyncIsToldOnceWithTheResultZero() throws AioException {
        Told told = new Told();

        io().sync(SyncMode.DATA, sync.sigEvent(SigEvent.call(told).value("durable")));

        Notification notification = told.awaitOne();
        assertSame(sync, notification.block());
        assertEquals("durable", notification.value());
        assertEquals(Errno.SUCCESS, notification.error());
        assertEquals(0, notification.result());
        told.assertCount(1);
    }

    @Test
    void aFileOpenForAppendingOnlyCanBeSynced() throws AioException {
        AsyncFile log = open(path("g"), APPEND, CREATE);
        ControlBlock append = writeBlock(log, BYTES, 0);
        io().write(append);
        io().sync(SyncMode.FULL, sync.file(log));

        assertEquals(0, success(sync));
        assertEquals(BYTES, success(append));
    }

    // ---- refusals

    @Test
    @Asserts({"LTP-aio_fsync-14-1", "FBSD-aio_fsync_errors-a"})
    void nullsAreNullPointerExceptionsAndNothingIsStarted() {
        Nulls.refused("mode", () -> io().sync(null, sync));
        Nulls.refused("block", () -> io().sync(SyncMode.FULL, null));
        Nulls.refused("mode", () -> file.sync(null));

        assertEquals(0, sync.sequence());
    }

    @ParameterizedTest
    @EnumSource(SyncMode.class)
    @Asserts("LTP-aio_fsync-A10")
    void aFileThatIsNotOpenForWritingIsEBADF(SyncMode mode) throws IOException {
        AsyncFile readOnly = open(fileOf("g", BYTES), READ);

        expectErrno(Errno.EBADF, () -> io().sync(mode, sync.file(readOnly)));

        assertEquals(0, sync.sequence());
        expectErrno(Errno.EINVAL, () -> io().error(sync));
        expectFailure(Errno.EBADF, readOnly.sync(mode));
    }

    @Test
    void aClosedFileIsEBADF() throws AioException {
        file.close();

        expectErrno(Errno.EBADF, () -> io().sync(SyncMode.FULL, sync));

        assertEquals(0, sync.sequence());
        expectFailure(Errno.EBADF, file.sync(SyncMode.FULL));
    }

    @Test
    @Asserts("FBSD-aio_fsync_errors-c")
    void anEventThatCannotBeToldIsEINVAL() throws AioException {
        sync.sigEvent(SigEvent.listeners("nobody is bound"));

        expectErrno(Errno.EINVAL, () -> io().sync(SyncMode.FULL, sync));

        assertEquals(0, sync.sequence());
    }

    @Test
    @Asserts("LTP-aio_fsync-A11")
    void aSyncBeyondTheLimitIsEAGAIN() throws AioException {
        UnderTest limited = start(Map.of("max.requests", 1));
        AsyncIo io = limited.io();
        Hold hold = limited.faults().hold(transfer -> true);
        AsyncFile other = io.open(path("g"), APPEND, CREATE);
        ControlBlock write = io.controlBlock().file(other).buffer(Pattern.heap(BYTES, 0, 0));
        ControlBlock late = io.controlBlock().file(other);
        io.write(write);

        expectErrno(Errno.EAGAIN, () -> io.sync(SyncMode.FULL, late));
        assertEquals(0, late.sequence());
        expectFailure(Errno.EAGAIN, other.sync(SyncMode.FULL));
        hold.release();
        io.suspend(new ControlBlock[] {write}, Bounded.LIMIT);

        io.sync(SyncMode.FULL, late);
        io.suspend(new ControlBlock[] {late}, Bounded.LIMIT);
        assertEquals(0, io.result(late));
    }
}
