package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callbacks, dependent stages and closes come though no thread waits, on whatever lane. */
class ToldThoughNobodyWaitsTest extends EngineTest {
    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aCallbackIsToldThoughNobodyWaits(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        CountDownLatch told = new CountDownLatch(1);
        provider.holdAll();
        io().write(block(open(), 10, 0).sigEvent(SigEvent.call(n -> told.countDown())));
        awaitKeepersParked();

        provider.release();

        Bounded.await(told);
    }

    @Test
    void callbacksThatSubmitAgainKeepGoing() throws Exception {
        provider.lanes = 2;
        provider.orderSeed = 9;
        AsyncFile file = open();
        CountDownLatch rounds = new CountDownLatch(2000);
        for (int i = 0; i < 8; i++) {
            ControlBlock block = block(file, 8, 8L * i);
            block.sigEvent(SigEvent.call(n -> {
                try {
                    io().result(block);
                    rounds.countDown();
                    if (rounds.getCount() > 0) {
                        io().write(block);
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }));
            io().write(block);
        }

        Bounded.await(rounds);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDependentStageCompletesThoughNobodyWaits(boolean addedBeforeTheEnd) throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        Request<Long> write = file.write(ByteBuffer.allocateDirect(10), 0);
        CompletableFuture<Long> dependent = null;
        if (addedBeforeTheEnd) {
            dependent = write.thenApply(n -> n + 1).toCompletableFuture();
        }
        awaitKeepersParked();
        provider.release();
        if (!addedBeforeTheEnd) {
            await("it ends", write::isDone);
            dependent = write.thenApply(n -> n + 1).toCompletableFuture();
        }

        assertThat(Bounded.get(dependent)).isEqualTo(11);
    }

    @Test
    void aStageOfAChainOfRequestsCompletes() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();

        CompletableFuture<Long> size = file.write(ByteBuffer.allocateDirect(10), 0)
                .thenCompose(n -> file.sync(SyncMode.FULL))
                .thenCompose(done -> file.truncate(6))
                .thenCompose(done -> file.size())
                .toCompletableFuture();

        assertThat(Bounded.get(size)).isEqualTo(6);
    }

    @Test
    void aStageThatWasAddedIsToldOnceThoughTheRequestEndsAtThatMoment() throws Exception {
        AsyncFile file = open();
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 500; i++) {
            CompletableFuture<Void> stage = file.write(ByteBuffer.allocateDirect(1), i)
                    .thenAccept(n -> told.incrementAndGet())
                    .toCompletableFuture();
            Bounded.get(stage);
        }

        assertThat(told).hasValue(500);
    }

    @Test
    void afterTheLastCallbackNobodyNeedsTheKeeper() throws Exception {
        ControlBlock block = block(open(), 8, 0).sigEvent(SigEvent.call(n -> {}));
        for (int i = 0; i < 100; i++) {
            io().write(block);
            success(block);
        }

        awaitKeepersParked();

        assertThat(((Block) block).driver.right().isNeeded()).isFalse();
    }

    @Test
    void aFileThatIsClosedWithoutWaitingIsClosed() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        provider.holdAll();
        file.write(ByteBuffer.allocateDirect(8), 0);
        file.closeAsync();
        awaitKeepersParked();

        provider.release();

        await("it is closed", () -> scripted().isClosed());
    }

    @Test
    void aLoneWaiterDrivesItselfAgainAfterTheKeeperWasNeeded() throws Exception {
        AsyncFile file = open();
        CountDownLatch told = new CountDownLatch(1);
        io().write(block(file, 8, 0).sigEvent(SigEvent.call(n -> told.countDown())));
        Bounded.await(told);
        ControlBlock block = block(file, 8, 8);
        int own = 0;

        for (int i = 0; i < 2000; i++) {
            provider.lane().forgetThreads();
            io().write(block);
            success(block);
            if (provider.lane().deliveringThreads().contains(Thread.currentThread())) {
                own++;
            }
        }

        assertThat(own).isGreaterThan(100);
    }
}
