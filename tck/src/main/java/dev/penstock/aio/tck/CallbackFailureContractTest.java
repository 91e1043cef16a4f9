package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callbacks that throw and executors that refuse: told once nevertheless, and nobody else notices. */
class CallbackFailureContractTest extends TckTest {
    /** How often each thing goes wrong: an engine may log each time. */
    private static final int COUNT = 12;

    /** What goes wrong in user code. */
    enum Trouble {
        REJECTED {
            @Override
            void happen() {
                throw new RejectedExecutionException("full");
            }
        },
        EXCEPTION {
            @Override
            void happen() {
                throw new IllegalStateException("thrown by the test");
            }
        },
        ERROR {
            @Override
            void happen() {
                throw new AssertionError("thrown by the test");
            }
        },
        OUT_OF_MEMORY {
            @Override
            void happen() {
                throw new OutOfMemoryError("thrown by the test");
            }
        },
        STACK_OVERFLOW {
            @Override
            void happen() {
                throw new StackOverflowError("thrown by the test");
            }
        },
        NEITHER_EXCEPTION_NOR_ERROR {
            @Override
            void happen() {
                sneak(new Throwable("thrown by the test"));
            }
        };

        abstract void happen();

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable e) throws T {
            throw (T) e;
        }
    }

    private void writeWith(AsyncFile file, SigEvent event, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            ControlBlock block = writeBlock(file, 8, 8L * i).sigEvent(event);
            assertEquals(8, writeAndWait(block));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExecutorThatDoesNotTakeItDoesNotKeepTheCallbackFromBeingToldOnce(Trouble trouble) throws IOException {
        AsyncFile file = newFile("f");
        Movers movers = Movers.of(faults());
        Set<Thread> ran = ConcurrentHashMap.newKeySet();
        Told told = new Told();
        SigEvent event = SigEvent.call(task -> trouble.happen(), notification -> {
            ran.add(Thread.currentThread());
            told.completed(notification);
        });

        writeWith(file, event, COUNT);

        told.await(COUNT);
        file.close();
        told.assertCount(COUNT);
        movers.assertNotAmong(ran);
        assertFalse(ran.contains(Thread.currentThread()));
    }

    @Test
    void anExecutorThatWasShutDownDoesNotKeepTheCallbackFromBeingToldOnce() throws IOException {
        AsyncFile file = newFile("f");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdownNow();
        Told told = new Told();

        writeWith(file, SigEvent.call(executor, told), COUNT);

        told.await(COUNT);
        told.assertCount(COUNT);
    }

    @ParameterizedTest
    @EnumSource
    void anExecutorThatRunsItAndThenThrowsDoesNotTellItTwice(Trouble trouble) throws IOException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        Executor executor = task -> {
            task.run();
            trouble.happen();
        };

        writeWith(file, SigEvent.call(executor, told), COUNT);

        assertToldOnceEach(file, told, COUNT);
    }

    @Test
    void anExecutorThatRunsItTwiceDoesNotTellItTwice() throws IOException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        Executor executor = task -> {
            task.run();
            task.run();
        };

        writeWith(file, SigEvent.call(executor, told), COUNT);

        assertToldOnceEach(file, told, COUNT);
    }

    /** Waits for a last callback behind those of the file, so that a second telling would have come by then. */
    private void assertToldOnceEach(AsyncFile file, Told told, int count) throws IOException {
        told.await(count);
        Told last = new Told();
        writeWith(file, SigEvent.call(last), 20);
        last.await(20);
        told.assertCount(count);
        assertEquals(
                count, told.all().stream().map(one -> one.block()).distinct().count());
    }

    @ParameterizedTest
    @EnumSource
    void whatACallbackThrowsHarmsNobodyElse(Trouble trouble) throws IOException {
        AsyncFile file = newFile("f");
        Told thrown = new Told();
        Told healthy = new Told();
        SigEvent throwing = SigEvent.call(notification -> {
            thrown.completed(notification);
            trouble.happen();
        });

        for (int i = 0; i < COUNT; i++) {
            writeWith(file, throwing, 1);
            writeWith(file, SigEvent.call(healthy), 1);
        }

        healthy.await(COUNT);
        thrown.await(COUNT);
        thrown.assertCount(COUNT);
        healthy.assertCount(COUNT);
        assertEquals(8, answer(file.read(ByteBuffer.allocate(8), 0)));
    }

    @ParameterizedTest
    @EnumSource
    void whatACallbackThrowsOnTheCallersExecutorIsNotTriedAgain(Trouble trouble) throws IOException {
        AsyncFile file = newFile("f");
        Told thrown = new Told();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((dead, e) -> {});
            return thread;
        });

        try {
            writeWith(
                    file,
                    SigEvent.call(executor, notification -> {
                        thrown.completed(notification);
                        trouble.happen();
                    }),
                    COUNT);
            assertToldOnceEach(file, thrown, COUNT);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void everyThreadOfCallbacksSurvivesWhatCallbacksThrow() throws IOException {
        UnderTest single = start(Map.of("callback.threads", 1));
        AsyncFile file = single.io().open(path("f"), READ, WRITE, CREATE);
        Told told = new Told();
        for (Trouble trouble : Trouble.values()) {
            ControlBlock block = single.io().controlBlock().file(file).buffer(ByteBuffer.allocate(8));
            single.io().write(block.sigEvent(SigEvent.call(notification -> trouble.happen())));
            ControlBlock next = single.io().controlBlock().file(file).buffer(ByteBuffer.allocate(8));
            single.io().write(next.sigEvent(SigEvent.call(told)));
        }

        told.await(Trouble.values().length);
    }

    @Test
    void anInterruptLeftByACallbackIsSeenByNobodyElse() throws IOException {
        UnderTest single = start(Map.of("callback.threads", 1));
        AsyncFile file = single.io().open(fileOf("f", 100), READ, WRITE);
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            ControlBlock block = single.io().controlBlock().file(file).buffer(ByteBuffer.allocate(8));
            single.io().read(block.sigEvent(SigEvent.call(notification -> {
                flags.add(Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
            })));
        }

        Bounded.await("20 callbacks", () -> flags.size() == 20);

        assertFalse(flags.contains(true), flags::toString);
        assertEquals(100, answer(file.read(ByteBuffer.allocate(100), 0)));
    }

    @Test
    void aCallbackThatFailsOnARejectingExecutorHarmsNobody() throws IOException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        SigEvent event = SigEvent.call(task -> Trouble.REJECTED.happen(), notification -> {
            told.completed(notification);
            Trouble.ERROR.happen();
        });

        writeWith(file, event, 20);

        assertToldOnceEach(file, told, 20);
    }

    @Test
    void anExecutorThatForgetsItHarmsOnlyItself() throws IOException {
        AsyncFile file = newFile("f");
        AtomicBoolean isTold = new AtomicBoolean();
        SigEvent forgotten = SigEvent.call(task -> {}, notification -> isTold.set(true));

        writeWith(file, forgotten, 20);
        CountDownLatch others = new CountDownLatch(20);
        writeWith(file, SigEvent.call(notification -> others.countDown()), 20);

        Bounded.await(others);
        file.close();
        assertFalse(isTold.get());
    }
}
