package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** aio_cancel of one request: queued, running, or ended. */
class CancelContractTest extends QueueingTest {
    @Test
    @Asserts({"LTP-aio_write-A12", "NBSD-cancel_active_write-b"})
    void cancelOfAQueuedRequestAnswersCanceledAndItIsToldOnce() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(file, hold);
        Told told = new Told();
        ControlBlock queued = writeBlock(file, 1024, 1024).sigEvent(SigEvent.call(told));
        io().write(queued);

        assertEquals(CancelResult.CANCELED, io().cancel(queued));

        assertEquals(Errno.ECANCELED, io().error(queued));
        assertEquals(-1, io().result(queued));
        assertEquals(Errno.ECANCELED, told.awaitOne().error());
        assertEquals(-1, told.awaitOne().result());
        hold.release();
        assertEquals(1024, success(running));
        underTest().close();
        told.assertCount(1);
        Pattern.checkFile(path("f"), 0, 1024);
    }

    @Test
    @Asserts({"LTP-aio_read-A13"})
    void cancelOfAQueuedReadLeavesItsBufferUntouched() throws IOException {
        AsyncFile file = newFile("f");
        assertEquals(2048, writeAndWait(writeBlock(file, 2048, 0)));
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(file, hold);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
        ControlBlock queued = block(file, buffer, 1024);
        io().read(queued);

        assertEquals(CancelResult.CANCELED, io().cancel(queued));
        assertEquals(Errno.ECANCELED, io().error(queued));
        hold.release();
        success(running);
        file.close();

        assertEquals(ByteBuffer.allocate(1024), buffer);
    }

    @Test
    void requestsQueuedBehindACanceledOneProceed() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(file, hold);
        List<ControlBlock> queued = queueWrites(file, 8);

        assertEquals(CancelResult.CANCELED, io().cancel(queued.get(0)));
        assertEquals(CancelResult.CANCELED, io().cancel(queued.get(4)));
        hold.release();

        assertEquals(1024, success(running));
        for (int i = 0; i < 8; i++) {
            if (i == 0 || i == 4) {
                failure(Errno.ECANCELED, queued.get(i));
            } else {
                assertEquals(1024, success(queued.get(i)));
            }
        }
    }

    @Test
    @Asserts({"LTP-aio_cancel-5-1-c", "NBSD-cancel_active_write-c"})
    void cancelOfARunningRequestAnswersNotCanceledAndChangesNothing() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Told told = new Told();
        SigEvent event = SigEvent.call(told);
        ByteBuffer buffer = Pattern.direct(1024, 0, 0);
        ControlBlock block = block(file, buffer, 0).sigEvent(event).priority(1);
        io().write(block);
        hold.awaitHeld(1);

        assertEquals(CancelResult.NOT_CANCELED, io().cancel(block));
        assertEquals(CancelResult.NOT_CANCELED, io().cancel(block));

        assertEquals(Errno.EINPROGRESS, io().error(block));
        assertSame(file, block.file());
        assertEquals(0, block.offset());
        assertEquals(1024, block.length());
        assertEquals(1, block.priority());
        assertSame(event, block.sigEvent());
        assertEquals(0, buffer.position());
        assertEquals(1024, buffer.limit());
        hold.release();
        assertEquals(1024, success(block));
        assertEquals(Errno.SUCCESS, told.awaitOne().error());
        Pattern.checkFile(path("f"), 0, 1024);
    }

    @Test
    @Asserts("NBSD-cancel_active_write-d")
    void cancelOfAFinishedRequestAnswersAllDone() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 1024, 0);
        io().write(block);
        awaitDone(block);

        assertEquals(CancelResult.ALL_DONE, io().cancel(block));
        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(1024, io().result(block));
        assertEquals(CancelResult.ALL_DONE, io().cancel(block));
    }

    @Test
    void cancelOfAFailedOrCanceledRequestAnswersAllDone() throws AioException {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        ControlBlock failed = writeBlock(file, 1024, 0);
        io().write(failed);
        awaitDone(failed);
        assertEquals(CancelResult.ALL_DONE, io().cancel(failed));
        failure(Errno.ENOSPC, failed);

        Hold hold = hold(TransferKind.WRITE);
        occupy(file, hold);
        ControlBlock queued = queueWrites(file, 1).get(0);
        assertEquals(CancelResult.CANCELED, io().cancel(queued));
        assertEquals(CancelResult.ALL_DONE, io().cancel(queued));
        failure(Errno.ECANCELED, queued);
    }

    @Test
    void cancelOfABlockThatWasNeverStartedAnswersEINVAL() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 1024, 0);

        expectErrno(Errno.EINVAL, () -> io().cancel(block));
        expectErrno(Errno.EINVAL, () -> io().cancel(io().controlBlock()));
        Nulls.refused("block", () -> io().cancel((ControlBlock) null));
        Nulls.refused("file", () -> io().cancel((AsyncFile) null));
    }

    @Test
    @Asserts({
        "LTP-aio_cancel-9-1",
        "LTP-aio_cancel-10-1",
        "NBSD-cancel_invalid_fd",
        "GLIBC-tst-aio7-a",
        "GLIBC-tst-aio7-a2"
    })
    void cancelOnAClosedFileAnswersEBADF() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 1024, 0);
        io().write(block);
        file.close();

        expectErrno(Errno.EBADF, () -> io().cancel(file));
        expectErrno(Errno.EBADF, file::cancelAll);
        expectErrno(Errno.EBADF, () -> io().cancel(block));
        assertEquals(1024, success(block));
    }

    @Test
    void aQueuedSyncCanBeCanceled() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(file, hold);
        ControlBlock sync = io().controlBlock().file(file);
        io().sync(SyncMode.FULL, sync);

        assertEquals(CancelResult.CANCELED, io().cancel(sync));

        failure(Errno.ECANCELED, sync);
        hold.release();
        assertEquals(1024, success(running));
        io().sync(SyncMode.FULL, sync);
        assertEquals(0, success(sync));
    }

    @Test
    void anECANCELEDThatNobodyAskedForIsNotBelieved() throws IOException {
        AsyncFile file = newFile("f");
        faults().fail(transfer -> true, Errno.ECANCELED, 3);

        assertEquals(1024, writeAndWait(writeBlock(file, 1024, 0)));
        faults().fail(transfer -> true, Errno.ECANCELED, 3);
        assertEquals(1024, readAndWait(block(file, ByteBuffer.allocate(1024), 0)));
        faults().fail(transfer -> true, Errno.ECANCELED, 3);
        ControlBlock sync = io().controlBlock().file(file);
        io().sync(SyncMode.DATA, sync);
        assertEquals(0, success(sync));

        Pattern.checkFile(path("f"), 0, 1024);
    }

    @Test
    void anInterruptCancelsNothingAndClosesNothing() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(file, hold);
        ControlBlock queued = writeBlock(file, 1024, 1024);

        Thread.currentThread().interrupt();
        try {
            io().write(queued);
            assertEquals(Errno.EINPROGRESS, io().error(running));
            assertEquals(CancelResult.NOT_CANCELED, io().cancel(running));
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            Thread.interrupted();
        }
        hold.release();

        assertEquals(1024, success(running));
        assertEquals(1024, success(queued));
        assertTrue(file.isOpen());
        assertNotEquals(0, answer(file.size()));
        Pattern.checkFile(path("f"), 0, 2048);
    }
}
