package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** lio_listio: what a list passes over, what it leaves as it is, and that it takes syncs. */
class ListEntryContractTest extends TckTest {
    private static final int KIB = 1024;

    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock write(int bytes, long offset) throws AioException {
        return writeBlock(file, bytes, offset).opcode(Opcode.WRITE);
    }

    private void list(ListMode mode, ControlBlock... blocks) throws AioException {
        io().list(mode, blocks, SigEvent.none());
    }

    /** Collects a block that must be done already, without any wait. */
    private void collected(long expected, ControlBlock block) throws AioException {
        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(expected, io().result(block));
    }

    @Test
    void aListStartsSyncsOfBothKinds() throws AioException {
        Trace trace = new Trace(faults());
        ControlBlock full = io().controlBlock().file(file).opcode(Opcode.SYNC);
        ControlBlock data = io().controlBlock().file(newFile("g")).opcode(Opcode.DATA_SYNC);

        list(ListMode.WAIT, write(KIB, 0), full, data);

        collected(0, full);
        collected(0, data);
        assertEquals(Set.of(TransferKind.SYNC, TransferKind.DATA_SYNC), Set.copyOf(trace.syncsStaged()));
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    @Asserts({"FBSD-lio_empty_wait", "FBSD-lio_empty_nowait"})
    void aListOfNothingReturns(ListMode mode) throws AioException {
        ControlBlock nop = write(KIB, 0).opcode(Opcode.NOP);

        list(mode);
        list(mode, null, null);
        list(mode, nop, null, nop);

        assertEquals(0, nop.sequence());
    }

    @Test
    void aNopEntryKeepsItsStateWhateverThatIs() throws AioException {
        Hold hold = faults().hold(Faults.at(0));
        ControlBlock running = write(KIB, 0).opcode(Opcode.NOP);
        ControlBlock done = write(KIB, KIB).opcode(Opcode.NOP);
        io().write(running);
        io().write(done);
        awaitDone(done);

        list(ListMode.WAIT, running, write(KIB, 2 * KIB), done);

        assertEquals(Errno.EINPROGRESS, io().error(running));
        assertEquals(1, done.sequence());
        collected(KIB, done);
        hold.release();
        assertEquals(KIB, success(running));
    }

    @Test
    void theOpcodeIsNotChangedByAnyStart() throws AioException {
        ControlBlock block = write(KIB, 0);
        list(ListMode.WAIT, block);
        collected(KIB, block);

        io().sync(SyncMode.FULL, block);

        assertEquals(0, success(block));
        assertEquals(Opcode.WRITE, block.opcode());
        assertEquals(KIB, block.length());
    }

    @ParameterizedTest
    @EnumSource(ListMode.class)
    void anEntryThatAnotherThreadPutsIntoTheArrayMeanwhileIsStartedWholeOrNotAtAll(ListMode mode) throws Exception {
        ControlBlock[] either = {write(KIB, 0), write(KIB, KIB)};
        ControlBlock[] blocks = {either[0]};
        AtomicBoolean over = new AtomicBoolean();
        Future<?> other = background(() -> {
            for (int i = 0; !over.get(); i++) {
                blocks[0] = either[i % 2];
            }
            return null;
        });
        try {
            long firstStarted = 0;
            for (int i = 1; i <= 5_000; i++) {
                list(mode, blocks);

                ControlBlock started = either[0].sequence() > firstStarted ? either[0] : either[1];
                assertEquals(KIB, success(started));
                assertFalse(either[0].isBusy() || either[1].isBusy());
                firstStarted = either[0].sequence();
                assertEquals(i, firstStarted + either[1].sequence());
            }
        } finally {
            over.set(true);
        }
        Bounded.get(other);
    }

    @Test
    void anEntryWhoseOpcodeAnotherThreadSetsMeanwhileIsStartedOrPassedOver() throws Exception {
        ControlBlock block = write(KIB, 0);
        AtomicBoolean over = new AtomicBoolean();
        Future<?> other = background(() -> {
            for (int i = 0; !over.get(); i++) {
                try {
                    block.opcode(i % 2 == 0 ? Opcode.NOP : Opcode.WRITE);
                } catch (AioException busy) {
                    assertEquals(Errno.EBUSY, busy.errno());
                }
            }
            return null;
        });
        try {
            for (int i = 0; i < 5_000; i++) {
                long before = block.sequence();

                list(ListMode.WAIT, block);

                if (block.sequence() > before) {
                    assertEquals(KIB, success(block));
                }
                assertFalse(block.isBusy());
            }
        } finally {
            over.set(true);
        }
        Bounded.get(other);
    }

    @Test
    @Asserts({"LTP-lio_listio-18-1", "LTP-lio_listio-5-1-b"})
    void nullsAreNullPointerExceptionsAndNothingIsStarted() throws AioException {
        ControlBlock block = write(KIB, 0);
        ControlBlock[] one = {block};

        Nulls.refused("mode", () -> io().list(null, one, SigEvent.none()));
        Nulls.refused("blocks", () -> io().list(ListMode.WAIT, null, SigEvent.none()));
        Nulls.refused("event", () -> io().list(ListMode.NOWAIT, one, null));
        Nulls.refused("opcode", () -> block.opcode(null));

        assertEquals(0, block.sequence());
    }
}
