package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.Bounded;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallsTest {
    private final Calls calls = new Calls("test", "call");

    @AfterEach
    void close() {
        calls.close();
    }

    @Test
    void anErrorOfOneCallTakesNoOtherWithIt() {
        AtomicReference<Thread> failed = new AtomicReference<>();
        FutureTask<Thread> next = new FutureTask<>(Thread::currentThread);

        assertThat(calls.run(() -> {
                    failed.set(Thread.currentThread());
                    // Nobody is to be told of it on standard error.
                    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
                    throw new StackOverflowError("thrown by the test");
                }))
                .isTrue();
        assertThat(calls.run(next)).isTrue();

        assertThat(Bounded.get(next).getName()).isEqualTo(failed.get().getName());
    }

    @Test
    void whatComesAfterTheCloseIsRefused() {
        calls.close();

        assertThat(calls.run(() -> {})).isFalse();
    }
}
