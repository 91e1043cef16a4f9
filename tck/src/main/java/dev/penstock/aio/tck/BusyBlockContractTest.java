package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A block, its fields and its memory while its request is under way, and its next life after that. */
class BusyBlockContractTest extends TckTest {
    @Test
    void aBlockInFlightAnswersEBUSYToAnotherStartAndItsRequestIsUntouched() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(file, 512, 0);
        io().write(block);

        expectErrno(Errno.EBUSY, () -> io().write(block));
        expectErrno(Errno.EBUSY, () -> io().read(block));
        expectErrno(Errno.EBUSY, () -> io().sync(SyncMode.FULL, block));
        assertEquals(1, block.sequence());
        assertEquals(Errno.EINPROGRESS, io().error(block));
        hold.release();

        assertEquals(512, success(block));
        Pattern.checkFile(path("f"), 0, 512);
    }

    @Test
    void aBlockThatIsDoneButNotCollectedAnswersEBUSYAndKeepsItsResult() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 512, 0);
        io().write(block);
        awaitDone(block);

        expectErrno(Errno.EBUSY, () -> io().write(block));
        expectErrno(Errno.EBUSY, () -> io().read(block));

        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(512, io().result(block));
    }

    @Test
    void settersOfABlockInFlightAnswerEBUSYAndChangeNothing() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(file, 512, 0);
        io().write(block);

        expectErrno(Errno.EBUSY, () -> block.file(file));
        expectErrno(Errno.EBUSY, () -> block.offset(4096));
        expectErrno(Errno.EBUSY, () -> block.buffer(ByteBuffer.allocate(1)));
        expectErrno(Errno.EBUSY, () -> block.buffers(ByteBuffer.allocate(1), ByteBuffer.allocate(1)));
        expectErrno(Errno.EBUSY, () -> block.length(1));
        expectErrno(Errno.EBUSY, () -> block.priority(1));
        expectErrno(Errno.EBUSY, () -> block.opcode(Opcode.READ));
        expectErrno(Errno.EBUSY, () -> block.sigEvent(SigEvent.none()));
        try (Lease lease = io().lease(16)) {
            expectErrno(Errno.EBUSY, () -> block.lease(lease));
        }
        assertEquals(0, block.offset());
        assertEquals(512, block.length());
        assertEquals(0, block.priority());
        assertEquals(Opcode.NOP, block.opcode());
        hold.release();

        assertEquals(512, success(block));
        Pattern.checkFile(path("f"), 0, 512);
    }

    @Test
    void theAttachmentMayBeSetAtAnyTime() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(newFile("f"), 512, 0).attachment("before");
        io().write(block);

        block.attachment("during");
        hold.release();

        assertEquals(512, success(block));
        assertEquals("during", block.attachment());
    }

    @Test
    void laterChangesOfABuffersPositionAndLimitHaveNoEffect() throws IOException {
        ByteBuffer buffer = Pattern.direct(100, 0, 0);
        ControlBlock block = block(newFile("f"), buffer, 0);
        buffer.position(50).limit(60);

        assertEquals(100, writeAndWait(block));

        assertEquals(50, buffer.position());
        assertEquals(60, buffer.limit());
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    @Asserts({"NIX-drop-inflight-old"})
    void aBufferThatNobodyElseRefersToIsKeptUntilTheRequestIsDone() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        for (int i = 0; i < 16; i++) {
            io().write(writeBlock(file, 64 * 1024, i * 64L * 1024));
        }
        hold.awaitHeld(1);

        for (int i = 0; i < 4; i++) {
            System.gc();
            Pattern.direct(1024 * 1024, 99, 0);
        }
        hold.release();
        file.close();

        Pattern.checkFile(path("f"), 0, 16 * 64 * 1024);
    }

    @Test
    void aBufferThatIsChangedInFlightHarmsNothingButItsContent() throws AioException {
        AsyncFile file = newFile("f");
        ByteBuffer buffer = Pattern.direct(4096, 0, 0);
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = block(file, buffer, 0);
        io().write(block);

        Pattern.fill(buffer, 1, 0);
        hold.release();

        assertEquals(4096, success(block));
        assertEquals(4096, readAndWait(block(file, ByteBuffer.allocate(4096), 0)));
    }

    @Test
    void overlappingWritesEndEachByItselfAndLeaveBytesOfOneOrTheOther() throws IOException {
        AsyncFile file = newFile("f");
        ControlBlock first = block(file, filled(8192, (byte) 1), 0);
        ControlBlock second = block(file, filled(8192, (byte) 2), 4096);
        io().write(first);
        io().write(second);

        assertEquals(8192, success(first));
        assertEquals(8192, success(second));
        ByteBuffer content = ByteBuffer.allocate(12288);
        assertEquals(12288, readAndWait(block(file, content, 0)));
        for (int i = 0; i < content.capacity(); i++) {
            int found = content.get(i);
            assertTrue(i < 4096 ? found == 1 : i >= 8192 ? found == 2 : found == 1 || found == 2, "position=" + i);
        }
    }

    private static ByteBuffer filled(int bytes, byte value) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, value);
        return ByteBuffer.wrap(content);
    }

    @Test
    void aCollectedBlockStartsItsNextLifeWithTheNextNumber() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 512, 0);

        for (int life = 1; life <= 5; life++) {
            assertEquals(512, writeAndWait(block));
            assertEquals(life, block.sequence());
            assertFalse(block.isBusy());
            assertSame(file, block.file());
            block.offset(life * 512L);
        }
    }

    @Test
    void aBlockUsedAgainAndAgainNeverSeesTheResultOfAnEarlierLife() throws IOException {
        AsyncFile file = open(fileOf("f", 4096), READ);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        ControlBlock block = io().controlBlock().file(file).buffer(buffer);
        AtomicInteger told = new AtomicInteger();
        Told last = new Told();

        for (int life = 1; life <= Race.ROUNDS; life++) {
            int length = 1 + life % 4000;
            block.length(length).offset(life % 90).sigEvent(SigEvent.call(Runnable::run, n -> told.incrementAndGet()));
            if (life == Race.ROUNDS) {
                block.sigEvent(SigEvent.call(last));
            }
            assertEquals(length, readAndWait(block));
            assertEquals(life, block.sequence());
            Pattern.check(buffer.duplicate().limit(length), 0, life % 90);
        }

        assertEquals(Race.ROUNDS, last.awaitOne().sequence());
        Bounded.await("every life told", () -> told.get() >= Race.ROUNDS - 1);
        assertEquals(Race.ROUNDS - 1, told.get());
    }
}
