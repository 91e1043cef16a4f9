package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A request as a CompletionStage: who is told, where, and that nobody but the engine completes it. */
class RequestStageContractTest extends TckTest {
    @Test
    void nobodyOutsideCanCompleteIt() throws Exception {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);

        CompletableFuture<Long> copy = write.toCompletableFuture();
        assertNotSame(write, copy);
        assertTrue(copy.complete(99L));
        assertTrue(write.toCompletableFuture().completeExceptionally(new IllegalStateException()));
        assertTrue(write.toCompletableFuture().cancel(true));

        assertFalse(write.isDone());
        hold.release();
        assertEquals(8, answer(write));
        assertEquals(99, copy.get());
        assertEquals(8, Bounded.get(write.toCompletableFuture()));
    }

    @Test
    void dependentsAreToldTheAnswer() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        ByteBuffer buffer = ByteBuffer.allocate(60);

        CompletableFuture<Long> chain = file.size()
                .thenCompose(size -> file.read(buffer, size - 60))
                .thenCombine(file.size(), Long::sum)
                .thenCompose(sum -> file.truncate(sum / 2).thenApply(nothing -> sum))
                .toCompletableFuture();

        assertEquals(160, Bounded.get(chain));
        Pattern.check(buffer, 0, 40);
        Pattern.checkFile(path("f"), 0, 80);
    }

    @Test
    void aFailureReachesDependentsAsTheAioExceptionItself() throws IOException {
        AsyncFile file = newFile("f");
        faults().fail(Faults.kind(TransferKind.WRITE), Errno.ENOSPC, 1);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(ByteBuffer.allocate(8), 16);

        CompletableFuture<Throwable> handled =
                write.handle((result, failure) -> failure).toCompletableFuture();
        CompletableFuture<Long> copy = write.toCompletableFuture();
        hold.release();

        AioException told = (AioException) Bounded.get(handled);
        assertEquals(Errno.ENOSPC, told.errno());
        assertEquals(16, told.offset());
        assertEquals(8, told.length());
        assertSame(AioException.class, Bounded.failure(copy).getClass());
        assertEquals(
                "recovered", Bounded.get(write.handle((r, e) -> "recovered").toCompletableFuture()));
    }

    @Test
    void dependentsAddedBeforeAndAfterTheEndAreEachToldOnce() throws IOException {
        AsyncFile file = open(fileOf("f", 8), READ);
        Race race = race();
        AtomicInteger told = new AtomicInteger();
        List<CompletableFuture<?>> dependents = new ArrayList<>();
        for (int round = 0; round < Race.ROUNDS; round++) {
            Hold hold = hold(TransferKind.READ);
            Request<Long> read = file.read(ByteBuffer.allocate(8), 0);
            hold.awaitHeld(1);
            race.run(
                    () -> {
                        for (int i = 0; i < 3; i++) {
                            dependents.add(read.thenRun(told::incrementAndGet).toCompletableFuture());
                        }
                    },
                    hold::release);
        }

        for (CompletableFuture<?> dependent : dependents) {
            Bounded.get(dependent);
        }

        assertEquals(3 * Race.ROUNDS, told.get());
    }

    @Test
    void dependentsNeverRunOnAThreadThatMovesBytes() throws IOException {
        Movers movers = Movers.of(faults());
        Set<Thread> ran = ConcurrentHashMap.newKeySet();
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<CompletableFuture<?>> dependents = new ArrayList<>();
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Request<Long> write = file.write(Pattern.heap(8, 0, 8L * i), 8L * i);
            writes.add(write);
            dependents.add(write.thenRun(() -> ran.add(Thread.currentThread())).toCompletableFuture());
        }

        hold.release();
        for (Request<Long> write : writes) {
            answer(write);
        }

        dependents.forEach(Bounded::get);
        movers.assertNotAmong(ran);
        assertFalse(ran.contains(Thread.currentThread()));
    }

    @Test
    void aDependentAddedAfterTheEndRunsInTheThreadThatAddsIt() throws IOException {
        Request<Long> write = newFile("f").write(ByteBuffer.allocate(8), 0);
        answer(write);
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        Bounded.get(write.thenRun(() -> ran.complete(Thread.currentThread())).toCompletableFuture());

        assertSame(Thread.currentThread(), ran.getNow(null));
    }

    @Test
    void whatADependentThrowsHarmsNobodyElse() throws IOException {
        AsyncFile file = newFile("f");
        for (int i = 0; i < 20; i++) {
            Hold hold = hold(TransferKind.WRITE);
            Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
            CompletableFuture<?> failing = write.thenRun(() -> {
                        throw new AssertionError("thrown by the test");
                    })
                    .toCompletableFuture();
            CompletableFuture<?> healthy = write.thenRun(() -> {}).toCompletableFuture();

            hold.release();

            assertEquals(8, answer(write));
            Bounded.get(healthy);
            assertTrue(Bounded.failure(failing).getCause() instanceof AssertionError
                    || Bounded.failure(failing) instanceof AssertionError);
        }
    }

    @Test
    void aDependentMayWaitForAnotherRequestThoughThereIsOneCallbackThread() throws IOException {
        UnderTest single = start(Map.of("callback.threads", 1));
        AsyncFile file = single.io().open(path("f"), READ, WRITE, CREATE);
        Hold hold = single.faults().hold(Faults.kind(TransferKind.WRITE));
        Request<Long> write = file.write(ByteBuffer.allocate(8), 0);
        CompletableFuture<Long> dependent = write.thenApply(moved -> {
                    try {
                        return answer(file.read(ByteBuffer.allocate(100), 0));
                    } catch (AioException e) {
                        throw new AssertionError(e);
                    }
                })
                .toCompletableFuture();

        hold.release();

        assertEquals(8, Bounded.get(dependent));
    }

    @Test
    @Asserts({"URING-link-ok", "URING-link-drain"})
    void chainsKeepTheirOrderAndDoNotWaitForEachOther() throws IOException {
        AsyncFile held = newFile("held");
        AsyncFile free = newFile("free");
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        Hold hold = faults().hold(Faults.on(path("held")));

        CompletableFuture<?> first = chain(held, order, 100);
        CompletableFuture<?> second = chain(free, order, 200);

        Bounded.get(second);
        assertFalse(first.isDone());
        assertEquals(List.of(200, 201, 202, 203, 204), List.copyOf(order));
        order.clear();
        hold.release();
        Bounded.get(first);
        assertEquals(List.of(100, 101, 102, 103, 104), List.copyOf(order));
        Pattern.checkFile(path("held"), 0, 65_536);
    }

    /** Starts a heavy write and four more requests, each when the one before is done. */
    private static CompletableFuture<?> chain(AsyncFile file, List<Integer> order, int number) {
        return file.write(Pattern.direct(65_536, 0, 0), 0)
                .thenRun(() -> order.add(number))
                .thenCompose(nothing -> file.sync(SyncMode.DATA))
                .thenRun(() -> order.add(number + 1))
                .thenCompose(nothing -> file.read(ByteBuffer.allocate(10), 0))
                .thenRun(() -> order.add(number + 2))
                .thenCompose(nothing -> file.size())
                .thenRun(() -> order.add(number + 3))
                .thenCompose(nothing -> file.truncate(65_536))
                .thenRun(() -> order.add(number + 4))
                .toCompletableFuture();
    }
}
