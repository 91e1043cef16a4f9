package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Every request that asks for it is handed to the notification service, once, in the order of its file. */
class TapContractTest extends TckTest {
    private static final SigEvent TAGGED = SigEvent.listeners("tag");

    private final Tap tap = new Tap(false);

    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 4);
    }

    private ControlBlock tagged(AsyncFile file, int bytes, long offset) throws AioException {
        return writeBlock(file, bytes, offset).sigEvent(TAGGED);
    }

    @Test
    void whatARequestDidIsHandedOver() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(tap);

        writeAndWait(tagged(file, 100, 7));
        readAndWait(block(file, ByteBuffer.allocate(50), 100).sigEvent(TAGGED));
        ControlBlock sync = io().controlBlock().file(file).sigEvent(TAGGED);
        io().sync(SyncMode.DATA, sync);
        success(sync);

        List<Tap.Seen> seen = tap.of(file.path());
        assertEquals(3, seen.size());
        assertEquals(
                List.of(TransferKind.WRITE, TransferKind.READ, TransferKind.DATA_SYNC),
                seen.stream().map(Tap.Seen::kind).toList());
        assertEquals(List.of(7L, 100L, 0L), seen.stream().map(Tap.Seen::offset).toList());
        assertEquals(
                List.of(100L, 50L, 0L), seen.stream().map(Tap.Seen::requested).toList());
        assertEquals(
                List.of(100L, 7L, 0L), seen.stream().map(Tap.Seen::transferred).toList());
        assertEquals(List.of(1L, 2L, 3L), seen.stream().map(Tap.Seen::sequence).toList());
        for (Tap.Seen each : seen) {
            assertEquals(Errno.SUCCESS, each.errno());
            assertEquals("tag", each.tag());
            assertTrue(each.timed(), each::toString);
            assertTrue(each.queueNs() >= 0, each::toString);
        }
        Bounded.await("each is told", () -> tap.tells.get() == 3);
    }

    @Test
    void completionsOfAFileAreHandedOverInTheirOrderWhateverThreadsEndThem() throws Exception {
        AsyncFile file = newFile("f");
        underTest().tap(tap);
        List<ControlBlock> blocks = new ArrayList<>();

        for (int i = 0; i < 400; i++) {
            ControlBlock block = tagged(file, 16, 16L * i);
            io().write(block);
            blocks.add(block);
        }
        for (ControlBlock block : blocks) {
            success(block);
        }

        assertEquals(
                LongStream.rangeClosed(1, 400).boxed().toList(),
                tap.of(file.path()).stream().map(Tap.Seen::sequence).toList());
    }

    @Test
    void whatDoesNotAskForItIsCountedButNotHandedOver() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(tap);

        writeAndWait(writeBlock(file, 10, 0));
        answer(file.write(ByteBuffer.allocate(1), 0));
        writeAndWait(tagged(file, 10, 0));

        assertEquals(
                List.of(3L),
                tap.of(file.path()).stream().map(Tap.Seen::sequence).toList());
    }

    @Test
    void anInstanceThatPublishesAllHandsOverEveryRequest() throws AioException {
        UnderTest all = start(Map.of("publish.all", true));
        all.tap(tap);
        AsyncFile file = all.io()
                .open(path("all"), java.nio.file.StandardOpenOption.WRITE, java.nio.file.StandardOpenOption.CREATE);

        answer(file.write(ByteBuffer.allocate(10), 0));
        answer(file.sync(SyncMode.FULL));
        answer(file.truncate(3));
        answer(file.size());

        assertEquals(
                List.of(TransferKind.WRITE, TransferKind.SYNC, TransferKind.TRUNCATE, TransferKind.SIZE),
                tap.of(file.path()).stream().map(Tap.Seen::kind).toList());
        all.untap(tap);
    }

    @Test
    void aFailureIsHandedOverWithItsErrno() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(tap);
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);

        ControlBlock block = tagged(file, 10, 0);
        io().write(block);
        failure(Errno.ENOSPC, block);

        Tap.Seen seen = tap.of(file.path()).get(0);
        assertEquals(Errno.ENOSPC, seen.errno());
        assertEquals(Errno.ENOSPC.number(), seen.errorNumber());
        assertEquals(0, seen.transferred());
    }

    @Test
    void aRequestThatIsCanceledBeforeTheProviderHasItIsHandedOverOnce() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(tap);
        Hold hold = hold(TransferKind.WRITE);
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ControlBlock block = tagged(file, 10, 10L * i);
            io().write(block);
            blocks.add(block);
        }

        assertEquals(CancelResult.CANCELED, io().cancel(blocks.get(4)));
        hold.release();
        for (ControlBlock block : blocks.subList(0, 4)) {
            success(block);
        }

        List<Tap.Seen> seen = tap.of(file.path());
        assertEquals(5, seen.size());
        assertEquals(Errno.ECANCELED, seen.get(0).errno());
        assertEquals(false, seen.get(0).timed());
    }

    @Test
    void anEntryThatItsListCouldNotStartIsHandedOver() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(tap);
        ControlBlock good = tagged(file, 10, 0).opcode(Opcode.WRITE);
        ControlBlock bad = tagged(file, 10, -1).opcode(Opcode.WRITE);

        expectErrno(Errno.EIO, () -> io().list(ListMode.WAIT, new ControlBlock[] {bad, good}, SigEvent.none()));

        assertEquals(
                List.of(Errno.EINVAL, Errno.SUCCESS),
                tap.of(file.path()).stream().map(Tap.Seen::errno).toList());
    }

    @Test
    void aFileThatIsPoisonedIsToldOnce() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(tap);
        faults().fail(Faults.kind(TransferKind.SYNC), Errno.EIO, 2);

        expectFailure(Errno.EIO, file.sync(SyncMode.FULL));
        expectFailure(Errno.EIO, file.sync(SyncMode.FULL));

        assertEquals(List.of(Errno.EIO), tap.poisoned);
    }

    @Test
    void aTapThatThrowsHarmsNoRequest() throws AioException {
        AsyncFile file = newFile("f");
        underTest().tap(new Tap(true));

        for (int i = 0; i < 10; i++) {
            assertEquals(10, writeAndWait(tagged(file, 10, 0)));
        }
        Request<Void> sync = file.sync(SyncMode.FULL);
        answer(sync);
    }

    @Test
    void aTapThatComesOrGoesCountsForFilesThatAreOpen() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = tagged(file, 10, 0);
        expectErrno(Errno.EINVAL, () -> io().write(block));

        underTest().tap(tap);
        writeAndWait(block);
        underTest().untap(tap);

        expectErrno(Errno.EINVAL, () -> io().write(block));
        assertEquals(1, tap.of(file.path()).size());
    }

    @Test
    void theTapIsToldWhenAFileIsClosed() throws AioException {
        AsyncFile file = newFile("f");
        AsyncFile other = newFile("other");
        underTest().tap(tap);

        file.close();
        assertEquals(1, tap.closed.get());
        underTest().untap(tap);

        assertEquals(2, tap.closed.get());
        other.close();
        assertEquals(2, tap.closed.get());
    }
}
