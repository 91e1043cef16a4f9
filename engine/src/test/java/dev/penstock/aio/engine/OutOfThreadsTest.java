package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When no thread or no memory can be had: requests end, code of users runs nevertheless, and never on a driver. */
class OutOfThreadsTest extends EngineTest {
    /** Gives so many threads and then none. */
    private static final class Limited implements ThreadFactory, CallbackPool.Factory {
        private final String name;
        private final AtomicInteger left;

        Limited(String name, int threads) {
            this.name = name;
            this.left = new AtomicInteger(threads);
        }

        void allow(int more) {
            left.set(more);
        }

        private void take() {
            if (left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        }

        @Override
        public CallbackThread make(Runnable work) {
            take();
            return new CallbackThread(work, name);
        }

        @Override
        public Thread newThread(Runnable work) {
            take();
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        }
    }

    private final List<String> ranIn = new CopyOnWriteArrayList<>();

    private Notifier notifier(Limited callbackThreads, Limited fallbackThreads) {
        return new Notifier(
                2, callbackThreads, fallbackThreads, new Stats(), new Warnings(System::nanoTime, (text, why) -> {}));
    }

    private Told told() {
        return new Told(
                (Consumer) io(),
                SigEvent.call(n -> ranIn.add(Thread.currentThread().getName())),
                0,
                0);
    }

    @Test
    void whatNoCallbackThreadCanBeHadForRunsOnTheFallbackThread() {
        Notifier notifier = notifier(new Limited("callback", 0), new Limited("fallback", 1));

        for (int i = 0; i < 10; i++) {
            notifier.tell(told());
        }

        await("all ran", () -> ranIn.size() == 10);
        assertThat(ranIn).containsOnly("fallback");
        await("none is counted any more", () -> notifier.pending() == 0);
        notifier.stop();
    }

    @Test
    void whatComesAfterTheEndWhenNoThreadCanBeHadWaitsForOne() {
        Limited fallbackThreads = new Limited("fallback", 1);
        Notifier notifier = notifier(new Limited("callback", 0), fallbackThreads);
        notifier.stop();
        await("its thread has ended", () -> notifier.fallbackThreads() == 0);

        notifier.tell(told());
        assertThat(ranIn).isEmpty();
        fallbackThreads.allow(1);
        notifier.tell(told());

        await("both ran", () -> ranIn.size() == 2);
        assertThat(ranIn).containsOnly("fallback");
        await("its thread has ended", () -> notifier.fallbackThreads() == 0);
    }

    @Test
    void theThreadsThatAnEndDependsOnAreThereFromTheStart() {
        bare();

        assertThat(threadsOfTheInstance())
                .extracting(Thread::getName)
                .anyMatch(each -> each.contains("-fallback-"))
                .anyMatch(each -> each.contains("-chores-1"))
                .anyMatch(each -> each.contains("-chores-2"));
    }

    @Test
    void whatACallbackIsToldIsThereBeforeTheRequestEnds() throws Exception {
        ControlBlock block = block(open(), 10, 0).sigEvent(SigEvent.call(n -> {}));
        provider.holdAll();
        io().write(block);

        assertThat(((Block) block).flight.takeTold()).isNotNull();

        provider.release();
        assertThat(success(block)).isEqualTo(10);
    }

    @Test
    void aCallbackThatIsDueAfterTheEndOfTheInstanceDoesNotRunOnADriver() throws Exception {
        configure("close.timeout.ms", 50);
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0)
                .sigEvent(SigEvent.call(n -> ranIn.add(Thread.currentThread().getName())));
        provider.holdAll();
        io().write(block);
        FutureTask<Void> stopping = background(() -> {
            instance().stop();
            return null;
        });
        Bounded.get(stopping);

        provider.release();

        await("it ran", () -> !ranIn.isEmpty());
        assertThat(ranIn).singleElement().asString().contains("-fallback-");
    }
}
