package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Code of users that does not run: it is bounded for each of them, and a user who is behind holds up no other. */
class CallbackBoundTest extends EngineTest {
    private static final int MAX = 4;

    private final List<Runnable> handedOver = new CopyOnWriteArrayList<>();
    /** Its callbacks run when the test runs them. */
    private final SigEvent late = SigEvent.call(handedOver::add, n -> {});

    @BeforeEach
    void allowFewRequests() {
        configure("max.requests", 10 * MAX);
        configure("max.requests.per.consumer", MAX);
    }

    private void fallBehind() throws AioException {
        for (int i = 0; i < MAX; i++) {
            ControlBlock block = block(open(), 10, 0).sigEvent(late);
            io().write(block);
            success(block);
        }
        await("the callbacks are handed over", () -> handedOver.size() == MAX);
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(AioException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EAGAIN);
            assertThat(e).hasMessageContaining("have not run");
        });
    }

    @Test
    void aUserWhoseCallbacksDoNotRunMayStartOnlyWhatNeedsNone() throws Exception {
        fallBehind();
        ControlBlock called = block(open(), 10, 0).sigEvent(late);
        ControlBlock polled = block(open(), 10, 0);

        assertRefused(() -> io().write(called));

        assertThat(called.sequence()).isZero();
        io().write(polled);
        assertThat(success(polled)).isEqualTo(10);
    }

    @Test
    void aListIsRefusedForTheCallbackOfOneEntry() throws Exception {
        fallBehind();
        ControlBlock polled = block(open(), 10, 0).opcode(Opcode.WRITE);
        ControlBlock called = block(open(), 10, 0).opcode(Opcode.WRITE).sigEvent(late);

        assertRefused(() -> io().list(ListMode.NOWAIT, new ControlBlock[] {polled, called}, SigEvent.none()));
        assertRefused(() -> io().list(ListMode.NOWAIT, new ControlBlock[] {polled}, late));

        assertThat(polled.sequence()).isZero();
        assertThat(called.isBusy()).isFalse();
        io().list(ListMode.NOWAIT, new ControlBlock[] {polled}, SigEvent.none());
        assertThat(success(polled)).isEqualTo(10);
    }

    @Test
    void aListOfNothingIsRefusedForItsCallback() throws Exception {
        fallBehind();

        assertRefused(() -> io().list(ListMode.NOWAIT, new ControlBlock[0], late));

        io().list(ListMode.NOWAIT, new ControlBlock[0], SigEvent.none());
    }

    /** As those of a bundle that has ended its executor, as long as the instance is there. */
    @Test
    void callbacksThatAnEndedUserDroppedAreNotHeldAgainstOthers() throws Exception {
        for (int i = 0; i < 10; i++) {
            AsyncIo ended = instance().user("user " + i);
            for (int j = 0; j < MAX; j++) {
                ControlBlock block = ended.controlBlock()
                        .file(ended.open(newPath(), StandardOpenOption.WRITE))
                        .buffer(ByteBuffer.allocate(10))
                        .sigEvent(late);
                ended.write(block);
            }
            int all = (i + 1) * MAX;
            await("the callbacks are handed over", () -> handedOver.size() == all);
            instance().endUser(ended);
        }
        ControlBlock block = block(open(), 10, 0).sigEvent(late);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
        await("the last one is handed over", () -> handedOver.size() == 10 * MAX + 1);
        handedOver.forEach(Runnable::run);
        assertThat(((Consumer) io()).notifier().pending()).isZero();
    }

    @Test
    void aUserWhoIsBehindDoesNotKeepAnotherFromHisCallbacks() throws Exception {
        fallBehind();
        AsyncIo other = instance().user("another");
        CountDownLatch told = new CountDownLatch(1);
        ControlBlock block = other.controlBlock()
                .file(other.open(newPath(), StandardOpenOption.WRITE))
                .buffer(ByteBuffer.allocate(10))
                .sigEvent(SigEvent.call(n -> told.countDown()));

        other.write(block);

        Bounded.await(told);
    }

    @Test
    void whoCatchesUpIsServedAgain() throws Exception {
        fallBehind();
        handedOver.forEach(Runnable::run);
        ControlBlock block = block(open(), 10, 0).sigEvent(late);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
    }

    @Test
    void dependentStagesThatDoNotRunAreBoundedToo() throws Exception {
        configure("callback.threads", 1);
        AsyncFile file = open();
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(MAX);
        for (int i = 0; i < MAX; i++) {
            provider.holdAll();
            Request<Long> request = file.write(ByteBuffer.allocate(10), 0);
            request.thenRun(() -> {
                Bounded.await(go);
                ran.countDown();
            });
            provider.release();
            request.await(Bounded.LIMIT);
        }
        await("all are enqueued", () -> ((Consumer) io()).callbacks().pending() == MAX);

        assertRefused(() -> file.write(ByteBuffer.allocate(10), 0).await(Bounded.LIMIT));

        go.countDown();
        Bounded.await(ran);
        await("none is enqueued", () -> ((Consumer) io()).callbacks().pending() == 0);
        assertThat(file.write(ByteBuffer.allocate(10), 0).await(Bounded.LIMIT)).isEqualTo(10);
    }
}
