package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Virtual threads flush, collect and park; the lane itself notes it as a violation if one blocks in it. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadTest extends EngineTest {
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private Thread virtual(CheckedTask task) {
        return VirtualThreads.start(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    private interface CheckedTask {
        void run() throws Exception;
    }

    private void joinAll(List<Thread> threads) {
        threads.forEach(Bounded::join);
        assertThat(failures).isEmpty();
    }

    @Test
    void aVirtualThreadThatWaitsIsServedByTheKeeper() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);
        CountDownLatch waits = new CountDownLatch(1);
        Thread waiter = virtual(() -> {
            waits.countDown();
            io().suspend(block);
        });
        Bounded.await(waits);
        await("the keeper blocks in the lane", provider.lane()::isBlocked);

        provider.release();

        joinAll(List.of(waiter));
        assertThat(provider.lane().blockedThreads())
                .extracting(Thread::getName)
                .hasSize(1)
                .allMatch(name -> name.contains("-keeper-"));
    }

    @Test
    void manyVirtualThreadsOnTwoLanesAreAllServed() throws Exception {
        provider.lanes = 2;
        provider.orderSeed = 7;
        AsyncFile file = open();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 64; t++) {
            long offset = 8L * t;
            threads.add(virtual(() -> {
                ControlBlock block = block(file, 8, offset);
                for (int i = 0; i < 100; i++) {
                    io().write(block);
                    io().suspend(block);
                    assertThat(io().result(block)).isEqualTo(8);
                }
            }));
        }

        joinAll(threads);
    }

    @Test
    void aVirtualThreadThatTakesFromAQueueIsServed() throws Exception {
        AsyncFile file = open();
        CompletionQueue queue = io().completionQueue();
        provider.holdAll();
        for (int i = 0; i < 10; i++) {
            io().write(block(file, 8, 8L * i).sigEvent(SigEvent.queue(queue)));
        }
        Thread taker = virtual(() -> {
            for (int i = 0; i < 10; i++) {
                io().result(queue.take());
            }
        });

        await("the keeper blocks in the lane", provider.lane()::isBlocked);
        provider.release();

        joinAll(List.of(taker));
    }

    @Test
    void aVirtualThreadCollectsWhatIsFinishedItself() throws Exception {
        ControlBlock block = block(open(), 8, 0);
        int[] own = new int[1];

        joinAll(List.of(virtual(() -> {
            for (int i = 0; i < 100; i++) {
                io().write(block);
                io().suspend(block);
                io().result(block);
            }
            own[0] = provider.lane().deliveringThreads().contains(Thread.currentThread()) ? 1 : 0;
        })));

        assertThat(own[0]).isEqualTo(1);
    }
}
