package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** aio_cancel of everything on a file, where some of it runs, some is queued, and some is done. */
class CancelAllContractTest extends QueueingTest {
    @Test
    @Asserts({"LTP-aio_cancel-2-2"})
    void cancelAllWithNothingOutstandingAnswersAllDone() throws AioException {
        AsyncFile file = newFile("f");
        assertEquals(CancelResult.ALL_DONE, io().cancel(file));

        writeAndWait(writeBlock(file, 1024, 0));

        assertEquals(CancelResult.ALL_DONE, io().cancel(file));
        CancelReport report = file.cancelAll();
        assertEquals(CancelResult.ALL_DONE, report.result());
        assertEquals(0, report.canceled());
        assertEquals(0, report.running());
        assertEquals(0, report.done());
    }

    @Test
    @Asserts({
        "LTP-aio_cancel-2-1-a",
        "LTP-aio_cancel-2-1-b",
        "LTP-aio_cancel-4-1-a",
        "LTP-aio_cancel-4-1-b",
        "LTP-aio_cancel-5-1-a",
        "LTP-aio_cancel-5-1-b",
        "LTP-aio_cancel-7-1"
    })
    void cancelAllWhileOneRunsAnswersNotCanceledAndTheQueuedOnesAreCanceledAtOnce() throws IOException {
        AsyncFile file = newFile("f");
        List<ControlBlock> done = queueWrites(file, 2);
        awaitDone(done.toArray(ControlBlock[]::new));
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(file, hold);
        List<ControlBlock> queued = queueWrites(file, 5);

        assertEquals(CancelResult.NOT_CANCELED, io().cancel(file));

        for (ControlBlock block : queued) {
            assertEquals(Errno.ECANCELED, io().error(block));
            assertEquals(-1, io().result(block));
        }
        assertEquals(Errno.EINPROGRESS, io().error(running));
        for (ControlBlock block : done) {
            assertEquals(Errno.SUCCESS, io().error(block));
        }
        hold.release();
        assertEquals(1024, success(running));
    }

    @Test
    void theReportCountsWhatWasCanceledAndWhatRuns() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        occupy(file, hold);
        queueWrites(file, 5);

        CancelReport report = file.cancelAll();
        assertEquals(CancelResult.NOT_CANCELED, report.result());
        assertEquals(5, report.canceled());
        assertEquals(1, report.running());

        CancelReport second = file.cancelAll();
        assertEquals(CancelResult.NOT_CANCELED, second.result());
        assertEquals(0, second.canceled());
        assertEquals(1, second.running());
    }

    @Test
    void cancelAllOfQueuedRequestsOnlyAnswersCanceledAndLeavesOtherFilesAlone() throws IOException {
        AsyncFile busy = newFile("busy");
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = occupy(busy, hold);
        List<ControlBlock> others = queueWrites(busy, 3);
        List<ControlBlock> queued = queueWrites(file, 3);

        CancelReport report = file.cancelAll();

        assertEquals(CancelResult.CANCELED, report.result());
        assertEquals(3, report.canceled());
        assertEquals(0, report.running());
        hold.release();
        assertEquals(1024, success(running));
        for (ControlBlock block : others) {
            assertEquals(1024, success(block));
        }
        for (ControlBlock block : queued) {
            failure(Errno.ECANCELED, block);
        }
    }
}
