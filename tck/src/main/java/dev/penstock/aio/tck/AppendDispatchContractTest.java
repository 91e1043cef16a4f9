package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.TransferRecord.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Appends one after the other, also where one of them ends short, fails, is canceled, or has to be done again. */
class AppendDispatchContractTest extends AppendTest {
    @Test
    void noAppendIsHandedToTheProviderBeforeTheOneAheadOfItIsDone() throws IOException {
        AsyncFile file = appending("f");
        List<TransferRecord> seen = faults().record();
        Hold hold = hold(TransferKind.WRITE);
        List<ControlBlock> blocks = startMany(file, 20);
        hold.awaitHeld(1);

        for (ControlBlock block : blocks) {
            assertEquals(Errno.EINPROGRESS, io().error(block));
        }
        hold.release();
        int bytes = succeed(blocks);

        Pattern.checkFile(path("f"), 0, bytes);
        assertEquals(40, seen.size());
        for (int i = 0; i < seen.size(); i++) {
            assertTrue(seen.get(i).is(i % 2 == 0 ? Event.STAGED : Event.COMPLETED, TransferKind.WRITE), seen::toString);
        }
    }

    @Test
    void anAppendThatFollowsAnotherIsStartedThoughNobodyWaitsForIt() throws IOException {
        AsyncFile file = appending("f");
        Told told = new Told();
        Hold hold = hold(TransferKind.WRITE);
        for (int i = 0; i < 20; i++) {
            io().write(next(file, 100, i * 100).sigEvent(SigEvent.call(told)));
        }
        hold.awaitHeld(1);
        keepAnotherInstanceBusy();

        hold.release();

        told.await(20);
        Pattern.checkFile(path("f"), 0, 2000);
    }

    /** Passes so much time that no thread of this test's instance still looks around for work. */
    private void keepAnotherInstanceBusy() throws AioException {
        AsyncIo other = start(Map.of()).io();
        AsyncFile file = other.open(path("other"), WRITE, CREATE);
        ControlBlock block = other.controlBlock().file(file).buffer(ByteBuffer.allocate(65536));
        for (int i = 0; i < 500; i++) {
            other.write(block);
            assertTrue(other.suspend(new ControlBlock[] {block}, Bounded.LIMIT));
            assertEquals(65536, other.result(block));
        }
    }

    @Test
    void theAppendAfterAShortOneFollowsTheBytesThatWereWritten() throws IOException {
        AsyncFile file = appending("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 60, 1);
        ControlBlock first = next(file, 100, 0);
        ControlBlock second = next(file, 100, 60);
        io().write(first);
        io().write(second);

        assertEquals(60, success(first));
        assertEquals(100, success(second));

        Pattern.checkFile(path("f"), 0, 160);
    }

    @Test
    void appendsBehindAFailedOneProceed() throws IOException {
        AsyncFile file = appending("f");
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        ControlBlock first = next(file, 100, 0);
        ControlBlock second = next(file, 100, 0);
        ControlBlock third = next(file, 100, 100);
        io().write(first);
        io().write(second);
        io().write(third);

        failure(Errno.ENOSPC, first);
        assertEquals(100, success(second));
        assertEquals(100, success(third));

        Pattern.checkFile(path("f"), 0, 200);
    }

    @Test
    void appendsBehindACanceledOneProceedAndItLeavesNoTrace() throws IOException {
        AsyncFile file = appending("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = next(file, 100, 0);
        ControlBlock canceled = next(file, 77, 5000);
        ControlBlock last = next(file, 100, 100);
        io().write(running);
        hold.awaitHeld(1);
        io().write(canceled);
        io().write(last);

        assertEquals(CancelResult.CANCELED, io().cancel(canceled));
        assertEquals(CancelResult.NOT_CANCELED, io().cancel(running));
        hold.release();

        failure(Errno.ECANCELED, canceled);
        assertEquals(100, success(running));
        assertEquals(100, success(last));
        Pattern.checkFile(path("f"), 0, 200);
    }

    @Test
    void anAppendThatIsDispatchedAgainKeepsItsPlace() throws IOException {
        AsyncFile file = appending("f");
        faults().repeat(transfer -> transfer.length() % 3 == 0, 10);
        faults().fail(transfer -> transfer.length() % 3 == 1, Errno.ECANCELED, 10);

        int bytes = succeed(startMany(file, 60));

        Pattern.checkFile(path("f"), 0, bytes);
    }

    @Test
    void appendsAreMarkedForALongLivedThread() throws IOException {
        List<Boolean> marks = new ArrayList<>();
        faults().hold(transfer -> !marks.add(transfer.needsKeeper()));

        writeAndWait(next(appending("f"), 100, 0));
        writeAndWait(writeBlock(open(path("f"), WRITE), 100, 0));

        assertEquals(List.of(true, false), marks);
    }
}
