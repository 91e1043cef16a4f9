package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** A request of an AsyncFile: how its answer is waited for, and how it stays. */
class RequestContractTest extends TckTest {
    @Test
    void anAnswerStaysTheSameForEver() throws Exception {
        AsyncFile file = newFile("f");
        Request<Long> write = file.write(Pattern.heap(100, 0, 0), 0);
        assertEquals(100, answer(write));
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        Request<Long> failed = file.write(Pattern.heap(100, 0, 0), 0);
        expectFailure(Errno.ENOSPC, failed);

        file.close();

        for (int i = 0; i < 3; i++) {
            assertTrue(write.isDone());
            assertEquals(100, write.await());
            assertEquals(100, write.await(Duration.ZERO));
            assertTrue(failed.isDone());
            expectErrno(Errno.ENOSPC, failed::await);
            expectErrno(Errno.ENOSPC, () -> failed.await(Duration.ofNanos(-1)));
        }
    }

    @Test
    void aRequestThatIsDoneHasNothingToDoWithThoseThatFollow() throws Exception {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        Request<Long> failed = file.write(Pattern.heap(100, 0, 0), 0);
        expectFailure(Errno.ENOSPC, failed);
        Request<Long> done = file.write(Pattern.heap(100, 0, 0), 0);
        assertEquals(100, answer(done));
        // Whatever of it is used again is so by now.
        for (int i = 0; i < 5; i++) {
            assertEquals(50, answer(file.write(Pattern.heap(50, 0, 0), 0)));
        }

        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> following = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            following.add(file.write(Pattern.heap(i, 0, 0), 0));
        }

        assertTrue(done.isDone());
        assertEquals(100, done.await());
        assertEquals(100, done.await(Duration.ZERO));
        assertEquals(CancelResult.ALL_DONE, done.cancel());
        assertEquals(101, Bounded.get(done.thenApply(bytes -> bytes + 1).toCompletableFuture()));
        expectErrno(Errno.ENOSPC, failed::await);
        assertEquals(CancelResult.ALL_DONE, failed.cancel());
        following.forEach(each -> assertFalse(each.isDone()));
        hold.release();
        for (int i = 1; i <= 10; i++) {
            assertEquals(i, answer(following.get(i - 1)));
        }
        assertEquals(100, done.await());
    }

    @Test
    @Asserts({"JDK-Basic-future-a", "JDK-Basic-future-b"})
    void awaitingOneAfterTheOtherMovesAFile() throws IOException {
        int bytes = 10_007;
        AsyncFile file = newFile("f");
        faults().limit(transfer -> true, 997, Integer.MAX_VALUE);
        ByteBuffer source = Pattern.heap(bytes, 5, 0);
        while (source.hasRemaining()) {
            long moved = answer(file.write(source, source.position()));
            source.position(source.position() + (int) moved);
        }

        ByteBuffer target = ByteBuffer.allocateDirect(bytes + 1000);
        for (long moved = -1; moved != 0; target.position(target.position() + (int) moved)) {
            moved = answer(file.read(target, target.position()));
        }

        Pattern.check(target.flip(), 5, 0);
        assertEquals(bytes, target.remaining());
        Pattern.checkFile(path("f"), 5, bytes);
    }

    @Test
    void theAnswerOfASyncATruncateAndACloseIsNull() throws IOException {
        AsyncFile file = newFile("f");

        assertNull(answer(file.sync(SyncMode.FULL)));
        assertNull(answer(file.sync(SyncMode.DATA)));
        assertNull(answer(file.truncate(0)));
        assertNull(answer(file.closeAsync()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void awaitWithATimeoutOfZeroOrLessDoesNotWait(long seconds) throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);

        assertThrows(TimeoutException.class, () -> write.await(Duration.ofSeconds(seconds)));
        assertFalse(write.isDone());
        hold.release();

        assertEquals(8, answer(write));
        assertEquals(8, write.await(Duration.ofSeconds(seconds)));
    }

    @Test
    @Asserts({"URING-link-timeout-fires", "URING-link-timeout-unused"})
    void awaitEndsAfterItsTimeoutAndTheRequestGoesOn() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(Pattern.heap(8, 0, 0), 0);
        long begin = System.nanoTime();

        assertThrows(TimeoutException.class, () -> write.await(Duration.ofMillis(50)));

        assertTrue(System.nanoTime() - begin >= 50_000_000);
        assertFalse(write.isDone());
        hold.release();
        assertEquals(8, write.await(Bounded.LIMIT));
        Pattern.checkFile(path("f"), 0, 8);
    }

    @Test
    void aHugeTimeoutWaitsWithoutLimit() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
        Future<Long> waiter = background(() -> write.await(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)));

        hold.release();

        assertEquals(8, Bounded.get(waiter));
    }

    @Test
    void anInterruptEndsTheWaitAndNothingElse() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(Pattern.heap(8, 0, 0), 0);
        List<Boolean> flags = new ArrayList<>();
        Thread waiter = new Thread(() -> {
            assertThrows(InterruptedException.class, write::await);
            flags.add(Thread.currentThread().isInterrupted());
        });
        waiter.start();
        Waiter.settle(waiter);

        waiter.interrupt();
        Bounded.join(waiter);

        assertEquals(List.of(false), flags);
        assertFalse(write.isDone());
        hold.release();
        assertEquals(8, answer(write));
        assertTrue(file.isOpen());
        assertEquals(8, answer(file.read(ByteBuffer.allocate(8), 0)));
        Pattern.checkFile(path("f"), 0, 8);
    }

    @Test
    void anInterruptedThreadDoesNotWaitAndStartsRequestsAsAnyOther() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);

        Bounded.get(background(() -> {
            Thread.currentThread().interrupt();
            Request<Long> write = file.write(Pattern.heap(8, 0, 0), 0);
            assertThrows(InterruptedException.class, () -> write.await(Bounded.LIMIT));
            Thread.currentThread().interrupt();
            Request<Long> read = file.read(ByteBuffer.allocate(8), 100);
            Bounded.await("the read to end", read::isDone);
            assertTrue(Thread.interrupted());
            hold.release();
            return assertEqualsLong(8, answer(write));
        }));

        assertTrue(file.isOpen());
        Pattern.checkFile(path("f"), 0, 8);
    }

    private static Void assertEqualsLong(long expected, long actual) {
        assertEquals(expected, actual);
        return null;
    }

    @Test
    void everyWaiterOfARequestIsWoken() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
        CountDownLatch waiting = new CountDownLatch(8);
        List<Future<Long>> waiters = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean isTimed = i % 2 == 0;
            waiters.add(background(() -> {
                waiting.countDown();
                return isTimed ? write.await(Bounded.LIMIT) : write.await();
            }));
        }
        Bounded.await(waiting);

        hold.release();

        for (Future<Long> waiter : waiters) {
            assertEquals(8, Bounded.get(waiter));
        }
    }

    @Test
    void aWaiterThatRacesWithTheEndIsNeverForgotten() throws IOException {
        AsyncFile file = open(fileOf("f", 8), READ);
        Race race = race();
        ByteBuffer buffer = ByteBuffer.allocateDirect(8);
        for (int round = 0; round < Race.ROUNDS; round++) {
            Hold hold = hold(TransferKind.READ);
            Request<Long> read = file.read(buffer, 0);
            hold.awaitHeld(1);

            race.run(() -> assertEquals(8, answer(read)), hold::release);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"SUCCESS", "UNKNOWN", "ECANCELED"})
    @Asserts("URING-nop-inject")
    void everyErrnoOfTheProviderIsDeliveredUnchanged(Errno errno) throws IOException {
        AsyncFile file = open(fileOf("f", 8), READ);
        faults().failWith(Faults.kind(TransferKind.READ), errno.number(), 1);

        AioException failure = expectFailure(errno, file.read(ByteBuffer.allocate(8), 0));

        assertEquals(errno.number(), failure.errorNumber());
        assertTrue(failure.getMessage().contains(errno + " (" + errno.number() + ")"), failure::getMessage);
        assertEquals(8, answer(file.read(ByteBuffer.allocate(8), 0)));
    }

    @Test
    void anErrorThatTheEnumDoesNotListKeepsItsNumberAndItsText() throws IOException {
        AsyncFile file = open(fileOf("f", 8), READ);
        faults().failWith(Faults.kind(TransferKind.READ), 133, 1);

        assertEquals(
                133,
                expectFailure(Errno.UNKNOWN, file.read(ByteBuffer.allocate(8), 0))
                        .errorNumber());
        faults().failWithText(Faults.kind(TransferKind.READ), 0, "the disk sighed", 1);
        AioException failure = expectFailure(Errno.UNKNOWN, file.read(ByteBuffer.allocate(8), 0));

        assertEquals(0, failure.errorNumber());
        assertTrue(failure.getMessage().contains("the disk sighed"), failure::getMessage);
    }

    @ParameterizedTest
    @ValueSource(ints = {133, 28})
    void aNumberAndATextThatAreToldTogetherAreBothKept(int number) throws IOException {
        AsyncFile file = open(fileOf("f", 8), READ);
        faults().failWithText(Faults.kind(TransferKind.READ), number, "the disk sighed", 1);

        AioException failure = expectFailure(Errno.of(number), file.read(ByteBuffer.allocate(8), 0));

        assertEquals(number, failure.errorNumber());
        assertTrue(failure.getMessage().contains("the disk sighed"), failure::getMessage);
        assertTrue(failure.getMessage().contains(String.valueOf(number)), failure::getMessage);
    }

    @Test
    void readsAndWritesMayEndInAnyOrder() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        Hold hold = faults().hold(Faults.at(0));
        Request<Long> first = file.write(ByteBuffer.allocate(8), 0);
        Request<Long> second = file.write(ByteBuffer.allocate(8), 8);
        Request<Long> third = file.read(ByteBuffer.allocate(100), 4);

        assertEquals(8, answer(second));
        assertEquals(96, answer(third));

        assertFalse(first.isDone());
        hold.release();
        assertEquals(8, answer(first));
    }

    @Test
    void refusalsAreFailedRequestsThatAreDoneAtOnce() throws IOException {
        AsyncFile file = open(fileOf("f", 8), READ);
        ByteBuffer buffer = ByteBuffer.allocate(8);

        assertRefused(Errno.EINVAL, file.read(buffer, -1));
        assertRefused(Errno.EINVAL, file.read(buffer, Long.MIN_VALUE));
        assertRefused(Errno.EINVAL, file.read(buffer, Long.MAX_VALUE - 7));
        assertRefused(Errno.EINVAL, file.read(new ByteBuffer[] {buffer}, -1));
        assertRefused(Errno.EINVAL, file.read(buffer.asReadOnlyBuffer(), 0));
        assertRefused(Errno.EBADF, file.write(buffer, 0));
        assertRefused(Errno.EBADF, file.sync(SyncMode.FULL));
    }

    private static void assertRefused(Errno errno, Request<?> request) {
        assertTrue(request.isDone());
        AioException refusal = expectErrno(errno, request::await);
        assertTrue(refusal.getMessage().contains(errno.toString()), refusal::getMessage);
        assertTrue(request.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void nullArgumentsAreNamedAtTheCall() throws IOException {
        AsyncFile file = newFile("f");

        Nulls.refused("target", () -> file.read((ByteBuffer) null, 0));
        Nulls.refused("source", () -> file.write((ByteBuffer) null, 0));
        Nulls.refused("mode", () -> file.sync(null));
        Nulls.refused("timeout", () -> file.size().await(null));
    }
}
