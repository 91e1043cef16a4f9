package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Notification;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** lio_listio: the event of a list whose entries fail, are refused or canceled, or that nobody is to be told of. */
class ListOutcomeContractTest extends TckTest {
    private static final int KIB = 1024;

    private final Told told = new Told();
    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock write(long offset) throws AioException {
        return writeBlock(file, KIB, offset).opcode(Opcode.WRITE);
    }

    private ControlBlock[] writes(int count) throws AioException {
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = write(i * (long) KIB);
        }
        return blocks;
    }

    private void nowait(SigEvent event, ControlBlock... blocks) throws AioException {
        io().list(ListMode.NOWAIT, blocks, event);
    }

    private static void assertListTold(Notification notification, Errno error, int started, int failed) {
        assertNull(notification.block());
        assertEquals(0, notification.sequence());
        assertEquals(error, notification.error());
        assertEquals(started, notification.result());
        assertEquals(failed, notification.failed());
    }

    // ---- whatever became of the entries

    @Test
    void anEntryThatFailsIsCountedAndTheListIsToldAsEIO() throws AioException {
        faults().fail(Faults.at(KIB), Errno.ENOSPC, 1);
        ControlBlock[] blocks = writes(3);

        nowait(SigEvent.call(told), blocks);

        assertListTold(told.awaitOne(), Errno.EIO, 3, 1);
        failure(Errno.ENOSPC, blocks[1]);
    }

    @Test
    void anEntryThatIsRefusedIsCountedButWasNotStarted() throws AioException {
        ControlBlock good = write(0);
        ControlBlock refused = write(KIB).priority(-1);

        expectErrno(Errno.EIO, () -> nowait(SigEvent.call(told), good, refused));

        assertListTold(told.awaitOne(), Errno.EIO, 1, 1);
        assertEquals(KIB, success(good));
        failure(Errno.EINVAL, refused);
    }

    @Test
    void aListOfRefusedEntriesOnlyIsToldOnce() throws AioException {
        expectErrno(
                Errno.EIO,
                () -> nowait(
                        SigEvent.call(told), write(0).priority(-1), write(KIB).priority(-1)));

        assertListTold(told.awaitOne(), Errno.EIO, 0, 2);
        told.assertCount(1);
    }

    @Test
    void entriesThatAreCanceledAreCountedAndTheListIsTold() throws IOException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncIo io = narrow.io();
        Hold hold = narrow.faults().hold(transfer -> true);
        AsyncFile other = io.open(fileOf("g", KIB));
        ControlBlock[] blocks = new ControlBlock[8];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io.controlBlock()
                    .file(other)
                    .buffer(ByteBuffer.allocate(KIB))
                    .opcode(Opcode.READ);
        }
        io.list(ListMode.NOWAIT, blocks, SigEvent.call(told));
        hold.awaitHeld(1);

        assertEquals(7, other.cancelAll().canceled());
        told.assertCount(0);
        hold.release();

        assertListTold(told.awaitOne(), Errno.EIO, 8, 7);
    }

    @Test
    void aListWhoseCancelRacesItsEndIsToldOnce() throws IOException {
        Race race = race();
        UnderTest narrow = start(Map.of("window", 2));
        AsyncFile other = narrow.io().open(fileOf("g", KIB));
        ControlBlock[] blocks = new ControlBlock[4];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = narrow.io()
                    .controlBlock()
                    .file(other)
                    .buffer(ByteBuffer.allocate(KIB))
                    .opcode(Opcode.READ);
        }
        for (int round = 1; round <= Race.ROUNDS; round++) {
            Hold hold = narrow.faults().hold(transfer -> true);
            narrow.io().list(ListMode.NOWAIT, blocks, SigEvent.call(told).value(round));
            hold.awaitHeld(1);

            race.run(other::cancelAll, hold::release);

            assertEquals(round, told.await(round).get(round - 1).value());
            for (ControlBlock block : blocks) {
                boolean canceled = narrow.io().error(block) == Errno.ECANCELED;
                assertEquals(canceled ? -1 : KIB, narrow.io().result(block));
            }
        }
        told.assertCount(Race.ROUNDS);
    }

    // ---- not told

    @Test
    void aListThatIsWaitedForIsNotTold() throws AioException {
        io().list(ListMode.WAIT, writes(3), SigEvent.call(told).value("waited for"));
        nowait(SigEvent.call(told).value("next"), writes(3));

        assertEquals("next", told.awaitOne().value());
        told.assertCount(1);
    }

    @Test
    void aListWhoseWaitIsInterruptedIsNotTold() throws AioException {
        Hold hold = hold();
        ControlBlock[] blocks = writes(3);
        Bounded.get(background(() -> {
            Thread.currentThread().interrupt();
            return expectErrno(
                    Errno.EINTR,
                    () -> io().list(ListMode.WAIT, blocks, SigEvent.call(told).value("interrupted")));
        }));

        hold.release();
        for (ControlBlock block : blocks) {
            assertEquals(KIB, success(block));
        }
        nowait(SigEvent.call(told).value("next"), writes(3));

        assertEquals("next", told.awaitOne().value());
        told.assertCount(1);
    }

    // ---- executors and callbacks that fail

    @Test
    void anExecutorThatRejectsTheEventDoesNotSilenceIt() throws AioException {
        nowait(
                SigEvent.call(
                        task -> {
                            throw new RejectedExecutionException("no room");
                        },
                        told),
                writes(3));

        assertListTold(told.awaitOne(), Errno.SUCCESS, 3, 0);
        told.assertCount(1);
    }

    @Test
    void anEntrysCallbackThatThrowsDoesNotSilenceTheList() throws AioException {
        ControlBlock[] blocks = writes(3);
        blocks[1].sigEvent(SigEvent.call(notification -> {
            throw new IllegalStateException("the callback's own fault");
        }));

        nowait(SigEvent.call(told), blocks);

        assertListTold(told.awaitOne(), Errno.SUCCESS, 3, 0);
    }
}
