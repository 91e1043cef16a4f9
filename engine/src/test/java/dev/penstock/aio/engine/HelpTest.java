package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lane that is collected, and lets those who wait for a write carry it out themselves. */
class HelpTest extends EngineTest {
    private final Set<Thread> helpers = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void leaveWritesToHelpers() {
        provider.flushesWhenIdle = false;
        provider.helpsWith = transfer -> transfer.kind() == TransferKind.WRITE;
        provider.leavesToHelpers = true;
        provider.script(new Script() {
            @Override
            void helping() {
                helpers.add(Thread.currentThread());
            }
        });
    }

    /** Then nobody starts a write. */
    private void keepTheKeeperAway() {
        provider.leftByKeeper.set(Integer.MAX_VALUE);
    }

    @Test
    void aThreadThatSuspendsCarriesOutItsOwnWrite() throws Exception {
        keepTheKeeperAway();
        ControlBlock block = block(open(), 10, 0);
        io().write(block);

        assertThat(success(block)).isEqualTo(10);

        assertThat(helpers).containsExactly(Thread.currentThread());
    }

    @Test
    void aThreadThatTakesFromAQueueDoes() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        try (CompletionQueue queue = io().completionQueue()) {
            for (int i = 0; i < 5; i++) {
                io().write(block(file, 10, 10L * i).sigEvent(SigEvent.queue(queue)));
            }

            for (int i = 0; i < 5; i++) {
                assertThat(io().result(queue.take())).isEqualTo(10);
            }
        }
        assertThat(helpers).containsExactly(Thread.currentThread());
    }

    @Test
    void aThreadThatWaitsForAListDoesAndForItsReadsItDrives() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        ControlBlock[] list = new ControlBlock[6];
        for (int i = 0; i < list.length; i++) {
            list[i] = block(file, 10, 10L * i).opcode(i % 2 == 0 ? Opcode.WRITE : Opcode.READ);
        }

        io().list(ListMode.WAIT, list, SigEvent.none());

        for (ControlBlock block : list) {
            assertThat(io().error(block)).isEqualTo(Errno.SUCCESS);
        }
        assertThat(helpers).containsExactly(Thread.currentThread());
    }

    @Test
    void aCallbackThreadCarriesOutWhatItsCodeHasStarted() throws Exception {
        AsyncFile file = open();
        ControlBlock second = block(file, 10, 10);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Thread> caller = new AtomicReference<>();
        ControlBlock first = block(file, 10, 0).sigEvent(SigEvent.call(block -> {
            caller.set(Thread.currentThread());
            keepTheKeeperAway();
            try {
                second.sigEvent(SigEvent.call(other -> ended.countDown()));
                io().write(second);
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        }));
        io().write(first);

        Bounded.await(ended);

        assertThat(helpers).containsExactly(caller.get());
    }

    /** A flush has left it, and what a flush starts has been forgotten. */
    @Test
    void whatNobodyHelpsWithTheKeeperStarts() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        io().write(block);
        io().suspend(new ControlBlock[] {block}, Duration.ZERO);

        awaitUndriven(block);

        assertThat(io().result(block)).isEqualTo(10);
        assertThat(helpers).isEmpty();
    }

    @Test
    void anAppendThatIsForHelpersIsStartedByTheKeeperTooIfNobodyComes() throws Exception {
        provider.insistsOnKeeper = true;
        ControlBlock block = block(openToAppend(), 10, 0);
        io().write(block);

        awaitUndriven(block);

        assertThat(io().result(block)).isEqualTo(10);
        assertThat(helpers).isEmpty();
    }

    /** The keeper drives for a callback, and is in the kernel until he is called. */
    @Test
    void theKeeperComesOutOfTheKernelForWhatIsForHelpersAndHasNone() throws Exception {
        provider.insistsOnKeeper = true;
        provider.blocksUntilWoken = true;
        AsyncFile file = open();
        AsyncFile append = openToAppend();
        provider.hold(transfer -> transfer.kind() == TransferKind.READ);
        CountDownLatch ended = new CountDownLatch(1);
        io().read(block(file, 10, 0).sigEvent(SigEvent.call(read -> ended.countDown())));
        await(
                "the keeper is in the kernel",
                () -> provider.lane().blockedThreads().contains(keeper()));
        ControlBlock block = block(append, 10, 0);

        io().write(block);

        awaitUndriven(block);
        assertThat(io().result(block)).isEqualTo(10);
        provider.release();
        Bounded.await(ended);
    }
}
