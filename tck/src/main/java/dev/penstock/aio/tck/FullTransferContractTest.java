package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.TransferRecord.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** readFully and writeFully: as many transfers as it takes, one request. */
class FullTransferContractTest extends TckTest {
    @Test
    void readFullyGoesOnAfterEveryShortRead() throws IOException {
        AsyncFile file = open(fileOf("f", 10_000), READ);
        faults().limit(Faults.kind(TransferKind.READ), 999, 7);
        List<TransferRecord> records = faults().record();
        ByteBuffer target = ByteBuffer.allocateDirect(10_000);

        assertEquals(10_000, answer(file.readFully(target, 0)));

        assertEquals(0, target.position());
        assertEquals(10_000, target.limit());
        Pattern.check(target, 0, 0);
        assertEquals(8, count(records, Event.STAGED));
    }

    @Test
    void writeFullyGoesOnAfterEveryShortWrite() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 999, 7);
        List<TransferRecord> records = faults().record();
        ByteBuffer source = Pattern.direct(10_000, 0, 0);

        assertEquals(10_000, answer(file.writeFully(source, 0)));

        assertEquals(0, source.position());
        assertEquals(10_000, source.limit());
        Pattern.checkFile(path("f"), 0, 10_000);
        assertEquals(8, count(records, Event.STAGED));
    }

    private static long count(List<TransferRecord> records, Event event) {
        return records.stream().filter(record -> record.event() == event).count();
    }

    @Test
    void readAndWriteTellAShortTransferAsItIs() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        faults().limit(Faults.kind(TransferKind.READ), 10, 1);
        faults().limit(Faults.kind(TransferKind.WRITE), 20, 1);
        List<TransferRecord> records = faults().record();

        assertEquals(10, answer(file.read(ByteBuffer.allocate(1000), 0)));
        assertEquals(20, answer(file.write(Pattern.heap(1000, 0, 1000), 1000)));

        assertEquals(2, count(records, Event.STAGED));
        Pattern.checkFile(path("f"), 0, 1020);
    }

    @Test
    void heapBuffersAndPartsOfBuffersAreMovedFully() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(transfer -> true, 100, 6);
        ByteBuffer source = ByteBuffer.allocate(1000).position(200).limit(700);
        ByteBuffer target = ByteBuffer.allocate(1000).position(300).limit(800);

        assertEquals(500, answer(file.writeFully(Pattern.fill(source, 0, 0), 0)));
        faults().limit(transfer -> true, 100, 3);
        assertEquals(500, answer(file.readFully(target, 0)));

        Pattern.check(target, 0, 0);
        assertEquals(300, target.position());
        assertEquals(800, target.limit());
        for (int i = 0; i < 1000; i++) {
            assertTrue((i >= 300 && i < 800) || target.array()[i] == 0, "outside of position and limit: " + i);
        }
    }

    @Test
    void leasesAreMovedFullyAndBorrowedUntilTheEnd() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease lease = io().lease(8192)) {
            Pattern.fill(lease.buffer(), 0, 0);
            faults().limit(Faults.kind(TransferKind.WRITE), 1000, 3);
            Hold hold = faults().hold(Faults.at(2000));
            Request<Long> write = file.writeFully(lease, 0);
            hold.awaitHeld(1);

            assertTrue(lease.isBorrowed());
            hold.release();

            assertEquals(8192, answer(write));
            assertFalse(lease.isBorrowed());
            lease.buffer().put(new byte[8192]).clear();
            faults().limit(Faults.kind(TransferKind.READ), 1000, 3);
            assertEquals(8192, answer(file.readFully(lease, 0)));
            Pattern.check(lease.buffer(), 0, 0);
        }
        Pattern.checkFile(path("f"), 0, 8192);
    }

    @Test
    void readFullyEndsWhereTheFileEndsWithTheBytesRead() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ);
        ByteBuffer target = ByteBuffer.allocate(5000);

        assertEquals(1000, answer(file.readFully(target, 0)));

        Pattern.check(target.limit(1000), 0, 0);
        target.limit(5000);
        assertEquals(400, answer(file.readFully(target, 600)));
        assertEquals(0, answer(file.readFully(target, 1000)));
        assertEquals(0, answer(file.readFully(target, 1L << 40)));
    }

    @Test
    void readFullyEndsWhereTheFileEndsAfterShortReads() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ);
        faults().limit(Faults.kind(TransferKind.READ), 300, 2);
        ByteBuffer target = ByteBuffer.allocate(5000);

        assertEquals(1000, answer(file.readFully(target, 0)));

        Pattern.check(target.limit(1000), 0, 0);
    }

    @Test
    void readFullyTakesWhatIsWrittenMeanwhile() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        Hold hold = faults().hold(Faults.at(100));
        ByteBuffer target = ByteBuffer.allocate(300);
        Request<Long> read = file.readFully(target, 0);
        hold.awaitHeld(1);

        Files.write(path("f"), Pattern.heap(250, 0, 0).array());
        hold.release();

        assertEquals(250, answer(read));
        Pattern.check(target.limit(250), 0, 0);
    }

    @Test
    void nothingRemainingIsZeroAndTheProviderIsNotAsked() throws IOException {
        AsyncFile file = open(fileOf("f", 10), READ, WRITE);
        List<TransferRecord> records = faults().record();

        assertEquals(0, answer(file.readFully(ByteBuffer.allocate(0), 0)));
        assertEquals(0, answer(file.writeFully(ByteBuffer.allocateDirect(0), 100)));

        assertEquals(List.of(), records);
        assertEquals(10, Files.size(path("f")));
    }

    @Test
    void anErrorAfterShortWritesTellsTheBytesWrittenAndTheErrno() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 1000, 2);
        faults().fail(Faults.at(6000), Errno.ENOSPC, 1);

        AioException failure = expectFailure(Errno.ENOSPC, file.writeFully(Pattern.heap(10_000, 0, 4000), 4000));

        assertEquals(2000, failure.transferred());
        assertEquals(4000, failure.offset());
        assertEquals(10_000, failure.length());
        assertEquals(Errno.ENOSPC.number(), failure.errorNumber());
        assertTrue(failure.getMessage().contains(path("f").toString()), failure::getMessage);
        assertEquals(6000, Files.size(path("f")));
    }

    @Test
    void anErrorAtOnceTellsZeroBytes() throws IOException {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.EFBIG, 1);

        AioException failure = expectFailure(Errno.EFBIG, file.writeFully(ByteBuffer.allocate(10), 0));

        assertEquals(0, failure.transferred());
    }

    @Test
    void anErrorAfterShortReadsFailsTheRequest() throws IOException {
        AsyncFile file = open(fileOf("f", 10_000), READ);
        faults().limit(Faults.kind(TransferKind.READ), 1000, 2);
        faults().fail(Faults.at(2000), Errno.EIO, 1);

        expectFailure(Errno.EIO, file.readFully(ByteBuffer.allocate(10_000), 0));

        assertEquals(10_000, answer(file.readFully(ByteBuffer.allocate(10_000), 0)));
    }

    @Test
    void aWriteThatMovesNothingIsNotRepeatedForEver() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 10, 1);
        faults().failWith(Faults.at(10), 0, Integer.MAX_VALUE);

        Request<Long> write = file.writeFully(Pattern.heap(100, 0, 0), 0);

        AioException failure = assertThrows(AioException.class, () -> answer(write));
        assertEquals(10, failure.transferred());
    }

    @Test
    void aFullAppendKeepsItsPlaceAtTheHead() throws IOException {
        AsyncFile file = open(path("f"), CREATE, APPEND);
        faults().limit(Faults.kind(TransferKind.WRITE), 100, 3);

        Request<Long> first = file.writeFully(Pattern.heap(1000, 0, 0), 0);
        Request<Long> second = file.write(Pattern.heap(50, 0, 1000), 0);
        Request<Long> third = file.writeFully(Pattern.heap(1000, 0, 1050), -1);

        assertEquals(1000, answer(first));
        assertEquals(50, answer(second));
        assertEquals(1000, answer(third));
        Pattern.checkFile(path("f"), 0, 2050);
    }

    @Test
    void theNextAppendGoesOnAfterAFullAppendThatFailed() throws IOException {
        AsyncFile file = open(path("f"), CREATE, APPEND);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> first = file.writeFully(Pattern.heap(1000, 0, 0), 0);
        Request<Long> second = file.write(Pattern.heap(50, 0, 100), 0);
        hold.awaitHeld(1);
        faults().limit(Faults.kind(TransferKind.WRITE), 100, 1);
        hold.release(1);
        hold.awaitHeld(1);
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.EIO, 1);

        hold.release();

        assertEquals(100, expectFailure(Errno.EIO, first).transferred());
        assertEquals(50, answer(second));
        Pattern.checkFile(path("f"), 0, 150);
    }

    @Test
    void aSyncCoversEveryTransferOfAnEarlierFullWrite() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 100, 3);
        List<TransferRecord> records = faults().record();
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.writeFully(Pattern.heap(1000, 0, 0), 0);
        hold.awaitHeld(1);
        Request<Void> sync = file.sync(SyncMode.FULL);

        hold.release();

        answer(sync);
        assertTrue(write.isDone());
        assertEquals(1000, answer(write));
        int lastWrite = -1;
        int syncStaged = -1;
        for (int i = 0; i < records.size(); i++) {
            lastWrite = records.get(i).is(Event.COMPLETED, TransferKind.WRITE) ? i : lastWrite;
            syncStaged = records.get(i).is(Event.STAGED, TransferKind.SYNC) ? i : syncStaged;
        }
        assertTrue(lastWrite < syncStaged, records::toString);
    }

    @Test
    void aFullTransferIsOneRequestToTheLimits() throws IOException {
        UnderTest one = start(Map.of("max.requests", 1, "max.requests.per.consumer", 1));
        AsyncFile file = one.io().open(path("f"), READ, WRITE, CREATE);
        one.faults().limit(transfer -> true, 100, 3);

        assertEquals(1000, answer(file.writeFully(Pattern.heap(1000, 0, 0), 0)));
        one.faults().limit(transfer -> true, 100, 3);
        assertEquals(1000, answer(file.readFully(ByteBuffer.allocate(1000), 0)));

        Pattern.checkFile(path("f"), 0, 1000);
    }

    @Test
    void aFullTransferThatRunsIsNotCanceledAndMovesAllItsBytes() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 100, 2);
        Hold hold = faults().hold(Faults.at(100));
        Request<Long> write = file.writeFully(Pattern.heap(1000, 0, 0), 0);
        hold.awaitHeld(1);

        assertEquals(CancelResult.NOT_CANCELED, write.cancel());
        hold.release();

        assertEquals(1000, answer(write));
        Pattern.checkFile(path("f"), 0, 1000);
    }

    @Test
    void closeWaitsForAllTheBytesOfAFullTransfer() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 100, 5);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.writeFully(Pattern.heap(1000, 0, 0), 0);
        hold.awaitHeld(1);
        Request<Void> closing = file.closeAsync();

        hold.release();

        answer(closing);
        assertEquals(1000, answer(write));
        Pattern.checkFile(path("f"), 0, 1000);
    }

    @Test
    void manyFullTransfersWithShortCountsGoEachToItsOwnPlace() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(transfer -> transfer.length() > 400, 400, Integer.MAX_VALUE);
        List<Request<Long>> requests = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            requests.add(file.writeFully(Pattern.direct(1000, 0, 1000L * i), 1000L * i));
        }
        for (Request<Long> request : requests) {
            assertEquals(1000, answer(request));
        }
        Pattern.checkFile(path("f"), 0, 64_000);

        List<ByteBuffer> targets = new ArrayList<>();
        requests.clear();
        for (int i = 0; i < 64; i++) {
            targets.add(ByteBuffer.allocate(1000));
            requests.add(file.readFully(targets.get(i), 1000L * i));
        }
        for (int i = 0; i < 64; i++) {
            assertEquals(1000, answer(requests.get(i)));
            Pattern.check(targets.get(i), 0, 1000L * i);
        }
    }

    @Test
    void refusalsAreFailedRequests() throws IOException {
        AsyncFile file = open(fileOf("f", 10), READ, WRITE);
        ByteBuffer buffer = ByteBuffer.allocate(8);

        expectFailure(Errno.EINVAL, file.readFully(buffer, -1));
        expectFailure(Errno.EINVAL, file.writeFully(buffer, -1));
        expectFailure(Errno.EINVAL, file.writeFully(buffer, Long.MAX_VALUE - 7));
        expectFailure(Errno.EINVAL, file.readFully(buffer.asReadOnlyBuffer(), 0));
        assertEquals(8, answer(file.writeFully(buffer.asReadOnlyBuffer(), 0)));
        expectFailure(Errno.EBADF, open(path("f"), READ).writeFully(buffer, 0));
        expectFailure(Errno.EBADF, open(path("f"), WRITE).readFully(buffer, 0));
    }

    @Test
    void nullArgumentsAreNamed() throws IOException {
        AsyncFile file = newFile("f");

        Nulls.refused("target", () -> file.readFully((ByteBuffer) null, 0));
        Nulls.refused("target", () -> file.readFully((Lease) null, 0));
        Nulls.refused("source", () -> file.writeFully((ByteBuffer) null, 0));
        Nulls.refused("source", () -> file.writeFully((Lease) null, 0));
    }
}
