package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** aio_error and aio_return. */
class StatusContractTest extends TckTest {
    @Test
    void theStatusGoesFromInProgressToSuccess() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(newFile("f"), 111, 0);
        io().write(block);

        assertEquals(Errno.EINPROGRESS, io().error(block));
        hold.release();
        awaitDone(block);

        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(0, io().errorNumber(block));
        assertEquals(111, io().result(block));
    }

    @Test
    void theStatusOfAFailedRequestIsItsErrnoAndItsResultIsMinusOne() throws AioException {
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        ControlBlock block = writeBlock(newFile("f"), 111, 0);
        io().write(block);
        awaitDone(block);

        assertEquals(Errno.ENOSPC, io().error(block));
        assertEquals(Errno.ENOSPC.number(), io().errorNumber(block));
        assertEquals(-1, io().result(block));
    }

    @Test
    void theStatusOfACanceledRequestIsECANCELEDAndItsResultIsMinusOne() throws AioException {
        UnderTest narrow = start(Map.of("window", 1));
        Hold hold = narrow.faults().hold(transfer -> true);
        AsyncFile file = narrow.io().open(path("f"), WRITE, CREATE);
        ControlBlock running = narrow.io().controlBlock().file(file).buffer(Pattern.heap(10, 0, 0));
        ControlBlock queued = narrow.io().controlBlock().file(file).buffer(Pattern.heap(10, 0, 0));
        narrow.io().write(running);
        hold.awaitHeld(1);
        narrow.io().write(queued);

        assertEquals(CancelResult.CANCELED, narrow.io().cancel(queued));

        assertEquals(Errno.ECANCELED, narrow.io().error(queued));
        assertEquals(Errno.ECANCELED.number(), narrow.io().errorNumber(queued));
        assertEquals(-1, narrow.io().result(queued));
    }

    @Test
    void anErrnoThatTheEnumDoesNotListIsUnknownWithItsNumber() throws AioException {
        AsyncFile file = newFile("f");
        for (int number : new int[] {132, 530, 4000}) {
            faults().failWith(Faults.kind(TransferKind.WRITE), number, 1);
            ControlBlock block = writeBlock(file, 10, 0);
            io().write(block);
            awaitDone(block);

            assertEquals(Errno.UNKNOWN, io().error(block));
            assertEquals(number, io().errorNumber(block));
            assertEquals(-1, io().result(block));
        }
    }

    @Test
    void anErrorToldByTextOnlyIsUnknownWithTheNumberZero() throws AioException {
        faults().failWithText(Faults.kind(TransferKind.WRITE), 0, "The moon is full", 1);
        ControlBlock block = writeBlock(newFile("f"), 10, 0);
        io().write(block);
        awaitDone(block);

        assertEquals(Errno.UNKNOWN, io().error(block));
        assertEquals(0, io().errorNumber(block));
        assertEquals(-1, io().result(block));
    }

    @Test
    void aBlockThatWasNeverStartedAnswersEINVAL() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 10, 0);

        expectErrno(Errno.EINVAL, () -> io().error(block));
        expectErrno(Errno.EINVAL, () -> io().errorNumber(block));
        expectErrno(Errno.EINVAL, () -> io().result(block));
    }

    @Test
    @Asserts({"LTP-aio_return-2-1", "LTP-aio_return-3-2"})
    void aCollectedBlockAnswersEINVAL() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 4096, 0);
        assertEquals(4096, writeAndWait(block));

        expectErrno(Errno.EINVAL, () -> io().result(block));
        expectErrno(Errno.EINVAL, () -> io().error(block));
        expectErrno(Errno.EINVAL, () -> io().errorNumber(block));
        expectErrno(Errno.EINVAL, () -> io().result(block));
    }

    @Test
    void askingForTheStatusDoesNotCollect() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 100, 0);
        io().write(block);
        awaitDone(block);

        for (int i = 0; i < 3; i++) {
            assertEquals(Errno.SUCCESS, io().error(block));
        }
        assertEquals(100, io().result(block));
    }

    @Test
    void afterARefusalTheStatusIsThatOfThePreviousLife() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 100, 0);
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        io().write(block);
        awaitDone(block);

        expectErrno(Errno.EBUSY, () -> io().write(block));
        assertEquals(Errno.ENOSPC, io().error(block));
        assertEquals(-1, io().result(block));

        expectErrno(Errno.EINVAL, () -> io().write(block.offset(-1)));
        expectErrno(Errno.EINVAL, () -> io().error(block));
        expectErrno(Errno.EINVAL, () -> io().result(block));
        assertEquals(1, block.sequence());
    }

    @Test
    void nullIsANullPointerException() {
        Nulls.refused("block", () -> io().error(null));
        Nulls.refused("block", () -> io().errorNumber(null));
        Nulls.refused("block", () -> io().result(null));
    }

    @Test
    void theResultOfASyncIsZero() throws AioException {
        ControlBlock block = io().controlBlock().file(newFile("f"));
        io().sync(SyncMode.FULL, block);

        assertEquals(0, success(block));
    }

    @Test
    void aResultAskedForTooEarlyAnswersEINPROGRESSAndTheBlockStaysValid() throws AioException {
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock block = writeBlock(newFile("f"), 100, 0);
        io().write(block);

        expectErrno(Errno.EINPROGRESS, () -> io().result(block));
        expectErrno(Errno.EINPROGRESS, () -> io().result(block));
        assertEquals(Errno.EINPROGRESS, io().error(block));
        assertTrue(block.isBusy());
        hold.release();

        assertEquals(100, success(block));
    }

    @Test
    void aSlotIsFreeWhenTheRequestEndsThoughNobodyCollectsItsResult() throws AioException {
        UnderTest small = start(Map.of("max.requests", 4));
        AsyncFile file = small.io().open(path("f"), WRITE, CREATE);
        List<ControlBlock> ended = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            ControlBlock block = small.io().controlBlock().file(file).buffer(Pattern.heap(10, 0, i * 10L));
            small.io().write(block.offset(i * 10L));
            assertTrue(small.io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
            ended.add(block);
        }

        for (ControlBlock block : ended) {
            assertEquals(10, small.io().result(block));
        }
    }

    @Test
    void ofConcurrentCollectorsOneGetsTheResultAndTheOtherEINVAL() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 100, 0);
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            io().write(block);
            awaitDone(block);
            AtomicInteger results = new AtomicInteger();
            Race.Runner collector = () -> {
                try {
                    assertEquals(100, io().result(block));
                    results.incrementAndGet();
                } catch (AioException e) {
                    assertEquals(Errno.EINVAL, e.errno(), e::getMessage);
                }
            };

            race.run(collector, collector);

            assertEquals(1, results.get());
            assertFalse(block.isBusy());
        }
    }

    @Test
    void aCollectorThatRacesTheEndGetsEINPROGRESSAndThenTheWholeResult() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), 100, 0);
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            Hold hold = hold(TransferKind.WRITE);
            io().write(block);
            hold.awaitHeld(1);

            race.run(hold::release, () -> assertEquals(100, collect(block)));

            expectErrno(Errno.EINVAL, () -> io().result(block));
            assertFalse(block.isBusy());
        }
    }

    /** Asks for the result until it is there; in between the answer must be EINPROGRESS. */
    private long collect(ControlBlock block) {
        long end = System.nanoTime() + Bounded.LIMIT.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                return io().result(block);
            } catch (AioException e) {
                assertEquals(Errno.EINPROGRESS, e.errno(), e::getMessage);
                Thread.onSpinWait();
            }
        }
        throw new AssertionError("not within " + Bounded.LIMIT + ": " + block);
    }

    @Test
    void aResultThatNobodyCollectsDoesNotKeepItsBlockOrBuffer() throws AioException {
        AsyncFile file = newFile("f");
        List<WeakReference<?>> left = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            ControlBlock block = block(file, buffer, 0);
            left.add(new WeakReference<>(block));
            left.add(new WeakReference<>(buffer.array()));
            io().write(block);
            awaitDone(block);
        }
        writeAndWait(writeBlock(file, 1, 0));

        Bounded.await("the results to be collected by the JVM", () -> {
            System.gc();
            return left.stream().allMatch(one -> one.get() == null);
        });
        assertTrue(file.isOpen());
    }
}
