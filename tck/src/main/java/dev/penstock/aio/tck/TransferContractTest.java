package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** aio_read and aio_write: how accepted requests end. */
class TransferContractTest extends TckTest {
    @Test
    @Asserts({"LTP-aio_read-1-1", "LTP-aio_read-4-1"})
    void aReadMovesTheBytesAtItsOffset() throws IOException {
        AsyncFile file = open(fileOf("f", 1024), READ);
        ByteBuffer quarter = ByteBuffer.allocateDirect(256);
        ByteBuffer half = ByteBuffer.allocate(512);

        assertEquals(256, readAndWait(block(file, quarter, 512)));
        assertEquals(512, readAndWait(block(file, half, 512)));

        Pattern.check(quarter, 0, 512);
        Pattern.check(half, 0, 512);
    }

    @Test
    void thereIsNoPositionThatAReadWouldMove() throws IOException {
        AsyncFile file = open(fileOf("f", 1024), READ);
        ByteBuffer buffer = ByteBuffer.allocate(100);
        ControlBlock block = block(file, buffer, 300);

        for (int i = 0; i < 3; i++) {
            assertEquals(100, readAndWait(block));
            Pattern.check(buffer, 0, 300);
            assertEquals(300, block.offset());
            assertEquals(0, buffer.position());
        }
    }

    @Test
    @Asserts({"LTP-aio_write-1-1-a", "LTP-aio_write-1-1-b", "LTP-aio_write-5-1"})
    void aWriteMovesItsBytesAndNoMore() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer back = ByteBuffer.allocate(513);

        assertEquals(512, writeAndWait(writeBlock(file, 512, 0)));

        assertEquals(512, readAndWait(block(file, back, 0)));
        Pattern.check(back.duplicate().limit(512), 0, 0);
        assertEquals(0, back.get(512));
        Pattern.checkFile(path("f"), 0, 512);
    }

    @Test
    @Asserts({"LTP-aio_read-5-1", "LTP-aio_write-3-1"})
    void theOpcodeIsIgnoredAndNotChanged() throws IOException {
        AsyncFile file = open(fileOf("f", 111), READ, WRITE);
        ByteBuffer buffer = ByteBuffer.allocate(111);
        ControlBlock read = block(file, buffer, 0).opcode(Opcode.WRITE);
        ControlBlock write = writeBlock(file, 111, 111).opcode(Opcode.READ);

        assertEquals(111, readAndWait(read));
        assertEquals(111, writeAndWait(write));

        assertEquals(Opcode.WRITE, read.opcode());
        assertEquals(Opcode.READ, write.opcode());
        Pattern.check(buffer, 0, 0);
        Pattern.checkFile(path("f"), 0, 222);
    }

    @Test
    @Asserts({"LTP-aio_read-7-1"})
    void aReadAtOrPastTheEndOfTheFileAnswersZero() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ);
        AsyncFile empty = newFile("empty");

        assertEquals(0, readAndWait(block(empty, ByteBuffer.allocate(111), 0)));
        assertEquals(0, readAndWait(block(file, ByteBuffer.allocate(111), 1000)));
        assertEquals(0, readAndWait(block(file, ByteBuffer.allocate(111), 1L << 40)));
    }

    @Test
    void aReadAcrossTheEndOfTheFileAnswersTheBytesThereAre() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ);
        ByteBuffer buffer = ByteBuffer.allocate(4096);

        assertEquals(100, readAndWait(block(file, buffer, 900)));

        Pattern.check(buffer.duplicate().limit(100), 0, 900);
        assertEquals(0, buffer.get(100));
    }

    @Test
    void aShortReadIsNotTriedAgain() throws IOException {
        AsyncFile file = open(fileOf("f", 1000), READ);
        faults().limit(Faults.kind(TransferKind.READ), 70, 1);
        List<TransferRecord> seen = faults().record();

        assertEquals(70, readAndWait(block(file, ByteBuffer.allocate(500), 0)));

        assertEquals(2, seen.size(), seen::toString);
    }

    @Test
    void aShortWriteIsNotTriedAgain() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 70, 1);
        List<TransferRecord> seen = faults().record();

        assertEquals(70, writeAndWait(writeBlock(file, 500, 0)));

        assertEquals(2, seen.size(), seen::toString);
        Pattern.checkFile(path("f"), 0, 70);
    }

    @Test
    void theErrorComesWithTheTransferAfterTheShortOne() throws IOException {
        AsyncFile file = newFile("f");
        faults().limit(Faults.kind(TransferKind.WRITE), 70, 1);
        ControlBlock first = writeBlock(file, 500, 0);
        assertEquals(70, writeAndWait(first));

        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        io().write(first.offset(70).length(430));

        failure(Errno.ENOSPC, first);
        assertEquals(500, writeAndWait(writeBlock(file, 500, 0)));
    }

    @Test
    void aRequestLargerThanOneTransferEndsShortAtWorstAndTheRestCanBeRead() throws IOException {
        long size = 33L << 26;
        try (FileChannel sparse = FileChannel.open(path("f"), WRITE, CREATE_NEW)) {
            sparse.write(Pattern.heap(1000, 0, size - 1000), size - 1000);
        }
        AsyncFile file = openQuickly(path("f"));
        ByteBuffer part = ByteBuffer.allocateDirect((1 << 26) + file.alignmentBytes())
                .alignedSlice(file.alignmentBytes())
                .limit(1 << 26);
        ByteBuffer[] parts = new ByteBuffer[33];
        Arrays.setAll(parts, i -> part.duplicate());
        ControlBlock block = io().controlBlock().file(file).buffers(parts);
        assertEquals(size, block.length());

        long moved = readAndWait(block);

        assertTrue(moved > 0 && moved <= size, () -> "moved=" + moved);
        long position = Math.min(moved, size - (1 << 20)) & -file.alignmentBytes();
        while (position < size) {
            long more = readAndWait(block(file, part, position));
            assertTrue(more > 0, "nothing at " + position + " of " + size);
            position += more;
            if (position == size) {
                Pattern.check(part.slice((int) more - 1000, 1000), 0, size - 1000);
            }
        }
    }

    /** Opens a large file past the page cache where that is possible: to fill the cache takes seconds. */
    private AsyncFile openQuickly(Path path) throws IOException {
        boolean isDirect = io().provider().capabilities().contains("DIRECT") && JdkDirect.isPossibleIn(directory);
        return isDirect ? openDirect(path, READ) : open(path, READ);
    }

    @Test
    @Asserts({"LTPK-io_submit01-zero"})
    void aRequestForNoBytesEndsWithZeroIsToldAndTouchesNoDevice() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        List<TransferRecord> seen = faults().record();
        Told told = new Told();
        SigEvent event = SigEvent.call(told);

        assertEquals(0, readAndWait(block(file, ByteBuffer.allocate(0), 0).sigEvent(event)));
        told.await(1);
        assertEquals(
                0,
                writeAndWait(block(file, ByteBuffer.allocate(10), 50).length(0).sigEvent(event)));
        told.await(2);

        assertEquals(List.of(), seen);
        assertEquals(Errno.SUCCESS, told.all().get(1).error());
        assertEquals(0, told.all().get(1).result());
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void aRequestForNoBytesIsCheckedAsAnyOther() throws IOException {
        AsyncFile readable = open(fileOf("f", 100), READ);
        ByteBuffer none = ByteBuffer.allocate(0);

        expectErrno(Errno.EBADF, () -> io().write(block(readable, none, 0)));
        expectErrno(Errno.EINVAL, () -> io().read(block(readable, none, -1)));
        expectErrno(Errno.EINVAL, () -> io().read(block(readable, none, 0).priority(-1)));
        readable.close();
        expectErrno(Errno.EBADF, () -> io().read(block(readable, none, 0)));
    }

    @Test
    @Asserts({"LTP-aio_read-A6", "LTP-aio_write-A4"})
    void nothingIsMovedPastTheLargestOffset() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        ControlBlock write = writeBlock(file, 1, Long.MAX_VALUE - 1);
        ControlBlock read = block(file, ByteBuffer.allocate(1), Long.MAX_VALUE - 1);
        io().write(write);
        io().read(read);
        awaitDone(write, read);

        assertTrue(Set.of(Errno.EFBIG, Errno.EINVAL).contains(io().error(write)), () -> "write " + write);
        assertEquals(-1, io().result(write));
        Errno error = io().error(read);
        assertTrue(Set.of(Errno.SUCCESS, Errno.EINVAL, Errno.EOVERFLOW).contains(error), error::toString);
        assertEquals(error == Errno.SUCCESS ? 0 : -1, io().result(read));
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void theSystemsErrorIsTheStatus() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ);
        faults().fail(Faults.kind(TransferKind.READ), Errno.EIO, 1);
        ControlBlock block = block(file, ByteBuffer.allocate(10), 0);
        io().read(block);
        awaitDone(block);

        assertEquals(Errno.EIO, io().error(block));
        assertEquals(5, io().errorNumber(block));
        assertEquals(-1, io().result(block));
        assertEquals(10, readAndWait(block));
        assertFalse(file.isPoisoned());
    }

    @Test
    void aTransferThatTheLaneHandsBackIsDispatchedAgain() throws IOException {
        AsyncFile file = newFile("f");
        faults().repeat(transfer -> true, 3);

        assertEquals(100, writeAndWait(writeBlock(file, 100, 0)));
        faults().repeat(transfer -> true, 3);
        ByteBuffer back = ByteBuffer.allocate(100);
        assertEquals(100, readAndWait(block(file, back, 0)));

        Pattern.check(back, 0, 0);
    }
}
