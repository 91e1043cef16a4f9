package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a callback is told, and what it may do. */
class CallbackContractTest extends TckTest {
    @Test
    void itIsToldOnceWithWhatTheStatusSays() throws AioException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        ControlBlock block =
                writeBlock(file, 100, 0).sigEvent(SigEvent.call(told).value("v"));

        assertEquals(100, writeAndWait(block));

        Notification notification = told.awaitOne();
        assertEquals("v", notification.value());
        assertSame(block, notification.block());
        assertEquals(1, notification.sequence());
        assertEquals(Errno.SUCCESS, notification.error());
        assertEquals(100, notification.result());
        assertEquals(0, notification.failed());
        file.close();
        told.assertCount(1);
    }

    @Test
    void aFailureIsToldOnceWithItsErrno() throws AioException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        ControlBlock block = writeBlock(file, 100, 0).sigEvent(SigEvent.call(told));

        io().write(block);
        failure(Errno.ENOSPC, block);

        Notification notification = told.awaitOne();
        assertEquals(Errno.ENOSPC, notification.error());
        assertEquals(-1, notification.result());
        assertEquals(1, notification.failed());
        assertNull(notification.value());
        file.close();
        told.assertCount(1);
    }

    @Test
    void aCancelIsToldOnceWithECANCELED() throws AioException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncFile file = narrow.io().open(path("f"), WRITE, CREATE);
        Hold hold = narrow.faults().hold(Faults.kind(TransferKind.WRITE));
        file.write(ByteBuffer.allocate(1), 0);
        hold.awaitHeld(1);
        Told told = new Told();
        ControlBlock block = narrow.io()
                .controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocate(8))
                .sigEvent(SigEvent.call(told));
        narrow.io().write(block);

        assertEquals(CancelResult.CANCELED, narrow.io().cancel(block));

        Notification notification = told.awaitOne();
        assertEquals(Errno.ECANCELED, notification.error());
        assertEquals(-1, notification.result());
        assertEquals(1, notification.failed());
        hold.release();
        file.close();
        told.assertCount(1);
    }

    @Test
    void aSyncIsToldWithTheResultZero() throws AioException {
        AsyncFile file = newFile("f");
        Told told = new Told();

        io().sync(SyncMode.FULL, io().controlBlock().file(file).sigEvent(SigEvent.call(told)));

        assertEquals(Errno.SUCCESS, told.awaitOne().error());
        assertEquals(0, told.awaitOne().result());
        file.close();
        told.assertCount(1);
    }

    @Test
    void aRefusalIsNotTold() throws IOException {
        AsyncFile file = open(fileOf("f", 10), READ);
        Told told = new Told();
        ControlBlock block = block(file, ByteBuffer.allocate(10), 0).sigEvent(SigEvent.call(told));

        expectErrno(Errno.EBADF, () -> io().write(block));
        expectErrno(Errno.EINVAL, () -> io().read(block.offset(-1)));
        assertEquals(10, readAndWait(block.offset(0)));

        assertEquals(1, told.awaitOne().sequence());
        file.close();
        told.assertCount(1);
    }

    @Test
    void whatWasToldStaysTrueThoughTheBlockWasStartedAgain() throws AioException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        ControlBlock block =
                writeBlock(file, 100, 0).sigEvent(SigEvent.call(told).value(1));
        writeAndWait(block);
        Notification first = told.awaitOne();
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.EIO, 1);
        io().write(block.length(50).sigEvent(SigEvent.call(told).value(2)));
        failure(Errno.EIO, block);
        Notification second = told.await(2).get(1);

        assertEquals(1, first.value());
        assertEquals(1, first.sequence());
        assertEquals(Errno.SUCCESS, first.error());
        assertEquals(100, first.result());
        assertEquals(2, second.value());
        assertEquals(2, second.sequence());
        assertEquals(Errno.EIO, second.error());
    }

    @Test
    void theStatusIsFinalWhenItIsToldAndMayBeCollectedThere() throws AioException {
        AsyncFile file = newFile("f");
        List<CompletableFuture<Long>> collected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Long> result = new CompletableFuture<>();
            collected.add(result);
            io().write(writeBlock(file, 100, 100L * i)
                    .sigEvent(SigEvent.call(told -> complete(result, () -> {
                        assertEquals(Errno.SUCCESS, io().error(told.block()));
                        assertFalse(told.block().isBusy());
                        return io().result(told.block());
                    }))));
        }

        for (CompletableFuture<Long> result : collected) {
            assertEquals(100, Bounded.get(result));
        }
    }

    private static <T> void complete(CompletableFuture<T> future, Callable<T> call) {
        try {
            future.complete(call.call());
        } catch (Exception | AssertionError e) {
            future.completeExceptionally(e);
        }
    }

    @Test
    void aCallbackMayStartItsBlockAgainAndAgain() throws IOException {
        AsyncFile file = newFile("f");
        CompletableFuture<Integer> rounds = new CompletableFuture<>();
        AtomicInteger round = new AtomicInteger();
        ControlBlock block = io().controlBlock().file(file);
        block.sigEvent(SigEvent.call(told -> {
            try {
                assertEquals(8, io().result(block));
                if (round.incrementAndGet() == Race.ROUNDS) {
                    rounds.complete(round.get());
                } else {
                    startNext(block, round.get());
                }
            } catch (AioException | AssertionError e) {
                rounds.completeExceptionally(e);
            }
        }));

        startNext(block, 0);

        assertEquals(Race.ROUNDS, Bounded.get(rounds));
        assertEquals(Race.ROUNDS, block.sequence());
        Pattern.checkFile(path("f"), 0, 8 * Race.ROUNDS);
    }

    private void startNext(ControlBlock block, int round) throws AioException {
        io().write(block.buffer(Pattern.direct(8, 0, 8L * round)).offset(8L * round));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @Asserts({"JDK-Basic-handlers-a", "JDK-Basic-handlers-b"})
    void aCallbackMayGoOnWithTheRestUntilAllIsMoved(long seed) throws IOException {
        Random random = new Random(seed);
        int bytes = 1024 + random.nextInt(16 * 1024);
        AsyncFile file = newFile("f");
        faults().limit(transfer -> true, 1 + random.nextInt(1000), Integer.MAX_VALUE);
        BufferKind kind = random.nextBoolean() ? BufferKind.HEAP : BufferKind.DIRECT;

        ByteBuffer source = Pattern.fill(kind.make(bytes), seed, 0);
        assertEquals(bytes, Bounded.get(moveAll(file, source, false)));
        ByteBuffer target = kind.make(bytes + 100);
        assertEquals(bytes, Bounded.get(moveAll(file, target, true)));

        Pattern.check(target.limit(bytes), seed, 0);
        Pattern.checkFile(path("f"), seed, bytes);
    }

    /** Moves what remains by one request after the other, each started by the callback of the one before. */
    private CompletableFuture<Integer> moveAll(AsyncFile file, ByteBuffer buffer, boolean read) throws AioException {
        CompletableFuture<Integer> moved = new CompletableFuture<>();
        ControlBlock block = block(file, buffer, 0).attachment("kept");
        block.sigEvent(SigEvent.call(told -> {
            try {
                int position = (int) (block.offset() + told.result());
                assertEquals(told.result(), io().result(block));
                assertEquals("kept", block.attachment());
                if (told.result() <= 0 || position == buffer.limit()) {
                    moved.complete(position);
                } else {
                    start(block.buffer(buffer.duplicate().position(position)).offset(position), read);
                }
            } catch (AioException | AssertionError e) {
                moved.completeExceptionally(e);
            }
        }));
        start(block, read);
        return moved;
    }

    private void start(ControlBlock block, boolean read) throws AioException {
        if (read) {
            io().read(block);
        } else {
            io().write(block);
        }
    }

    @Test
    @Asserts("ART-write-read")
    void aCallbackIsAMatterOfEachRequestAndTheLastDataWins() throws IOException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        ByteBuffer target = ByteBuffer.allocateDirect(4096);

        writeAndWait(block(file, Pattern.direct(4096, 1, 0), 0)
                .sigEvent(SigEvent.call(told).value(null)));
        writeAndWait(block(file, Pattern.direct(4096, 2, 0), 0));
        readAndWait(block(file, target, 0).attachment(null));

        assertNull(told.awaitOne().value());
        Pattern.check(target, 2, 0);
        file.close();
        told.assertCount(1);
    }

    @Test
    void callbacksAcrossManyFilesAreEachToldOnce() throws IOException {
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            AsyncFile file = newFile("f-" + i);
            told.add(new Told());
            for (int j = 0; j < 20; j++) {
                io().write(writeBlock(file, 8, 8L * j)
                        .sigEvent(SigEvent.call(told.get(i)).value(j)));
            }
        }

        for (Told one : told) {
            assertEquals(
                    20,
                    one.await(20).stream().map(Notification::value).distinct().count());
            one.assertCount(20);
        }
        assertEquals(160, Files.size(path("f-7")));
    }
}
