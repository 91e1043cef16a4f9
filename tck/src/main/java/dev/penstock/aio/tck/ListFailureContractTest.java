package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** lio_listio: entries that fail, are canceled or are refused while the others run. */
class ListFailureContractTest extends TckTest {
    private static final int BYTES = 512;

    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock write(long offset) throws AioException {
        return writeBlock(file, BYTES, offset).opcode(Opcode.WRITE);
    }

    private void list(ListMode mode, ControlBlock... blocks) throws AioException {
        io().list(mode, blocks, SigEvent.none());
    }

    @Test
    void waitAnswersEIOIfAnEntryFailsAndEveryEntryTellsItsOwn() throws AioException {
        faults().fail(Faults.at(BYTES), Errno.ENOSPC, 1);
        ControlBlock good = write(0);
        ControlBlock bad = write(BYTES);

        expectErrno(Errno.EIO, () -> list(ListMode.WAIT, good, bad));

        assertEquals(Errno.SUCCESS, io().error(good));
        assertEquals(BYTES, io().result(good));
        assertEquals(Errno.ENOSPC, io().error(bad));
        assertEquals(-1, io().result(bad));
    }

    @Test
    void nowaitDoesNotAnswerForEntriesThatFailLater() throws AioException {
        faults().fail(Faults.at(BYTES), Errno.ENOSPC, 1);
        ControlBlock good = write(0);
        ControlBlock bad = write(BYTES);

        list(ListMode.NOWAIT, good, bad);

        assertEquals(BYTES, success(good));
        failure(Errno.ENOSPC, bad);
    }

    @Test
    void waitAnswersEIOIfAnEntryIsCanceled() throws IOException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncIo io = narrow.io();
        Hold hold = narrow.faults().hold(transfer -> true);
        AsyncFile other = io.open(fileOf("g", BYTES));
        ControlBlock[] blocks = new ControlBlock[2];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io.controlBlock()
                    .file(other)
                    .buffer(ByteBuffer.allocate(BYTES))
                    .opcode(Opcode.READ);
        }
        Future<AioException> answer =
                background(() -> expectErrno(Errno.EIO, () -> io.list(ListMode.WAIT, blocks, SigEvent.none())));
        hold.awaitHeld(1);
        Bounded.await("both to be started", () -> blocks[0].sequence() + blocks[1].sequence() == 2);

        CancelResult first = io.cancel(blocks[0]);
        CancelResult second = io.cancel(blocks[1]);
        hold.release();

        Bounded.get(answer);
        assertEquals(first == CancelResult.CANCELED, io.error(blocks[0]) == Errno.ECANCELED);
        assertEquals(second == CancelResult.CANCELED, io.error(blocks[1]) == Errno.ECANCELED);
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    @Asserts("LTP-lio_listio-11-1")
    void anEntryThatIsRefusedFailsByItselfTheOthersRunAndTheCallAnswersEIO(ListMode mode) throws IOException {
        AsyncFile closed = newFile("closed");
        closed.close();
        AsyncFile readOnly = open(fileOf("g", BYTES));
        ControlBlock first = write(0);
        ControlBlock badPriority = write(BYTES).priority(io().limits().maxPriority() + 1);
        ControlBlock badFile =
                io().controlBlock().file(closed).buffer(ByteBuffer.allocate(1)).opcode(Opcode.READ);
        ControlBlock badSync = io().controlBlock().file(readOnly).opcode(Opcode.SYNC);
        ControlBlock last = write(2 * BYTES);

        expectErrno(Errno.EIO, () -> list(mode, first, badPriority, badFile, badSync, last));

        assertEquals(BYTES, success(first));
        assertEquals(BYTES, success(last));
        failure(Errno.EINVAL, badPriority);
        failure(Errno.EBADF, badFile);
        failure(Errno.EBADF, badSync);
        assertEquals(BYTES, writeAndWait(badPriority.priority(0)));
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    void aListOfRefusedEntriesOnlyAnswersEIOAndEachTellsEINVAL(ListMode mode) throws AioException {
        ControlBlock noBuffer = io().controlBlock().file(file).opcode(Opcode.WRITE);
        ControlBlock badOffset = write(-1);

        expectErrno(Errno.EIO, () -> list(mode, noBuffer, badOffset));

        failure(Errno.EINVAL, noBuffer);
        failure(Errno.EINVAL, badOffset);
    }
}
