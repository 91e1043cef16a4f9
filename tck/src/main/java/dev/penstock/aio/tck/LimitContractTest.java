package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.TransferRecord.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A full engine answers EAGAIN at once, exactly past its limits, and is full no longer when a request ends. */
class LimitContractTest extends TckTest {
    private static final int MOST = 8;

    @Override
    protected Map<String, ?> configuration() {
        return Map.of("max.requests", MOST, "max.requests.per.consumer", MOST);
    }

    /** Starts as many writes of 8 bytes as there may be. */
    private List<ControlBlock> startAll(AsyncFile file) throws AioException {
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            blocks.add(writeBlock(file, 8, 8L * i));
            io().write(blocks.get(i));
        }
        return blocks;
    }

    @Test
    @Asserts({"LTP-aio_write-7-1", "URING-sq-full"})
    void exactlyPastTheLimitARequestIsRefusedAndTheBlockIsAsBefore() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold();
        List<ControlBlock> accepted = startAll(file);
        Told told = new Told();
        ControlBlock refused = writeBlock(file, 8, 8L * MOST).sigEvent(SigEvent.call(told));

        expectErrno(Errno.EAGAIN, () -> io().write(refused));
        expectErrno(Errno.EAGAIN, () -> io().read(refused));
        expectErrno(Errno.EAGAIN, () -> io().sync(SyncMode.FULL, refused));

        assertFalse(refused.isBusy());
        assertEquals(0, refused.sequence());
        expectErrno(Errno.EINVAL, () -> io().error(refused));
        hold.release();
        for (ControlBlock block : accepted) {
            assertEquals(8, success(block));
        }
        assertEquals(8L * MOST, Files.size(path("f")));
        assertEquals(8, writeAndWait(refused));
        assertEquals(1, told.awaitOne().sequence());
        Pattern.checkFile(path("f"), 0, 8 * MOST + 8);
    }

    @Test
    @Asserts("LTP-aio_fsync-A11")
    void everyRequestOfAFileCountsAndARefusalIsAFailedRequest() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        Hold hold = hold();
        List<Request<?>> accepted = List.of(
                file.read(ByteBuffer.allocate(8), 0),
                file.read(new ByteBuffer[] {ByteBuffer.allocate(4), ByteBuffer.allocate(4)}, 0),
                file.write(ByteBuffer.allocate(8), 100),
                file.readFully(ByteBuffer.allocate(8), 0),
                file.writeFully(ByteBuffer.allocate(8), 108),
                file.size(),
                file.sync(SyncMode.DATA),
                file.truncate(100));
        assertEquals(MOST, accepted.size());
        List<Request<?>> refused = List.of(
                file.read(ByteBuffer.allocate(8), 0),
                file.write(ByteBuffer.allocate(8), 0),
                file.readFully(ByteBuffer.allocate(8), 0),
                file.writeFully(ByteBuffer.allocate(8), 0),
                file.sync(SyncMode.FULL),
                file.truncate(0));

        for (Request<?> request : refused) {
            assertTrue(request.isDone());
            expectFailure(Errno.EAGAIN, request);
        }

        hold.release();
        for (Request<?> request : accepted) {
            answer(request);
        }
        Pattern.checkFile(path("f"), 0, 100);
        answer(file.sync(SyncMode.FULL));
    }

    @Test
    void closeNeedsNoSlot() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold();
        startAll(file);

        Request<Void> closing = file.closeAsync();
        hold.release();

        answer(closing);
    }

    @Test
    void aSlotIsFreeWhenTheRequestEndsNotWhenItsResultIsCollected() throws AioException {
        AsyncFile file = newFile("f");
        for (int round = 0; round < 10; round++) {
            Hold hold = hold();
            List<ControlBlock> blocks = startAll(file);
            expectErrno(Errno.EAGAIN, () -> io().write(writeBlock(file, 8, 0)));
            hold.release(1);
            Bounded.await("one to end", () -> blocks.stream().anyMatch(block -> isDone(io(), block)));

            io().write(writeBlock(file, 8, 0));

            expectErrno(Errno.EAGAIN, () -> io().write(writeBlock(file, 8, 0)));
            hold.release();
            blocks.forEach(block -> Bounded.await("all to end", () -> isDone(io(), block)));
            answer(file.sync(SyncMode.DATA));
        }
    }

    private static boolean isDone(AsyncIo io, ControlBlock block) {
        try {
            return io.error(block) != Errno.EINPROGRESS;
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyOutcomeGivesItsSlotBack() throws IOException {
        UnderTest narrow = start(Map.of("max.requests", MOST, "max.requests.per.consumer", MOST, "window", 1));
        AsyncFile file = narrow.io().open(path("f"), READ, WRITE, CREATE);
        for (int round = 0; round < 300; round++) {
            Hold hold = narrow.faults().hold(Faults.at(0));
            Request<Long> first = file.write(ByteBuffer.allocate(8), 0);
            Request<Long> canceled = file.write(ByteBuffer.allocate(8), 8);
            Request<Long> failed = file.write(ByteBuffer.allocate(8), 16);
            hold.awaitHeld(1);
            narrow.faults().fail(Faults.at(16), Errno.ENOSPC, 1);
            assertEquals(CancelResult.CANCELED, canceled.cancel());
            expectFailure(Errno.EINVAL, file.write(ByteBuffer.allocate(8), -1));
            Request<Long> empty = file.write(ByteBuffer.allocate(0), 8);
            hold.release();
            answer(first);
            expectFailure(Errno.ENOSPC, failed);
            answer(empty);
        }

        Hold hold = narrow.faults().hold(transfer -> true);
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            writes.add(file.write(ByteBuffer.allocate(8), 8L * i));
        }
        expectFailure(Errno.EAGAIN, file.write(ByteBuffer.allocate(8), 0));
        hold.release();
        for (Request<Long> write : writes) {
            assertEquals(8, answer(write));
        }
    }

    @Test
    void threadsTogetherGetExactlyAsManyAsTheLimit() throws AioException {
        AsyncFile file = newFile("f");
        for (int round = 0; round < Race.ROUNDS; round++) {
            Hold hold = hold();
            AtomicInteger accepted = new AtomicInteger();
            List<Request<Long>> writes = Collections.synchronizedList(new ArrayList<>());
            List<Future<?>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(background(() -> {
                    for (int j = 0; j < MOST; j++) {
                        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
                        if (!write.isDone()) {
                            accepted.incrementAndGet();
                            writes.add(write);
                        }
                    }
                    return null;
                }));
            }
            threads.forEach(Bounded::get);

            assertEquals(MOST, accepted.get());
            hold.release();
            for (Request<Long> write : writes) {
                assertEquals(8, answer(write));
            }
        }
    }

    @Test
    void aConsumersOwnLimitIsSmallerThanThatOfAll() throws AioException {
        UnderTest shared = start(Map.of("max.requests", MOST, "max.requests.per.consumer", 3));
        AsyncFile file = shared.io().open(path("f"), WRITE, CREATE);
        Hold hold = shared.faults().hold(transfer -> true);
        List<Request<Long>> accepted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            accepted.add(file.write(ByteBuffer.allocate(8), 8L * i));
        }

        expectFailure(Errno.EAGAIN, file.write(ByteBuffer.allocate(8), 0));

        hold.release();
        for (Request<Long> write : accepted) {
            assertEquals(8, answer(write));
        }
        assertEquals(8, answer(file.write(ByteBuffer.allocate(8), 0)));
    }

    @Test
    void noMoreThanTheWindowIsAtTheProviderAtATime() throws AioException {
        UnderTest narrow = start(Map.of("window", 3));
        AsyncFile file = narrow.io().open(path("f"), WRITE, CREATE);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        narrow.faults().observe(record -> {
            int atTheProvider = record.event() == Event.STAGED ? now.incrementAndGet() : now.decrementAndGet();
            most.accumulateAndGet(atTheProvider, Math::max);
        });
        Hold hold = narrow.faults().hold(transfer -> true);
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            writes.add(file.write(ByteBuffer.allocate(8), 8L * i));
        }
        hold.awaitHeld(3);
        hold.release();

        for (Request<Long> write : writes) {
            assertEquals(8, answer(write));
        }

        assertEquals(3, most.get());
    }

    @Test
    void moreOpenFilesThanTheLimitAreEMFILEAndNothingIsCreated() throws IOException {
        UnderTest few = start(Map.of("max.open.files", 3));
        assertEquals(3, few.io().limits().maxOpenFiles());
        List<AsyncFile> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(few.io().open(path("f-" + i), WRITE, CREATE));
        }

        expectErrno(Errno.EMFILE, () -> few.io().open(path("f-3"), WRITE, CREATE));
        assertFalse(Files.exists(path("f-3")));
        expectErrno(Errno.EMFILE, () -> few.io().open(path("missing"), READ));

        files.get(1).close();
        files.get(1).close();
        assertTrue(few.io().open(path("f-3"), WRITE, CREATE).isOpen());
        expectErrno(Errno.EMFILE, () -> few.io().open(path("f-4"), WRITE, CREATE));
    }

    @Test
    void anOpenThatFailsTakesNoneOfTheFiles() throws IOException {
        UnderTest one = start(Map.of("max.open.files", 1));
        for (int i = 0; i < 10; i++) {
            expectErrno(Errno.ENOENT, () -> one.io().open(path("missing"), READ));
            expectErrno(Errno.EISDIR, () -> one.io().open(directory, READ));
        }
        for (int i = 0; i < 10; i++) {
            one.io().open(path("f"), WRITE, CREATE).close();
        }
    }
}
