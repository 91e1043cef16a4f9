package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionCallback;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callbacks that start requests, which the thread that runs them drives. */
class CallbackThreadTest extends EngineTest {
    private static final int CHAIN = 20_000;

    private AsyncFile file;

    private void open(ScriptedProvider.Delivery delivery) throws AioException {
        provider.delivery = delivery;
        file = open();
    }

    private void write(CompletionCallback callback) throws AioException {
        io().write(block(file, 10, 0).sigEvent(SigEvent.call(callback)));
    }

    /** Starts its block again until so many have ended. */
    private final class Chain implements CompletionCallback {
        private final AtomicInteger left;
        private final CountDownLatch end;

        Chain(AtomicInteger left, CountDownLatch end) {
            this.left = left;
            this.end = end;
        }

        @Override
        public void completed(Notification told) {
            ControlBlock block = told.block();
            try {
                assertThat(io().result(block)).isEqualTo(10);
                if (left.decrementAndGet() > 0) {
                    io().write(block);
                } else {
                    end.countDown();
                }
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void requestsThatAreStartedAtTheEndOfOthersAreAllTold(ScriptedProvider.Delivery delivery) throws Exception {
        provider.flushThreshold = 16;
        provider.flushesWhenIdle = false;
        open(delivery);
        AtomicInteger left = new AtomicInteger(CHAIN);
        int chains = 12;
        CountDownLatch end = new CountDownLatch(chains);

        for (int i = 0; i < chains; i++) {
            write(new Chain(left, end));
        }

        Bounded.await(end);
        assertThat(left).hasValue(1 - chains);
        assertThat(count("callbacks failed")).isZero();
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void oneThatBlocksDoesNotHoldUpWhatItsThreadHasCollectedBesides(ScriptedProvider.Delivery delivery)
            throws Exception {
        open(delivery);
        CountDownLatch others = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(3);
        AtomicInteger order = new AtomicInteger();
        CompletionCallback firstWaitsForTheOthers = told -> {
            if (order.getAndIncrement() == 0) {
                Bounded.await(others);
            } else {
                others.countDown();
            }
            end.countDown();
        };

        write(told -> {
            try {
                for (int i = 0; i < 3; i++) {
                    write(firstWaitsForTheOthers);
                }
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        });

        Bounded.await(end);
    }

    /** One thread may have collected them all, and the keeper would park before it has called as many. */
    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void asManyThreadsAreCalledAsThereMayBeForCallbacksThatWaitForEachOther(ScriptedProvider.Delivery delivery)
            throws Exception {
        int threads = 7;
        configure("callback.threads", threads);
        open(delivery);

        // The keeper may be the one that collects, who calls a thread for each.
        for (int round = 0; round < 200; round++) {
            CountDownLatch together = new CountDownLatch(threads);
            write(told -> {
                try {
                    for (int i = 0; i < threads; i++) {
                        write(each -> {
                            together.countDown();
                            Bounded.await(together);
                        });
                    }
                } catch (AioException e) {
                    throw new AssertionError(e);
                }
            });
            Bounded.await(together);
        }
        assertThat(count("callbacks failed")).isZero();
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void whatACallbackStartsIsStartedThoughItDoesNotReturn(ScriptedProvider.Delivery delivery) throws Exception {
        provider.flushThreshold = 16;
        provider.flushesWhenIdle = false;
        open(delivery);
        CountDownLatch end = new CountDownLatch(1);

        write(told -> {
            try {
                CountDownLatch ended = new CountDownLatch(1);
                write(another -> ended.countDown());
                Bounded.await(ended);
                end.countDown();
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        });

        Bounded.await(end);
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void anInterruptThatACallbackLeavesBehindIsGoneForTheNext(ScriptedProvider.Delivery delivery) throws Exception {
        configure("callback.threads", 1);
        open(delivery);
        List<Boolean> interrupted = new CopyOnWriteArrayList<>();

        for (int i = 0; i < 20; i++) {
            write(told -> {
                interrupted.add(Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
            });
        }

        await("all are told", () -> interrupted.size() == 20);
        assertThat(interrupted).containsOnly(false);
    }
}
