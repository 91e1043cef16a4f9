package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.Bounded;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend closes when its files are closed and everybody has left its lanes; the scripted one notes if not. */
class RetirementTest extends EngineTest {
    private volatile Thread remover;

    private FutureTask<Void> removeInBackground() {
        return background(() -> {
            remover = Thread.currentThread();
            instance().remove(provider);
            return null;
        });
    }

    /** Whether the backend is closed, or the thread that removes the provider waits for something. */
    private boolean isClosedOrAwaited() {
        Thread thread = remover;
        return provider.backend().isClosed()
                || (thread != null && thread.getState() == Thread.State.TIMED_WAITING)
                || (thread != null && thread.getState() == Thread.State.WAITING);
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void whatAUserKeepsHoldsNothingOfAProviderThatHasGone(ScriptedProvider.Delivery delivery) throws Exception {
        List<Object> kept = new ArrayList<>();
        WeakReference<ScriptedProvider> gone = useOneThatGoes(delivery, kept);

        await("the provider to be collected", () -> {
            System.gc();
            return gone.get() == null;
        });

        assertThat(kept).hasSize(5);
    }

    private WeakReference<ScriptedProvider> useOneThatGoes(ScriptedProvider.Delivery delivery, List<Object> kept)
            throws Exception {
        ScriptedProvider best = new ScriptedProvider("best");
        best.delivery = delivery;
        instance().add(best, 10);
        AsyncFile file = open();
        CompletionQueue queue = io().completionQueue();
        ControlBlock collected = block(file, 10, 0);
        io().write(collected);
        success(collected);
        ControlBlock told = block(file, 10, 0).sigEvent(SigEvent.queue(queue));
        io().write(told);
        assertThat(queue.take()).isSameAs(told);
        assertThat(io().result(told)).isEqualTo(10);
        Request<Long> answered = file.write(ByteBuffer.allocateDirect(10), 0);
        assertThat(answered.await()).isEqualTo(10);
        kept.addAll(List.of(file, queue, collected, told, answered));
        file.close();
        instance().remove(best);
        assertThat(best.backend().isClosed()).isTrue();
        assertThat(best.violations()).isEmpty();
        return new WeakReference<>(best);
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aFullTransferBetweenTwoOfItsPartsIsWaitedFor(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return Outcome.atMost(1);
            }
        });
        for (int round = 0; round < 50; round++) {
            AsyncFile file = open();
            FutureTask<Long> write = background(
                    () -> file.writeFully(ByteBuffer.allocateDirect(2000), 0).await());
            ScriptedBackend backend = provider.backends().get(round);
            await("it runs", () -> !backend.files().get(0).log().isEmpty());

            instance().remove(provider);

            assertThat(backend.isClosed()).isTrue();
            assertThat(Bounded.get(write)).isEqualTo(2000);
            assertThat(provider.violations()).isEmpty();
            instance().add(provider, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"collect", "flush", "cancel", "wake"})
    void aThreadThatIsInsideAVerbAfterTheLastCompletionIsWaitedFor(String verb) throws Exception {
        boolean flushes = verb.equals("flush");
        provider.delivery = flushes ? ScriptedProvider.Delivery.PUSHED_IN_FLUSH : ScriptedProvider.Delivery.COLLECTED;
        provider.flushesWhenIdle = false;
        // Between two slices of blocking nobody is there to be woken.
        provider.blocksUntilWoken = true;
        ControlBlock block = block(open(), 10, 0);
        AtomicBoolean once = new AtomicBoolean();
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }

            @Override
            void leaving(int lane, String left) {
                if (left.equals(verb) && block.sequence() == 1 && !block.isBusy() && !once.getAndSet(true)) {
                    assertThat(removeInBackground()).isNotNull();
                    await("the backend is closed, or this thread waited for", () -> isClosedOrAwaited());
                }
            }
        });
        provider.hold(transfer -> !flushes);
        io().write(block);
        FutureTask<Boolean> waiter = background(() -> io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        if (!flushes) {
            await("it is driven", provider.lane()::isBlocked);
        }
        if (verb.equals("collect")) {
            provider.release();
        } else if (!flushes) {
            io().cancel(block);
        }

        assertThat(Bounded.get(waiter)).isTrue();
        await("the provider has left", () -> remover != null && !remover.isAlive());
        assertThat(provider.backend().isClosed()).isTrue();
    }

    @Test
    void aDescriptorThatIsBeingClosedByAnotherThreadIsWaitedFor() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        provider.script(new Script() {
            @Override
            void closingFile() {
                closing.countDown();
                Bounded.await(go);
            }
        });
        AsyncFile file = open();
        file.closeAsync();
        Bounded.await(closing);

        FutureTask<Void> leaving = removeInBackground();
        await("the descriptor is waited for, or not", this::isClosedOrAwaited);
        go.countDown();

        Bounded.get(leaving);
        assertThat(provider.backend().isClosed()).isTrue();
    }

    @Test
    void theErrnoOfADescriptorThatIsClosedWhenItsProviderLeavesIsToldByTheClose() throws Exception {
        provider.script(new Script() {
            @Override
            void closingFile() throws AioException {
                throw new AioException("close", Errno.ENOSPC);
            }
        });
        AsyncFile file = open();

        instance().remove(provider);

        assertThatThrownBy(file::close)
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    }

    @Test
    void noVerbIsCalledAfterwardsWhateverIsAskedOfABlock() throws Exception {
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0);
        io().write(block);
        success(block);
        io().write(block);
        await("it is done", () -> !block.isBusy());
        instance().remove(provider);

        LaneDriver driver = ((Block) block).driver;
        driver.flush();
        driver.flushByKeeper();
        driver.cancel((Block) block, block.sequence());
        driver.glance();
        io().error(block);
        file.closeAsync();

        assertThat(provider.violations()).isEmpty();
    }
}
