package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** aio_read and aio_write: what is accepted, and what is refused at the call. */
class SubmitContractTest extends TckTest {
    /** A start of a block: the same refusal is asked of both. */
    private interface Start {
        void start(ControlBlock block) throws AioException;
    }

    private Start read() {
        return io()::read;
    }

    private Start write() {
        return io()::write;
    }

    /** Asserts that a start of a new block is refused, and that nothing of it is left. */
    private void refused(Errno expected, Start start, ControlBlock block) {
        expectErrno(expected, () -> start.start(block));
        assertFalse(block.isBusy());
        assertEquals(0, block.sequence());
        expectErrno(Errno.EINVAL, () -> io().error(block));
        expectErrno(Errno.EINVAL, () -> io().result(block));
    }

    @Test
    @Asserts({"LTP-aio_error-2-1"})
    void acceptedRequestsAreInProgressUntilTheyEnd() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock[] blocks = new ControlBlock[128];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(file, 1024, 0);
            io().write(blocks[i]);
        }

        for (ControlBlock block : blocks) {
            assertEquals(Errno.EINPROGRESS, io().error(block));
            assertEquals(Errno.EINPROGRESS.number(), io().errorNumber(block));
            assertTrue(block.isBusy());
        }
        hold.release();

        for (ControlBlock block : blocks) {
            assertEquals(1024, success(block));
        }
    }

    @Test
    @Asserts({"LTP-aio_write-7-1"})
    void theRequestPastTheLimitAnswersEAGAINAtOnceAndItsBlockIsAsBefore() throws AioException {
        UnderTest small = start(Map.of("max.requests", 8));
        AsyncIo io = small.io();
        AsyncFile file = io.open(path("f"), WRITE, CREATE);
        Hold hold = small.faults().hold(transfer -> true);
        ControlBlock[] blocks = new ControlBlock[8];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io.controlBlock().file(file).buffer(Pattern.heap(10, 0, 0));
            io.write(blocks[i]);
        }
        ControlBlock extra = io.controlBlock().file(file).buffer(Pattern.heap(10, 0, 0));

        expectErrno(Errno.EAGAIN, () -> io.write(extra));
        assertFalse(extra.isBusy());
        assertEquals(0, extra.sequence());
        expectErrno(Errno.EINVAL, () -> io.error(extra));
        hold.release();
        for (ControlBlock block : blocks) {
            assertTrue(io.suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        }
        io.write(extra);
        assertTrue(io.suspend(new ControlBlock[] {extra}, Bounded.LIMIT));

        assertEquals(10, io.result(extra));
        assertEquals(8, io.limits().maxRequests());
    }

    @Test
    @Asserts({"LTP-aio_write-8-1", "LTPK-io_submit01-badfd"})
    void aClosedFileAnswersEBADFAtTheCall() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 512, 0);
        file.close();

        refused(Errno.EBADF, write(), block);
        refused(Errno.EBADF, read(), block);
    }

    @Test
    void aReadOfAFileOpenForWritingAnswersEBADFAtTheCall() throws IOException {
        AsyncFile file = open(fileOf("f", 10), WRITE);

        refused(Errno.EBADF, read(), block(file, ByteBuffer.allocate(5), 0));
    }

    @Test
    void aWriteToAFileOpenForReadingAnswersEBADFAtTheCall() throws IOException {
        AsyncFile file = open(fileOf("f", 10), READ);

        refused(Errno.EBADF, write(), block(file, ByteBuffer.allocate(5), 0));
        Pattern.checkFile(path("f"), 0, 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -4096, Long.MIN_VALUE})
    @Asserts({"LTP-aio_read-11-1", "LTP-aio_write-9-1"})
    void aNegativeOffsetAnswersEINVALAtTheCall(long offset) throws IOException {
        AsyncFile file = open(fileOf("f", 111), READ, WRITE);

        refused(Errno.EINVAL, read(), block(file, ByteBuffer.allocate(111), offset));
        refused(Errno.EINVAL, write(), block(file, ByteBuffer.allocate(111), offset));
        Pattern.checkFile(path("f"), 0, 111);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 11, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE})
    void aLengthThatIsNegativeOrMoreThanTheBufferAnswersEINVALAtTheCall(long length) throws AioException {
        AsyncFile file = newFile("f");

        refused(Errno.EINVAL, read(), block(file, ByteBuffer.allocate(10), 0).length(length));
        refused(Errno.EINVAL, write(), block(file, ByteBuffer.allocate(10), 0).length(length));
    }

    @Test
    void anEndBeyondALongAnswersEINVALAtTheCall() throws AioException {
        AsyncFile file = newFile("f");

        refused(Errno.EINVAL, read(), block(file, ByteBuffer.allocate(2), Long.MAX_VALUE - 1));
        refused(Errno.EINVAL, write(), block(file, ByteBuffer.allocate(2), Long.MAX_VALUE - 1));
        refused(Errno.EINVAL, write(), block(file, ByteBuffer.allocate(1), Long.MAX_VALUE));
    }

    @Test
    void aBlockWithoutABufferAnswersEINVALAtTheCall() throws AioException {
        ControlBlock block = io().controlBlock().file(newFile("f"));

        refused(Errno.EINVAL, read(), block);
        refused(Errno.EINVAL, write(), block);
    }

    @Test
    void aBlockWithoutAFileAnswersEINVALAtTheCall() throws AioException {
        ControlBlock block = io().controlBlock().buffer(ByteBuffer.allocate(1));

        refused(Errno.EINVAL, read(), block);
        refused(Errno.EINVAL, write(), block);
    }

    @Test
    void aReadIntoAReadOnlyBufferAnswersEINVALAtTheCall() throws AioException {
        AsyncFile file = newFile("f");

        refused(Errno.EINVAL, read(), block(file, ByteBuffer.allocate(10).asReadOnlyBuffer(), 0));
        refused(Errno.EINVAL, read(), block(file, ByteBuffer.allocateDirect(10).asReadOnlyBuffer(), 0));
    }

    @Test
    void aWriteFromAReadOnlyBufferIsAccepted() throws IOException {
        AsyncFile file = newFile("f");

        assertEquals(10, writeAndWait(block(file, Pattern.heap(10, 0, 0).asReadOnlyBuffer(), 0)));
        assertEquals(10, writeAndWait(block(file, Pattern.direct(10, 0, 10).asReadOnlyBuffer(), 10)));

        Pattern.checkFile(path("f"), 0, 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    @Asserts({"LTP-aio_read-8-1", "LTP-aio_read-11-2", "LTP-aio_write-6-1", "LTP-aio_write-9-2"})
    void aPriorityOutOfRangeAnswersEINVALAtTheCall(int priority) throws AioException {
        AsyncFile file = newFile("f");

        refused(Errno.EINVAL, read(), writeBlock(file, 10, 0).priority(priority));
        refused(Errno.EINVAL, write(), writeBlock(file, 10, 0).priority(priority));
    }

    @Test
    void thePriorityIsCheckedBeforeAnythingElse() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 10, 0).priority(-1);
        file.close();

        refused(Errno.EINVAL, write(), block);
    }

    @Test
    void theLimitOfPrioritiesIsTheConfiguredOne() throws AioException {
        UnderTest other = start(Map.of("max.priority", 3));
        AsyncIo io = other.io();
        AsyncFile file = io.open(path("f"), READ, WRITE, CREATE);
        ControlBlock block = io.controlBlock().file(file).buffer(Pattern.heap(10, 0, 0));

        assertEquals(3, io.limits().maxPriority());
        expectErrno(Errno.EINVAL, () -> io.write(block.priority(4)));
        io.write(block.priority(3));
        assertTrue(io.suspend(new ControlBlock[] {block}, Bounded.LIMIT));

        assertEquals(10, io.result(block));
        assertEquals(20, io().limits().maxPriority());
    }

    @Test
    void listenersWithoutANotificationServiceAnswerEINVALAtTheCall() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 10, 0).sigEvent(SigEvent.listeners("tag"));

        refused(Errno.EINVAL, write(), block);
        refused(Errno.EINVAL, read(), block);
    }

    @Test
    void objectsOfAnotherInstanceAreRefused() throws AioException {
        AsyncIo other = start(Map.of()).io();
        AsyncFile file = newFile("f");

        assertThrows(IllegalArgumentException.class, () -> io().write(other.controlBlock()));
        assertThrows(
                IllegalArgumentException.class,
                () -> io().write(other.controlBlock().file(file).buffer(ByteBuffer.allocate(1))));
        assertThrows(IllegalArgumentException.class, () -> {
            SigEvent foreign = SigEvent.queue(other.completionQueue());
            io().write(writeBlock(file, 1, 0).sigEvent(foreign));
        });
    }

    @Test
    void nullArgumentsAreNamed() throws AioException {
        ControlBlock block = io().controlBlock();

        named("block", assertThrows(NullPointerException.class, () -> io().read(null)));
        named("block", assertThrows(NullPointerException.class, () -> io().write(null)));
        named("file", assertThrows(NullPointerException.class, () -> block.file(null)));
        named("buffer", assertThrows(NullPointerException.class, () -> block.buffer(null)));
        named("lease", assertThrows(NullPointerException.class, () -> block.lease(null)));
        named("opcode", assertThrows(NullPointerException.class, () -> block.opcode(null)));
        named("event", assertThrows(NullPointerException.class, () -> block.sigEvent(null)));
    }

    private static void named(String name, NullPointerException e) {
        assertTrue(e.getMessage() != null && e.getMessage().contains(name), e::toString);
    }

    @Test
    void aRefusedBlockKeepsWhatWasSetAndCanBeStartedOnceItIsRight() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 10, 7).priority(-1).attachment(this);
        expectErrno(Errno.EINVAL, () -> io().write(block));

        assertSame(file, block.file());
        assertEquals(7, block.offset());
        assertEquals(10, block.length());
        assertEquals(-1, block.priority());
        assertSame(this, block.attachment());
        assertEquals(10, writeAndWait(block.priority(0)));
        assertEquals(1, block.sequence());
    }

    @Test
    void aNewBlockHasNothingSet() {
        ControlBlock block = io().controlBlock();

        assertNull(block.file());
        assertNull(block.attachment());
        assertEquals(0, block.offset());
        assertEquals(0, block.length());
        assertEquals(0, block.priority());
        assertEquals(0, block.sequence());
        assertFalse(block.isBusy());
        assertSame(SigEvent.none(), block.sigEvent());
    }
}
