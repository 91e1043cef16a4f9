package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionCallback;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where callbacks run, and how many at a time: never where bytes are moved. */
class CallbackThreadContractTest extends TckTest {
    @Test
    @Asserts("JDK-Basic-pool-invoker")
    void itRunsOnTheExecutorOfItsEvent() throws AioException {
        AsyncFile file = newFile("f");
        for (int size = 1; size <= 5; size++) {
            Set<Thread> made = ConcurrentHashMap.newKeySet();
            Set<Thread> ran = ConcurrentHashMap.newKeySet();
            CountDownLatch told = new CountDownLatch(10);
            ExecutorService pool = Executors.newFixedThreadPool(size, task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                made.add(thread);
                return thread;
            });
            SigEvent event = SigEvent.call(pool, notification -> {
                ran.add(Thread.currentThread());
                told.countDown();
            });
            for (int i = 0; i < 10; i++) {
                writeAndWait(writeBlock(file, 8, 8L * i).sigEvent(event));
            }

            Bounded.await(told);
            pool.shutdownNow();
            assertTrue(made.containsAll(ran), () -> "ran in a foreign thread: " + ran);
        }
    }

    @Test
    @Asserts("JDK-CustomThreadPool")
    void withoutAnExecutorItRunsOnThreadsOfTheInstanceOnly() throws AioException {
        Movers movers = Movers.of(faults());
        Set<Thread> ran = ConcurrentHashMap.newKeySet();
        runMany(SigEvent.call(told -> ran.add(Thread.currentThread())));

        assertFalse(ran.contains(Thread.currentThread()));
        movers.assertNotAmong(ran);
        ran.forEach(thread -> assertTrue(thread.isDaemon(), thread::toString));
        String prefix = "penstock-" + io().name() + "-";
        ran.forEach(thread -> assertTrue(thread.getName().startsWith(prefix), thread::toString));
    }

    @Test
    void neitherExecutorNorCallbackIsCalledByAThreadThatMovesBytes() throws AioException {
        Movers movers = Movers.of(faults());
        Set<Thread> handedOver = ConcurrentHashMap.newKeySet();
        Set<Thread> ran = ConcurrentHashMap.newKeySet();
        Executor executor = task -> {
            handedOver.add(Thread.currentThread());
            task.run();
        };
        runMany(SigEvent.call(executor, told -> ran.add(Thread.currentThread())));

        movers.assertNotAmong(handedOver);
        movers.assertNotAmong(ran);
        assertFalse(ran.contains(Thread.currentThread()));
    }

    /** Runs writes, some waited for and some polled, and waits until all were told. */
    private void runMany(SigEvent event) throws AioException {
        AsyncFile file = newFile("f");
        CountDownLatch told = new CountDownLatch(200);
        CompletionCallback inner = event.callback();
        CompletionCallback counting = notification -> {
            inner.completed(notification);
            told.countDown();
        };
        SigEvent counted =
                event.executor() == null ? SigEvent.call(counting) : SigEvent.call(event.executor(), counting);
        for (int i = 0; i < 100; i++) {
            assertEquals(8, writeAndWait(writeBlock(file, 8, 8L * i).sigEvent(counted)));
        }
        for (int i = 0; i < 100; i++) {
            io().write(writeBlock(file, 8, 8L * i).sigEvent(counted));
        }
        Bounded.await(told);
        file.close();
    }

    @Test
    @Asserts("URING-eventfd")
    void aCallbackMayWaitForAnotherRequestThoughThereIsOneCallbackThread() throws IOException {
        UnderTest single = start(Map.of("callback.threads", 1));
        AsyncFile file = single.io().open(fileOf("f", 100), READ);
        CompletableFuture<Long> result = new CompletableFuture<>();
        ControlBlock block = single.io().controlBlock().file(file).buffer(ByteBuffer.allocate(10));
        ControlBlock inner = single.io().controlBlock().file(file).buffer(ByteBuffer.allocate(20));
        block.sigEvent(SigEvent.call(told -> {
            try {
                single.io().read(inner);
                assertTrue(single.io().suspend(new ControlBlock[] {inner}, Bounded.LIMIT));
                result.complete(single.io().result(inner) + answer(file.read(ByteBuffer.allocate(30), 0)));
            } catch (AioException | AssertionError e) {
                result.completeExceptionally(e);
            }
        }));

        single.io().read(block);

        assertEquals(50, Bounded.get(result));
    }

    @Test
    @Asserts("ART-blocked-callback")
    void requestsGoOnWhileEveryCallbackThreadIsBlockedAndEachIsToldInTheEnd() throws IOException {
        UnderTest single = start(Map.of("callback.threads", 1));
        AsyncFile file = single.io().open(path("f"), READ, WRITE, CREATE);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Told told = new Told();
        ControlBlock first = single.io().controlBlock().file(file).buffer(ByteBuffer.allocate(8));
        single.io().write(first.sigEvent(SigEvent.call(notification -> {
            entered.countDown();
            Bounded.await(leave);
        })));
        Bounded.await(entered);
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ControlBlock block = single.io().controlBlock().file(file).sigEvent(SigEvent.call(told));
            single.io().write(block.buffer(Pattern.heap(8, 0, 8L * i)).offset(8L * i));
            blocks.add(block);
        }

        for (ControlBlock block : blocks) {
            assertTrue(single.io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
            assertEquals(8, single.io().result(block));
        }
        told.assertCount(0);
        leave.countDown();

        assertEquals(500, Set.copyOf(told.await(500)).size());
        single.close();
        told.assertCount(500);
        Pattern.checkFile(path("f"), 0, 4000);
    }

    @Test
    void noMoreCallbacksRunAtATimeThanThereAreCallbackThreads() throws AioException {
        UnderTest two = start(Map.of("callback.threads", 2));
        AsyncFile file = two.io().open(path("f"), WRITE, CREATE);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch told = new CountDownLatch(100);
        SigEvent event = SigEvent.call(notification -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            both.countDown();
            Bounded.await(both);
            running.decrementAndGet();
            told.countDown();
        });

        for (int i = 0; i < 100; i++) {
            two.io()
                    .write(two.io()
                            .controlBlock()
                            .file(file)
                            .buffer(ByteBuffer.allocate(8))
                            .sigEvent(event));
        }

        Bounded.await(told);
        assertEquals(2, most.get());
    }
}
