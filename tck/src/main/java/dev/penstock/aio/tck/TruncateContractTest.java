package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.TransferRecord.Event;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Truncate, which stands in order with every other request of its file, and size, which stands in none. */
class TruncateContractTest extends TckTest {
    @Test
    @Asserts({"JDK-Basic-truncate-a", "JDK-Basic-truncate-b"})
    void truncateCutsAFileAndNeverMakesItLonger() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);

        answer(file.truncate(1001));
        assertEquals(1000, Files.size(path("f")));
        answer(file.truncate(1000));
        assertEquals(1000, Files.size(path("f")));
        answer(file.truncate(Long.MAX_VALUE));
        assertEquals(1000, Files.size(path("f")));
        answer(file.truncate(999));

        Pattern.checkFile(path("f"), 0, 999);
        assertEquals(999, answer(file.size()));
        answer(file.truncate(0));
        assertEquals(0, Files.size(path("f")));
    }

    @Test
    @Asserts("JDK-Basic-truncate-b")
    void aNegativeSizeIsEINVALAndTheFileIsAsBefore() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);

        expectFailure(Errno.EINVAL, file.truncate(-1));
        expectFailure(Errno.EINVAL, file.truncate(Long.MIN_VALUE));

        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    @Asserts("JDK-Basic-truncate-b")
    void aFileThatIsNotOpenForWritingIsEBADF() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ);

        expectFailure(Errno.EBADF, file.truncate(50));

        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void readsPastTheNewEndFindNothingAndALaterWriteLeavesAHoleOfZeros() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        answer(file.truncate(100));

        assertEquals(0, answer(file.read(ByteBuffer.allocate(100), 100)));
        assertEquals(40, answer(file.read(ByteBuffer.allocate(100), 60)));
        answer(file.write(Pattern.heap(100, 0, 900), 900));

        byte[] content = Files.readAllBytes(path("f"));
        assertEquals(1000, content.length);
        Pattern.check(ByteBuffer.wrap(content, 0, 100), 0, 0);
        for (int i = 100; i < 900; i++) {
            assertEquals(0, content[i], "position=" + i);
        }
        Pattern.check(ByteBuffer.wrap(content, 900, 100), 0, 900);
    }

    @ParameterizedTest
    @ValueSource(strings = {"READ", "WRITE"})
    void truncateWaitsForEveryEarlierRequestAndEveryLaterOneWaitsForIt(TransferKind held) throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        List<TransferRecord> records = faults().record();
        Hold hold = faults().hold(Faults.kind(held));
        Request<Long> earlierWrite = file.write(Pattern.heap(100, 0, 1000), 1000);
        Request<Long> earlierRead = file.read(ByteBuffer.allocate(1000), 0);
        hold.awaitHeld(1);

        Request<Void> truncate = file.truncate(500);
        Request<Long> laterWrite = file.write(Pattern.heap(100, 0, 500), 500);
        Request<Long> laterRead = file.read(ByteBuffer.allocate(1000), 1);

        assertFalse(truncate.isDone());
        hold.release();
        assertEquals(100, answer(earlierWrite));
        assertEquals(1000, answer(earlierRead));
        answer(truncate);
        assertEquals(100, answer(laterWrite));
        assertTrue(answer(laterRead) >= 499);
        Pattern.checkFile(path("f"), 0, 600);
        int staged = find(records, Event.STAGED, TransferKind.TRUNCATE, 500);
        int ended = find(records, Event.COMPLETED, TransferKind.TRUNCATE, 500);
        assertTrue(find(records, Event.COMPLETED, TransferKind.WRITE, 1000) < staged, records::toString);
        assertTrue(find(records, Event.COMPLETED, TransferKind.READ, 0) < staged, records::toString);
        assertTrue(find(records, Event.STAGED, TransferKind.WRITE, 500) > ended, records::toString);
        assertTrue(find(records, Event.STAGED, TransferKind.READ, 1) > ended, records::toString);
    }

    private static int find(List<TransferRecord> records, Event event, TransferKind kind, long offset) {
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).is(event, kind) && records.get(i).offset() == offset) {
                return i;
            }
        }
        throw new AssertionError("no " + event + " of " + kind + " at " + offset + " in " + records);
    }

    @Test
    void requestsOfOtherFilesDoNotWaitForATruncate() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        AsyncFile other = open(fileOf("other", 1000), READ);
        Hold hold = hold(TransferKind.TRUNCATE);
        Request<Void> truncate = file.truncate(10);
        hold.awaitHeld(1);
        Request<Long> behind = file.read(ByteBuffer.allocate(1000), 0);

        assertEquals(1000, answer(other.read(ByteBuffer.allocate(1000), 0)));

        assertFalse(behind.isDone());
        hold.release();
        answer(truncate);
        assertEquals(10, answer(behind));
    }

    @Test
    void aSyncCoversAnEarlierTruncate() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        List<TransferRecord> records = faults().record();
        Hold hold = hold(TransferKind.TRUNCATE);
        Request<Void> truncate = file.truncate(10);
        hold.awaitHeld(1);

        Request<Void> sync = file.sync(SyncMode.FULL);

        assertTrue(records.stream().noneMatch(record -> record.is(Event.STAGED, TransferKind.SYNC)));
        hold.release();
        answer(sync);
        assertTrue(truncate.isDone());
    }

    @Test
    void truncatesAndWritesEndAsIfDoneOneAfterTheOther() throws IOException {
        AsyncFile file = newFile("f");
        List<Request<?>> requests = new ArrayList<>();
        for (int round = 1; round <= 100; round++) {
            requests.add(file.write(Pattern.heap(round, 0, 0), 0));
            requests.add(file.write(Pattern.heap(50, 1, 200), 200));
            requests.add(file.truncate(round));
        }

        for (Request<?> request : requests) {
            answer(request);
        }

        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void aTruncateThatWaitsCanBeCanceledAndWhatWaitsBehindItGoesOn() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        Hold hold = hold(TransferKind.READ);
        Request<Long> earlier = file.read(ByteBuffer.allocate(10), 0);
        Request<Void> truncate = file.truncate(10);
        Request<Long> later = file.write(Pattern.heap(100, 0, 1000), 1000);
        hold.awaitHeld(1);

        assertEquals(CancelResult.CANCELED, truncate.cancel());

        expectFailure(Errno.ECANCELED, truncate);
        hold.release();
        assertEquals(10, answer(earlier));
        assertEquals(100, answer(later));
        Pattern.checkFile(path("f"), 0, 1100);
    }

    @Test
    void aTruncateThatRunsIsNotCanceled() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        Hold hold = hold(TransferKind.TRUNCATE);
        Request<Void> truncate = file.truncate(10);
        hold.awaitHeld(1);

        assertEquals(CancelResult.NOT_CANCELED, truncate.cancel());
        hold.release();

        answer(truncate);
        assertEquals(CancelResult.ALL_DONE, truncate.cancel());
        assertEquals(10, Files.size(path("f")));
    }

    @Test
    void aTruncateThatFailsHasItsErrnoAndWhatWaitsBehindItGoesOn() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        faults().fail(Faults.kind(TransferKind.TRUNCATE), Errno.EIO, 1);

        Request<Void> truncate = file.truncate(10);
        Request<Long> later = file.write(Pattern.heap(100, 0, 1000), 1000);

        expectFailure(Errno.EIO, truncate);
        assertEquals(100, answer(later));
        assertFalse(file.isPoisoned());
        Pattern.checkFile(path("f"), 0, 1100);
    }

    @Test
    void afterATruncateAppendsGoToTheNewEnd() throws IOException {
        Path path = fileOf("f", 1000);
        assumeCapability("APPEND", path, APPEND);
        AsyncFile file = open(path, APPEND);

        Request<Long> before = file.write(ByteBuffer.allocate(100), 0);
        Request<Void> truncate = file.truncate(500);
        Request<Long> after = file.write(Pattern.heap(100, 0, 500), 0);

        answer(before);
        answer(truncate);
        answer(after);
        Pattern.checkFile(path("f"), 0, 600);
    }

    @Test
    @Asserts("JAF-size")
    void sizeIsExactForEmptySmallAndHugeFiles() throws IOException {
        AsyncFile empty = newFile("empty");
        AsyncFile small = open(fileOf("small", 12_345), READ);
        long huge = (5L << 30) + 7;
        try (RandomAccessFile sparse = new RandomAccessFile(path("huge").toFile(), "rw")) {
            sparse.setLength(huge);
        }

        assertEquals(0, answer(empty.size()));
        assertEquals(12_345, answer(small.size()));
        assertEquals(huge, answer(open(path("huge"), READ).size()));
    }

    @Test
    void sizeWaitsForNobodyAndNobodyWaitsForIt() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ, WRITE);
        Hold writes = hold(TransferKind.WRITE);
        Request<Long> write = file.write(Pattern.heap(100, 0, 1000), 1000);
        writes.awaitHeld(1);
        Request<Void> sync = file.sync(SyncMode.DATA);

        assertEquals(1000, answer(file.size()));

        assertFalse(write.isDone());
        assertFalse(sync.isDone());
        Hold sizes = hold(TransferKind.SIZE);
        Request<Long> size = file.size();
        sizes.awaitHeld(1);
        assertEquals(1000, answer(file.read(ByteBuffer.allocate(1000), 0)));
        writes.release();
        answer(sync);
        assertFalse(size.isDone());
        sizes.release();
        assertEquals(1100, answer(size));
    }

    @Test
    @Asserts("XFS-extend-stat")
    void theSizeThatAWriteMakesIsVisibleWhenTheWriteIsDone() throws IOException {
        AsyncFile file = newFile("f");
        for (int i = 0; i < Race.ROUNDS; i++) {
            assertEquals(3, answer(file.write(ByteBuffer.allocate(3), 3L * i)));

            assertEquals(3L * i + 3, Files.size(path("f")));
            assertEquals(3L * i + 3, answer(file.size()));
        }
    }
}
