package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and writes as other implementations' suites do them: written, read back, and compared, in many ways. */
class PeerTransferTest extends TckTest {
    private static final int BLOCK = 16 * 1024;

    @Test
    @Asserts({"FBSD-aio_file_poll"})
    void whatWasWrittenIsReadBackWhenPolled() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer buffer = Pattern.direct(BLOCK, 7, 0);
        ControlBlock block = block(file, buffer, 0);

        io().write(block);
        poll(block);
        assertEquals(BLOCK, io().result(block));
        buffer.put(0, new byte[BLOCK]);
        io().read(block);
        poll(block);
        assertEquals(BLOCK, io().result(block));

        Pattern.check(buffer, 7, 0);
    }

    private void poll(ControlBlock block) {
        Bounded.await("end of the request", () -> {
            try {
                Errno error = io().error(block);
                assertTrue(error == Errno.EINPROGRESS || error == Errno.SUCCESS, error::toString);
                return error == Errno.SUCCESS;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    @Asserts({"FBSD-aio_file_signal", "GLIBC-tst-aio4-a"})
    void theStatusIsFinalWhenTheEndIsTold() throws IOException {
        AsyncFile file = newFile("f");
        ControlBlock block = block(file, Pattern.direct(BLOCK, 7, 0), 0);
        Told told = new Told();

        io().write(block.sigEvent(SigEvent.call(told).value(34)));
        Notification notification = told.awaitOne();

        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(BLOCK, io().result(block));
        assertEquals(34, notification.value());
        assertSame(block, notification.block());
        assertEquals(BLOCK, notification.result());
        Pattern.checkFile(path("f"), 7, BLOCK);
    }

    @Test
    @Asserts({"GLIBC-tst-aio5-a"})
    void theCallbackIsToldTheValueOfItsEvent() throws IOException {
        Told told = new Told();
        ControlBlock block = writeBlock(newFile("f"), 100, 0);

        writeAndWait(block.sigEvent(SigEvent.call(told).value(27)));

        assertEquals(27, told.awaitOne().value());
    }

    @Test
    @Asserts({"FBSD-aio_file_waitcomplete"})
    void aQueueHandsBackTheRequestThatEnded() throws IOException {
        AsyncFile file = newFile("f");
        CompletionQueue queue = io().completionQueue();
        ControlBlock block = block(file, Pattern.direct(BLOCK, 7, 0), 0).sigEvent(SigEvent.queue(queue));

        io().write(block);

        assertSame(block, queue.take(Bounded.LIMIT));
        assertEquals(BLOCK, io().result(block));
        assertNull(queue.poll());
        Pattern.checkFile(path("f"), 7, BLOCK);
    }

    @Test
    @Asserts({
        "NBSD-write_then_read_back",
        "XNU-write_read",
        "LTP-aio_read-3-1",
        "LTP-aio_error-1-1",
        "LTP-aio_return-1-1"
    })
    void aBlockMayWriteAndThenReadItBack() throws IOException {
        AsyncFile file = newFile("f");
        for (int bytes : new int[] {111, 8 * 1024, 1024 * 1024}) {
            ByteBuffer buffer = Pattern.direct(bytes, bytes, 0);
            ControlBlock block = block(file, buffer, 0);

            assertEquals(bytes, writeAndWait(block));
            buffer.put(0, new byte[bytes]);
            assertEquals(bytes, readAndWait(block));

            Pattern.check(buffer, bytes, 0);
        }
    }

    @Test
    @Asserts({"GLIBC-tst-aio-2"})
    void readsStartedLastToFirstFillTheWholeBuffer() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ);
        ByteBuffer whole = ByteBuffer.allocateDirect(1000);
        ControlBlock[] pending = new ControlBlock[10];
        for (int i = 9; i >= 0; i--) {
            pending[i] = block(file, whole.slice(i * 100, 100), i * 100L);
            io().read(pending[i]);
        }

        for (int left = 10; left > 0; ) {
            assertTrue(io().suspend(pending, Bounded.LIMIT));
            for (int i = 0; i < pending.length; i++) {
                if (pending[i] != null && io().error(pending[i]) != Errno.EINPROGRESS) {
                    assertEquals(100, io().result(pending[i]));
                    pending[i] = null;
                    left--;
                }
            }
        }
        Pattern.check(whole, 0, 0);
    }

    @Test
    @Asserts({"GLIBC-tst-aio64-1"})
    void offsetsAbove4GiBWork() throws IOException {
        AsyncFile file = newFile("f");
        long[] offsets = {(1L << 31) - 50, 1L << 31, (1L << 32) - 50, 1L << 32, 5L << 30};
        for (long offset : offsets) {
            assertEquals(100, writeAndWait(writeBlock(file, 100, offset)));
        }

        for (long offset : offsets) {
            ByteBuffer back = ByteBuffer.allocate(100);
            assertEquals(100, readAndWait(block(file, back, offset)));
            Pattern.check(back, 0, offset);
        }
        assertEquals((5L << 30) + 100, answer(file.size()));
    }

    @Test
    @Asserts({"LTPK-aio01-wr", "LTPK-aio01-rd", "LTPK-aio01-verify"})
    void oneAtATimeEveryRequestMovesItsWholeLength() throws IOException {
        AsyncFile file = newFile("f");
        for (int i = 0; i < 10; i++) {
            assertEquals(8192, writeAndWait(writeBlock(file, 8192, i * 8192L)));
        }
        for (int i = 0; i < 10; i++) {
            ByteBuffer back = ByteBuffer.allocateDirect(8192);
            assertEquals(8192, readAndWait(block(file, back, i * 8192L)));
            Pattern.check(back, 0, i * 8192L);
        }
    }

    @Test
    @Asserts({"LTPK-aio02"})
    void manyAtATimeEachMovesItsWholeLengthWhateverTheFileIsOpenFor() throws IOException {
        fileOf("f", 32 * 65536);
        many(true, READ);
        many(true, READ, WRITE);
        many(false, WRITE);
        many(false, READ, WRITE);
        Pattern.checkFile(path("f"), 0, 32 * 65536);
        assumeCapability("DSYNC", path("f"), READ, WRITE, StandardOpenOption.DSYNC);
        many(false, READ, WRITE, StandardOpenOption.DSYNC);
        Pattern.checkFile(path("f"), 0, 32 * 65536);
    }

    @Test
    @Asserts({"LTPK-aio02"})
    void manyAtATimePastTheCacheEachMovesItsWholeLength() throws IOException {
        fileOf("f", 32 * 65536);
        many(true, openDirect(path("f"), READ));
        many(false, openDirect(path("f"), WRITE));
        many(false, openDirect(path("f"), READ, WRITE));
        Pattern.checkFile(path("f"), 0, 32 * 65536);
    }

    private void many(boolean read, OpenOption... options) throws IOException {
        many(read, open(path("f"), options));
    }

    private void many(boolean read, AsyncFile opened) throws IOException {
        try (AsyncFile file = opened) {
            CompletionQueue queue = io().completionQueue();
            Set<ControlBlock> blocks = new HashSet<>();
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Lease lease = io().lease(65536);
                leases.add(lease);
                Pattern.fill(lease.buffer(), 0, i * 65536L);
                ControlBlock block = io().controlBlock().file(file).lease(lease).offset(i * 65536L);
                blocks.add(block.sigEvent(SigEvent.queue(queue)));
                if (read) {
                    io().read(block);
                } else {
                    io().write(block);
                }
            }
            for (int i = 0; i < 32; i++) {
                ControlBlock block = queue.take(Bounded.LIMIT);
                assertTrue(blocks.remove(block), "handed out twice or never started: " + block);
                assertEquals(65536, io().result(block));
            }
            leases.forEach(Lease::close);
        }
    }

    @Test
    @Asserts({"LTPK-io_uring03-a", "LTPK-io_uring03-b"})
    void halvesWrittenApartAreReadAsOne() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer back = ByteBuffer.allocateDirect(4096);
        assertEquals(4096, writeAndWait(block(file, Pattern.direct(4096, 1, 0), 0)));
        assertEquals(4096, readAndWait(block(file, back, 0)));
        Pattern.check(back, 1, 0);

        ControlBlock first = block(file, Pattern.direct(2048, 2, 0), 0);
        ControlBlock second = block(file, Pattern.direct(2048, 2, 2048), 2048);
        io().write(first);
        io().write(second);
        assertEquals(2048, success(first));
        assertEquals(2048, success(second));

        assertEquals(4096, readAndWait(block(file, back, 0)));
        Pattern.check(back, 2, 0);
    }

    @Test
    @Asserts({"LTPK-io_submit02-none"})
    void nothingToStartIsAcceptedAndNothingMoves() throws IOException {
        List<TransferRecord> seen = faults().record();

        io().list(ListMode.WAIT, new ControlBlock[0], SigEvent.none());
        io().list(ListMode.NOWAIT, new ControlBlock[0], SigEvent.none());

        assertEquals(List.of(), seen);
    }

    @Test
    @Asserts({"JAF-datasync"})
    void aDataSyncWithNothingToDoSucceedsWhereTheFileIsOpenForWritingAndNowhereElse() throws IOException {
        AsyncFile file = newFile("f");
        AsyncFile readable = open(path("f"), READ);

        assertNull(answer(file.sync(SyncMode.DATA)));
        expectFailure(Errno.EBADF, readable.sync(SyncMode.DATA));
        file.close();
        expectFailure(Errno.EBADF, file.sync(SyncMode.DATA));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Asserts({"LTPK-dio_sparse"})
    void readersOfHolesThatAreWrittenWithZerosSeeZeros(boolean direct) throws IOException {
        int size = 4 * 1024 * 1024;
        makeLong(size);
        AsyncFile file = direct ? openDirect(path("f"), WRITE) : open(path("f"), WRITE);
        AsyncFile reading = open(path("f"), READ);
        List<Future<Object>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(background(() -> readZeros(reading, size)));
        }

        try (Lease zeros = io().lease(65536)) {
            for (int i = 0; i < size / 65536; i++) {
                assertEquals(65536, answer(file.write(zeros, i * 65536L)));
            }
        }

        readers.forEach(Bounded::get);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Asserts({"LTPK-dio_read"})
    void readersOfAFileThatIsWrittenAndSyncedBySeveralSeeAllOfItAndZeros(boolean direct) throws IOException {
        int size = 16 * 1024 * 1024;
        int length = 1024 * 1024;
        makeLong(size);
        AsyncFile reading = direct ? openDirect(path("f"), READ) : open(path("f"), READ);
        List<Future<Object>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            AsyncFile file = open(path("f"), WRITE);
            int first = i;
            writers.add(background(() -> {
                for (int at = first; at < size / length; at += 4) {
                    assertEquals(length, answer(file.write(ByteBuffer.allocateDirect(length), (long) at * length)));
                }
                return answer(file.sync(SyncMode.DATA));
            }));
        }

        readZeros(reading, size);

        writers.forEach(Bounded::get);
        readZeros(reading, size);
    }

    private void makeLong(long size) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(path("f").toFile(), "rw")) {
            sparse.setLength(size);
        }
    }

    /** Reads parts of a file of zeros, each of which must be there as a whole. */
    private Object readZeros(AsyncFile file, int size) throws AioException {
        byte[] ones = new byte[65536];
        Arrays.fill(ones, (byte) 1);
        ByteBuffer zeros = ByteBuffer.allocate(65536);
        try (Lease lease = io().lease(65536)) {
            for (int i = 0; i < 200; i++) {
                lease.buffer().put(0, ones);
                assertEquals(65536, answer(file.read(lease, (long) i * 7919 * 4096 % (size - 65536))));
                assertEquals(zeros, lease.buffer());
            }
        }
        return file;
    }
}
