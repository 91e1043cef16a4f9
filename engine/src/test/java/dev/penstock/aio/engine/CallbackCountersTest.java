package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Told;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What goes wrong in code of users is counted, for operators. */
class CallbackCountersTest extends EngineTest {
    private static final String FAILED = "callbacks failed";
    private static final String REJECTED = "callbacks rejected by their executor";

    private void write(int count, SigEvent event) throws Exception {
        AsyncFile file = open();
        for (int i = 0; i < count; i++) {
            success(startWrite(file, event));
        }
    }

    private ControlBlock startWrite(AsyncFile file, SigEvent event) throws Exception {
        ControlBlock block = block(file, 8, 0).sigEvent(event);
        io().write(block);
        return block;
    }

    @Test
    void eachCallbackThatThrowsIsCountedWhateverItThrows() throws Exception {
        write(3, SigEvent.call(told -> {
            throw new IllegalStateException("thrown by the test");
        }));
        write(2, SigEvent.call(told -> {
            throw new AssertionError("thrown by the test");
        }));

        await("the callbacks to be counted", () -> count(FAILED) >= 5);
        assertThat(count(FAILED)).isEqualTo(5);
        assertThat(count(REJECTED)).isZero();
    }

    @Test
    void eachRejectionOfAnExecutorIsCountedAndTheCallbackIsTold() throws Exception {
        Told told = new Told();
        Executor full = task -> {
            throw new RejectedExecutionException("thrown by the test");
        };
        Executor broken = task -> {
            throw new AssertionError("thrown by the test");
        };
        write(3, SigEvent.call(full, told));
        write(2, SigEvent.call(broken, told));

        told.await(5);
        assertThat(count(REJECTED)).isEqualTo(5);
        assertThat(count(FAILED)).isZero();
    }

    @Test
    void callbacksThatRunAreNotCounted() throws Exception {
        Told told = new Told();
        write(3, SigEvent.call(told));

        told.await(3);
        assertThat(count(FAILED) + count(REJECTED)).isZero();
    }
}
