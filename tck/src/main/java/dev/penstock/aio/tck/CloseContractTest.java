package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Closing a file: what was accepted ends, what comes later is refused, and the descriptor goes last. */
class CloseContractTest extends TckTest {
    /** One request at a time is at the provider, so that the others wait in the engine. */
    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 1);
    }

    @Test
    @Asserts({"JDK-Basic-isOpen", "JDK-Basic-closed-read", "JDK-Basic-closed-write"})
    void aClosedFileRefusesEveryRequestWithEBADF() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        file.close();

        assertFalse(file.isOpen());
        for (Request<?> refused : oneOfEach(file)) {
            assertTrue(refused.isDone());
            expectFailure(Errno.EBADF, refused);
        }
        expectErrno(Errno.EBADF, file::cancelAll);
        Pattern.checkFile(path("f"), 0, 100);
    }

    private static List<Request<?>> oneOfEach(AsyncFile file) {
        ByteBuffer buffer = ByteBuffer.allocate(8);
        return List.of(
                file.read(buffer, 0),
                file.read(new ByteBuffer[] {buffer}, 0),
                file.readFully(buffer, 0),
                file.write(buffer, 0),
                file.write(new ByteBuffer[] {buffer}, 0),
                file.writeFully(buffer, 0),
                file.sync(SyncMode.FULL),
                file.sync(SyncMode.DATA),
                file.truncate(0),
                file.size());
    }

    @Test
    void aClosedFileRefusesControlBlocksWithEBADFAndTheyStayAsTheyWere() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock done = writeBlock(file, 8, 0);
        io().write(done);
        awaitDone(done);
        ControlBlock fresh = writeBlock(file, 8, 0);
        file.close();

        expectErrno(Errno.EBADF, () -> io().write(fresh));
        expectErrno(Errno.EBADF, () -> io().read(fresh));
        expectErrno(Errno.EBADF, () -> io().sync(SyncMode.FULL, fresh));
        expectErrno(Errno.EBADF, () -> io().cancel(file));
        expectErrno(Errno.EBADF, () -> io().cancel(done));

        assertFalse(fresh.isBusy());
        assertEquals(0, fresh.sequence());
        assertEquals(8, success(done));
    }

    @Test
    void pathOptionsAndAlignmentOfAClosedFileAreStillThere() throws IOException {
        AsyncFile file = open(fileOf("f", 1), READ);

        file.close();

        assertEquals(path("f"), file.path());
        assertEquals(Set.of(READ), file.options());
        assertEquals(1, file.alignmentBytes());
        assertFalse(file.isPoisoned());
    }

    @Test
    void closeWaitsForWhatRunsAndForWhatIsQueued() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> accepted = fourWrites(file);
        Request<Void> sync = file.sync(SyncMode.DATA);
        Request<Void> truncate = file.truncate(1500);

        Future<?> closing = background(() -> {
            file.close();
            return null;
        });
        Bounded.await("the file to refuse requests", () -> !file.isOpen());

        expectFailure(Errno.EBADF, file.write(ByteBuffer.allocate(1), 0));
        assertFalse(closing.isDone());
        assertFalse(accepted.get(0).isDone());
        hold.release();
        Bounded.get(closing);
        for (Request<Long> request : accepted) {
            assertTrue(request.isDone());
            assertEquals(512, answer(request));
        }
        assertTrue(sync.isDone());
        assertTrue(truncate.isDone());
        answer(sync);
        answer(truncate);
        Pattern.checkFile(path("f"), 0, 1500);
    }

    private static List<Request<Long>> fourWrites(AsyncFile file) {
        List<Request<Long>> requests = new ArrayList<>();
        for (long offset = 0; offset < 2048; offset += 512) {
            requests.add(file.write(Pattern.direct(512, 0, offset), offset));
        }
        return requests;
    }

    @Test
    void afterTheCloseTimeoutWhatIsQueuedIsCanceledAndWhatRunsIsWaitedFor() throws Exception {
        UnderTest hasty = start(Map.of("window", 1, "close.timeout.ms", 100));
        AsyncFile file = hasty.io().open(path("f"), WRITE, CREATE);
        Hold hold = hasty.faults().hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> accepted = fourWrites(file);
        hold.awaitHeld(1);

        Request<Void> closing = file.closeAsync();

        for (Request<Long> queued : accepted.subList(1, 4)) {
            expectFailure(Errno.ECANCELED, queued);
        }
        assertFalse(accepted.get(0).isDone());
        assertFalse(closing.isDone());
        hold.release();
        answer(closing);
        assertEquals(512, answer(accepted.get(0)));
        Pattern.checkFile(path("f"), 0, 512);
    }

    @Test
    void beforeTheCloseTimeoutNothingIsCanceled() throws Exception {
        UnderTest patient = start(Map.of("window", 1, "close.timeout.ms", 60_000));
        AsyncFile file = patient.io().open(path("f"), WRITE, CREATE);
        Hold hold = patient.faults().hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> accepted = fourWrites(file);
        hold.awaitHeld(1);

        Request<Void> closing = file.closeAsync();

        assertThrows(TimeoutException.class, () -> accepted.get(3).await(Duration.ofMillis(300)));
        hold.release();
        answer(closing);
        assertEquals(512, answer(accepted.get(3)));
    }

    @Test
    void whoWantsItFastCancelsAllFirst() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> accepted = fourWrites(file);
        hold.awaitHeld(1);

        assertEquals(3, file.cancelAll().canceled());
        Request<Void> closing = file.closeAsync();
        hold.release();

        answer(closing);
        assertEquals(512, answer(accepted.get(0)));
        expectFailure(Errno.ECANCELED, accepted.get(3));
    }

    @Test
    void requestsOfAFileThatIsClosingCanStillBeCanceled() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> accepted = fourWrites(file);
        hold.awaitHeld(1);
        Request<Void> closing = file.closeAsync();

        assertEquals(CancelResult.CANCELED, accepted.get(2).cancel());

        expectFailure(Errno.ECANCELED, accepted.get(2));
        hold.release();
        answer(closing);
        assertEquals(512, answer(accepted.get(3)));
    }

    @Test
    @Asserts({"ART-double-close", "LTPK-io_destroy01"})
    void aSecondCloseHasNoEffect() throws AioException {
        AsyncFile file = newFile("f");
        file.close();

        file.close();

        assertFalse(file.isOpen());
        answer(file.closeAsync());
    }

    @Test
    void everyCloseWaitsForTheOneThatCloses() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(Pattern.heap(512, 0, 0), 0);
        List<Future<?>> closing = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            closing.add(background(() -> {
                file.close();
                assertTrue(write.isDone());
                return null;
            }));
        }
        Bounded.await("the file to refuse requests", () -> !file.isOpen());
        assertTrue(closing.stream().noneMatch(Future::isDone));

        hold.release();

        closing.forEach(Bounded::get);
    }

    @Test
    void closeAsyncDoesNotWaitAndAnswersEveryCallWithTheSameRequest() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(Pattern.heap(512, 0, 0), 0);

        Request<Void> closing = file.closeAsync();

        assertFalse(file.isOpen());
        assertFalse(closing.isDone());
        assertSame(closing, file.closeAsync());
        hold.release();
        answer(closing);
        assertTrue(write.isDone());
        assertSame(closing, file.closeAsync());
    }

    @Test
    void theErrorOfClosingTheDescriptorIsThrown() throws AioException {
        AsyncFile first = newFile("first");
        AsyncFile second = newFile("second");
        faults().failClose(Errno.EIO, 2);

        expectErrno(Errno.EIO, first::close);
        expectFailure(Errno.EIO, second.closeAsync());

        assertFalse(first.isOpen());
        assertFalse(second.isOpen());
    }

    @Test
    void closeGivesTheDescriptorBack() throws IOException {
        AsyncFile file = newFile("f");
        answer(file.write(Pattern.heap(512, 0, 0), 0));
        assertEquals(1, Descriptors.of(path("f")));

        file.close();

        assertEquals(0, Descriptors.of(path("f")));
    }

    @Test
    void theDescriptorIsKeptWhileARequestHoldsItSoThatNothingLandsInAnotherFile() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = faults().hold(Faults.on(path("f")));
        Request<Long> write = file.write(Pattern.direct(512, 0, 0), 0);
        hold.awaitHeld(1);
        Request<Void> closing = file.closeAsync();
        List<Path> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(newFile("other-" + i).path());
        }

        hold.release();
        answer(closing);

        assertEquals(512, answer(write));
        Pattern.checkFile(path("f"), 0, 512);
        for (Path other : others) {
            assertEquals(0, Files.size(other));
        }
    }

    @Test
    void aSubmitThatRacesWithCloseIsEitherRefusedOrCarriedOut() throws IOException {
        Race race = race();
        int carriedOut = 0;
        for (int round = 0; round < Race.ROUNDS; round++) {
            AsyncFile file = open(path("f"), WRITE, CREATE);
            long offset = 8L * round;
            List<Request<Long>> submitted = new ArrayList<>();

            race.run(() -> submitted.add(file.write(Pattern.heap(8, 0, offset), offset)), file::close);

            boolean isAccepted = isAccepted(submitted.get(0));
            assertEquals(isAccepted, Files.size(path("f")) == offset + 8);
            carriedOut += isAccepted ? 1 : 0;
        }
        System.out.println("submit against close: " + carriedOut + " of " + Race.ROUNDS + " carried out");
    }

    private static boolean isAccepted(Request<Long> request) {
        try {
            assertEquals(8, answer(request));
            return true;
        } catch (AioException e) {
            assertEquals(Errno.EBADF, e.errno());
            return false;
        }
    }

    @Test
    @Asserts({"JDK-LockReadWriteStress", "ART-open-close"})
    void aThousandTimesOpenReadWriteCloseEveryRequestHasItsOwnAnswer() throws IOException {
        Files.write(path("f"), new byte[100]);
        for (int round = 0; round < Race.ROUNDS; round++) {
            int bytes = 1 + round % 61;
            ByteBuffer target = ByteBuffer.allocate(bytes);
            try (AsyncFile file = open(path("f"), READ, WRITE)) {
                Request<Long> write = file.write(Pattern.heap(bytes, round, 0), 0);
                assertEquals(bytes, answer(write));
                Request<Long> read = file.read(target, 0);
                Request<Long> size = file.size();
                assertEquals(bytes, answer(read));
                assertEquals(100, answer(size));
                assertEquals(bytes, answer(write));
            }
            Pattern.check(target, round, 0);
        }
        assertEquals(0, Descriptors.of(path("f")));
    }

    @Test
    void filesOfOneInstanceAreClosedEachByItself() throws AioException {
        AsyncIo io = io();
        AsyncFile first = newFile("first");
        AsyncFile second = newFile("second");

        first.close();

        assertTrue(second.isOpen());
        assertEquals(8, writeAndWait(io.controlBlock().file(second).buffer(ByteBuffer.allocate(8))));
    }
}
