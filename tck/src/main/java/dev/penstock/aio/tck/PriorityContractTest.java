package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** aio_reqprio: who is dispatched next among those that wait, and that nobody waits for ever. */
class PriorityContractTest extends TckTest {
    private static final int BYTES = 512;
    private static final int LOWEST = 20;

    /** More requests than may overtake one of the lowest priority: the point is that there is an end to it. */
    private static final int PATIENCE = 10_000;

    private AsyncFile file;
    private Trace trace;

    /** One request is handed to the provider at a time; the others wait. */
    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 1, "max.priority", LOWEST);
    }

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
        trace = new Trace(faults());
    }

    private ControlBlock write(AsyncFile to, int slot, int priority) throws AioException {
        ControlBlock block = writeBlock(to, BYTES, offset(slot)).priority(priority);
        io().write(block);
        return block;
    }

    private static long offset(int slot) {
        return slot * (long) BYTES;
    }

    private void assertAllWritten(ControlBlock... blocks) throws AioException {
        for (ControlBlock block : blocks) {
            assertEquals(BYTES, success(block));
        }
    }

    @Test
    void amongThoseThatWaitPriorityZeroGoesBeforeFive() throws AioException {
        Hold hold = hold();
        ControlBlock running = write(file, 0, 0);
        ControlBlock low = write(file, 1, 5);
        ControlBlock high = write(file, 2, 0);

        hold.release();

        assertAllWritten(running, low, high);
        assertEquals(List.of(offset(0), offset(2), offset(1)), trace.offsetsStaged());
    }

    @Test
    void everyLevelGoesBeforeTheNextLowerOne() throws AioException {
        Hold hold = hold();
        ControlBlock[] blocks = new ControlBlock[LOWEST + 2];
        blocks[0] = write(file, 0, 0);
        for (int slot = 1; slot < blocks.length; slot++) {
            blocks[slot] = write(file, slot, LOWEST + 1 - slot);
        }

        hold.release();

        assertAllWritten(blocks);
        List<Long> staged = trace.offsetsStaged();
        for (int i = 1; i < blocks.length; i++) {
            assertEquals(offset(LOWEST + 2 - i), staged.get(i));
        }
    }

    @Test
    void aRequestThatRunsIsNotInterruptedByAHigherOne() throws AioException {
        Hold hold = hold();
        ControlBlock low = write(file, 0, LOWEST);
        hold.awaitHeld(1);
        ControlBlock high = write(file, 1, 0);

        assertEquals(Errno.EINPROGRESS, io().error(high));
        assertEquals(1, hold.held());
        hold.release();

        assertAllWritten(low, high);
        assertEquals(List.of(offset(0), offset(1)), trace.offsetsStaged());
    }

    @Test
    @Asserts("LTP-aio_read-A2")
    void prioritiesHoldAcrossFilesForReadsAndWrites() throws IOException {
        AsyncFile other = open(fileOf("g", 4 * BYTES));
        Hold hold = hold();
        ControlBlock running = write(file, 0, 0);
        ControlBlock low = write(file, 1, 5);
        ControlBlock middle =
                block(other, ByteBuffer.allocate(BYTES), offset(2)).priority(2);
        io().read(middle);
        ControlBlock high = write(file, 3, 0);

        hold.release();

        assertAllWritten(running, low, middle, high);
        assertEquals(List.of(offset(0), offset(3), offset(2), offset(1)), trace.offsetsStaged());
    }

    @Test
    void theEntriesOfAListGoByTheirPriorities() throws AioException {
        Hold hold = hold();
        ControlBlock running = write(file, 0, 0);
        ControlBlock[] list = new ControlBlock[4];
        for (int i = 0; i < list.length; i++) {
            list[i] = writeBlock(file, BYTES, offset(i + 1)).priority(8 - 2 * i).opcode(Opcode.WRITE);
        }
        io().list(ListMode.NOWAIT, list, SigEvent.none());

        hold.release();

        assertAllWritten(running);
        assertAllWritten(list);
        assertEquals(List.of(offset(0), offset(4), offset(3), offset(2), offset(1)), trace.offsetsStaged());
    }

    @Test
    void thePriorityIsTakenAtTheStart() throws AioException {
        ControlBlock block = write(file, 0, 7);

        assertAllWritten(block);

        assertEquals(7, block.priority());
        io().write(block.priority(0));
        assertAllWritten(block);
    }

    @Test
    void aLimitOfZeroLeavesOnePriority() throws AioException {
        AsyncIo io = start(Map.of("max.priority", 0)).io();
        ControlBlock block = io.controlBlock()
                .file(io.open(path("g"), StandardOpenOption.WRITE, StandardOpenOption.CREATE))
                .buffer(ByteBuffer.allocate(BYTES))
                .priority(1);

        assertEquals(0, io.limits().maxPriority());
        expectErrno(Errno.EINVAL, () -> io.write(block));
        io.write(block.priority(0));

        assertTrue(io.suspend(new ControlBlock[] {block}, Bounded.LIMIT));
    }

    // ---- ageing

    @Test
    void anEndlessStreamOfHighPriorityDoesNotStarveALowOne() throws AioException {
        Hold lowest = faults().hold(Faults.at(offset(100)));
        Hold stream = hold(TransferKind.WRITE);
        CompletionQueue queue = io().completionQueue();
        for (int slot = 0; slot < 8; slot++) {
            io().write(writeBlock(file, BYTES, offset(slot)).sigEvent(SigEvent.queue(queue)));
        }
        ControlBlock low = write(file, 100, LOWEST);

        int overtaken = 0;
        while (lowest.held() == 0) {
            assertTrue(overtaken++ < PATIENCE, "starved");
            stream.release(1);
            ControlBlock next = queue.take(Bounded.LIMIT);
            assertNotNull(next);
            assertEquals(BYTES, io().result(next));
            Bounded.await("the next to be dispatched", () -> stream.held() + lowest.held() > 0);
            io().write(next);
        }

        assertTrue(overtaken > 8, "overtaken=" + overtaken);
        lowest.release();
        stream.release();
        assertAllWritten(low);
    }

    // ---- what priority does not do

    @Test
    void appendsKeepTheOrderOfTheirCallsWhateverTheirPriorities() throws IOException {
        assumeCapability("APPEND", path("log"), StandardOpenOption.APPEND, StandardOpenOption.CREATE);
        AsyncFile log = open(path("log"), StandardOpenOption.APPEND, StandardOpenOption.CREATE);
        Hold hold = hold();
        ControlBlock[] blocks = new ControlBlock[8];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(log, BYTES, offset(i)).priority(i == 0 ? 0 : LOWEST - 2 * i);
            io().write(blocks[i]);
        }

        hold.release();

        assertAllWritten(blocks);
        Pattern.checkFile(path("log"), 0, blocks.length * BYTES);
    }

    @Test
    void aLaterRequestNeverOvertakesOneThatAWaitingSyncCovers() throws AioException {
        Hold hold = hold();
        ControlBlock running = write(file, 0, 0);
        ControlBlock covered = write(file, 1, LOWEST);
        ControlBlock sync = io().controlBlock().file(file);
        io().sync(SyncMode.FULL, sync);
        ControlBlock later = write(file, 2, 0);

        hold.release();

        assertAllWritten(running, covered, later);
        assertEquals(0, success(sync));
        trace.assertBefore(Trace.staged(offset(1)), Trace.staged(offset(2)));
        trace.assertBefore(Trace.completed(offset(1)), Trace.syncStaged());
    }
}
