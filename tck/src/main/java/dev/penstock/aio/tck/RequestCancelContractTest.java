package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelReport;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Cancel of requests of an AsyncFile: its answer and what becomes of the request always agree. */
class RequestCancelContractTest extends TckTest {
    /** One request at a time is at the provider, so that the others wait in the engine. */
    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 1);
    }

    @Test
    @Asserts({"JDK-Basic-cancel-a", "JDK-Basic-cancel-b", "JDK-Basic-cancel-c"})
    void theAnswerAgreesWithTheOutcomeHoweverOftenOneAsks() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> running = file.write(Pattern.heap(8, 0, 0), 0);
        Request<Long> queued = file.write(Pattern.heap(8, 0, 8), 8);
        hold.awaitHeld(1);

        assertEquals(CancelResult.NOT_CANCELED, running.cancel());
        assertEquals(CancelResult.CANCELED, queued.cancel());

        assertFalse(running.isDone());
        assertTrue(queued.isDone());
        assertEquals(CancelResult.ALL_DONE, queued.cancel());
        hold.release();
        for (int i = 0; i < 2; i++) {
            assertEquals(8, running.await(Bounded.LIMIT));
            assertEquals(8, running.await());
            expectErrno(Errno.ECANCELED, () -> queued.await(Duration.ofSeconds(1)));
            expectErrno(Errno.ECANCELED, queued::await);
        }
        assertEquals(CancelResult.ALL_DONE, running.cancel());
        Pattern.checkFile(path("f"), 0, 8);
    }

    @Test
    void everyKindOfRequestThatIsQueuedCanBeCanceled() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        Hold hold = hold();
        Request<Long> running = file.read(ByteBuffer.allocate(8), 0);
        hold.awaitHeld(1);
        ByteBuffer buffer = ByteBuffer.allocate(8);
        List<Request<?>> queued = List.of(
                file.read(buffer, 0),
                file.write(buffer, 0),
                file.read(new ByteBuffer[] {buffer}, 0),
                file.write(new ByteBuffer[] {buffer}, 0),
                file.readFully(buffer, 0),
                file.writeFully(buffer, 0),
                file.sync(SyncMode.FULL),
                file.sync(SyncMode.DATA),
                file.truncate(0));

        for (Request<?> request : queued) {
            assertEquals(CancelResult.CANCELED, request.cancel());
            expectFailure(Errno.ECANCELED, request);
        }

        hold.release();
        assertEquals(8, answer(running));
        assertEquals(ByteBuffer.allocate(8), buffer);
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void aCanceledRequestFailsWithAnAioExceptionAndNotWithACancellation() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> running = file.write(ByteBuffer.allocate(8), 0);
        hold.awaitHeld(1);
        Request<Long> queued = file.write(ByteBuffer.allocate(8), 8);
        CompletableFuture<Throwable> handled =
                queued.handle((result, failure) -> failure).toCompletableFuture();

        assertEquals(CancelResult.CANCELED, queued.cancel());

        AioException told = (AioException) Bounded.get(handled);
        assertEquals(Errno.ECANCELED, told.errno());
        assertSame(
                AioException.class,
                Bounded.failure(queued.toCompletableFuture()).getClass());
        hold.release();
        answer(running);
    }

    @Test
    @Asserts("URING-sync-cancel-timeout")
    void aCancelOfWhatRunsDoesNotWaitForItAndItEndsLater() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> running = file.write(ByteBuffer.allocate(8), 0);
        hold.awaitHeld(1);

        for (int i = 0; i < 1000; i++) {
            assertEquals(CancelResult.NOT_CANCELED, running.cancel());
        }

        hold.release();
        assertEquals(8, answer(running));
    }

    @Test
    @Asserts("URING-sync-cancel-fd-all")
    void cancelAllEndsWhatIsQueuedAndCountsIt() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ);
        AsyncFile other = open(fileOf("other", 100), READ);
        Hold hold = hold(TransferKind.READ);
        List<Request<Long>> reads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reads.add(file.read(ByteBuffer.allocate(8), 0));
        }
        Request<Long> unrelated = other.read(ByteBuffer.allocate(8), 0);
        hold.awaitHeld(1);

        CancelReport report = file.cancelAll();

        assertEquals(CancelResult.NOT_CANCELED, report.result());
        assertEquals(4, report.canceled());
        assertEquals(1, report.running());
        for (Request<Long> queued : reads.subList(1, 5)) {
            assertTrue(queued.isDone());
            expectFailure(Errno.ECANCELED, queued);
        }
        hold.release();
        assertEquals(8, answer(reads.get(0)));
        assertEquals(8, answer(unrelated));
        assertEquals(CancelResult.ALL_DONE, file.cancelAll().result());
    }

    @Test
    void aCanceledRequestLeavesNoTraceAndThoseBehindItGoOn() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(file.write(Pattern.heap(8, i % 2 == 0 ? 0 : 1, 8L * (i / 2)), 8L * (i / 2)));
        }
        hold.awaitHeld(1);

        for (int i = 1; i < 100; i += 2) {
            assertEquals(CancelResult.CANCELED, writes.get(i).cancel());
        }
        hold.release();

        for (int i = 0; i < 100; i += 2) {
            assertEquals(8, answer(writes.get(i)));
        }
        Pattern.checkFile(path("f"), 0, 400);
    }

    @Test
    @Asserts("URING-cancel-race-threads")
    void whatOneThreadStartsAndAnotherCancelsEndsOnceAndAgreesWithTheFile() throws IOException {
        AsyncFile file = newFile("f");
        Race race = race();
        int canceled = 0;
        for (int round = 0; round < Race.ROUNDS; round++) {
            long offset = round;
            AtomicInteger told = new AtomicInteger();
            CompletableFuture<Request<Long>> started = new CompletableFuture<>();
            CompletableFuture<CancelResult> answered = new CompletableFuture<>();
            CompletableFuture<Object> dependent = new CompletableFuture<>();

            race.run(
                    () -> {
                        Request<Long> write = file.write(ByteBuffer.allocate(1).put(0, (byte) 1), offset);
                        started.complete(write);
                        write.handle((result, failure) -> told.incrementAndGet())
                                .thenAccept(dependent::complete);
                    },
                    () -> answered.complete(Bounded.get(started).cancel()));

            Request<Long> write = Bounded.get(started);
            if (Bounded.get(answered) == CancelResult.CANCELED) {
                expectFailure(Errno.ECANCELED, write);
                canceled++;
            } else {
                assertEquals(1, answer(write));
            }
            Bounded.get(dependent);
            assertEquals(1, told.get());
            ByteBuffer found = ByteBuffer.allocate(1);
            answer(file.read(found, offset));
            assertEquals(Bounded.get(answered) == CancelResult.CANCELED ? 0 : 1, found.get(0));
        }
        System.out.println("start against cancel: " + canceled + " of " + Race.ROUNDS + " canceled");
    }
}
