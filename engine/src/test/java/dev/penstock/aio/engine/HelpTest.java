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
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lane that is collected, and lets those who wait for a write carry it out themselves. */
class HelpTest extends EngineTest {
    private final Set<Thread> helpers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger helps = new AtomicInteger();
    private final AtomicInteger collects = new AtomicInteger();
    private volatile Runnable onHelp = () -> {};

    @BeforeEach
    void leaveWritesToHelpers() {
        provider.flushesWhenIdle = false;
        provider.helpsWith = transfer -> transfer.kind() == TransferKind.WRITE;
        provider.leavesToHelpers = true;
        provider.script(new Script() {
            @Override
            void helping() {
                helpers.add(Thread.currentThread());
                helps.incrementAndGet();
                onHelp.run();
            }

            @Override
            void collecting() {
                if (helpers.contains(Thread.currentThread())) {
                    collects.incrementAndGet();
                }
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
    void aThreadThatWaitsForASyncCarriesOutWhatItCovers() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        ControlBlock[] writes = writes(file, 12);
        ControlBlock sync = startedSync(file);

        success(sync);

        for (ControlBlock write : writes) {
            assertThat(io().error(write)).isEqualTo(Errno.SUCCESS);
        }
        assertThat(helpers).containsExactly(Thread.currentThread());
    }

    /** More reads than are tried. */
    @Test
    void writesBehindManyReadsInFlightAreFound() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.READ);
        for (int i = 0; i < Helping.TRIES + 2; i++) {
            io().read(block(file, 10, 0));
        }
        ControlBlock[] writes = writes(file, 2);
        ControlBlock sync = startedSync(file);
        FutureTask<Long> waiter = background(() -> success(sync));

        awaitUndriven(writes[0]);
        awaitUndriven(writes[1]);
        assertThat(waiter.isDone()).isFalse();
        provider.release();

        assertThat(Bounded.get(waiter)).isZero();
    }

    @Test
    void aReadBeforeASyncIsNotCarriedOutByWhoWaitsForTheSync() throws Exception {
        provider.helpsWith = transfer -> true;
        keepTheKeeperAway();
        AsyncFile file = open();
        io().read(block(file, 10, 0));
        ControlBlock sync = startedSync(file);

        assertThat(io().suspend(new ControlBlock[] {sync}, Duration.ofMillis(10)))
                .isFalse();
        assertThat(helpers).isEmpty();

        provider.leftByKeeper.set(0);
        success(sync);
    }

    @Test
    void whatASyncCoversIsCarriedOutThoughItIsOnAnotherLane() throws Exception {
        provider.lanes = 2;
        keepTheKeeperAway();
        AsyncFile file = open();
        Bounded.get(onLane(0, () -> writes(file, 12)));

        Thread waiter = Bounded.get(onLane(1, () -> {
            ControlBlock sync = startedSync(file);
            success(sync);
            return Thread.currentThread();
        }));

        assertThat(helpers).containsExactly(waiter);
    }

    @Test
    void whoWaitsForOneOfHisOwnTooCarriesOutThatFirst() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        writes(file, 5);
        ControlBlock sync = startedSync(file);
        ControlBlock own = writes(open(), 1)[0];

        io().suspend(new ControlBlock[] {sync, own});

        assertThat(io().error(own)).isEqualTo(Errno.SUCCESS);
        assertThat(helps).hasValue(1);
        success(sync);
    }

    /** Though the sync still waits for a read when all the writes before it are carried out. */
    @Test
    void whatComesAfterASyncIsLeftAlone() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.READ);
        io().read(block(file, 10, 0));
        ControlBlock[] before = writes(file, 2);
        ControlBlock sync = startedSync(file);
        ControlBlock later = writes(file, 1)[0];

        FutureTask<Long> waiter = background(() -> success(sync));
        awaitUndriven(before[0]);
        awaitUndriven(before[1]);
        provider.release();
        Bounded.get(waiter);

        assertThat(helps).hasValue(2);
        assertThat(io().error(later)).isEqualTo(Errno.EINPROGRESS);
        success(later);
    }

    @Test
    void whoHelpsLooksAtTheTime() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        writes(file, 5);
        ControlBlock sync = startedSync(file);
        Duration timeout = Duration.ofMillis(5);
        onHelp = () -> {
            for (long sinceNs = System.nanoTime(); System.nanoTime() - sinceNs < 2 * timeout.toNanos(); ) {
                Thread.onSpinWait();
            }
        };

        assertThat(io().suspend(new ControlBlock[] {sync}, timeout)).isFalse();

        assertThat(helps).hasValue(1);
        onHelp = () -> {};
        success(sync);
    }

    /** Some of the times only: the keeper may be at it. */
    @Test
    void whoHelpsCollectsEachTime() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        ControlBlock sync = io().controlBlock().file(file);
        int most = 0;
        for (long endNs = System.nanoTime() + Bounded.LIMIT.toNanos(); most <= 50 && System.nanoTime() - endNs < 0; ) {
            writes(file, 100);
            io().sync(SyncMode.DATA, sync);
            collects.set(0);
            success(sync);
            most = Math.max(most, collects.get());
        }

        assertThat(most).as("collects while 100 writes were helped with").isGreaterThan(50);
    }

    @Test
    void aThreadThatWaitsForAnAppendCarriesOutThoseBeforeIt() throws Exception {
        keepTheKeeperAway();
        ControlBlock[] appends = writes(openToAppend(), 3);

        success(appends[2]);

        assertThat(io().error(appends[0])).isEqualTo(Errno.SUCCESS);
        assertThat(io().error(appends[1])).isEqualTo(Errno.SUCCESS);
        assertThat(helpers).containsExactly(Thread.currentThread());
    }

    /** Its long ticks are of 400 us and more, and no submit ends them; its own would be of 50 us. */
    @ParameterizedTest
    @EnumSource(
            value = ScriptedProvider.Delivery.class,
            names = {"COLLECTED", "PUSHED"})
    void aKeeperKeepsAwayWhileWaitersHelp(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        Visits visits = new Visits();
        provider.script(visits);

        writeUntil(block(open(), 10, 0), "the keeper stays away", () -> visits.late >= 16);
    }

    /** Without a pause from one call to the next with the same block. */
    private void writeUntil(ControlBlock block, String what, BooleanSupplier condition) throws AioException {
        for (long sinceNs = System.nanoTime(); !condition.getAsBoolean(); ) {
            assertThat(System.nanoTime() - sinceNs)
                    .as("nanoseconds until %s", what)
                    .isLessThan(Bounded.LIMIT.toNanos());
            io().write(block);
            success(block);
        }
    }

    /**
     * How many visits of the keeper, one after the other until now, came 400 us after the one before, or sooner though
     * somebody had helped since.
     */
    private static final class Visits extends Script {
        private final AtomicInteger helps = new AtomicInteger();
        private long lastNs = System.nanoTime();
        private int helpsSeen;
        private volatile int late;
        private volatile int early;

        @Override
        void helping() {
            helps.incrementAndGet();
        }

        @Override
        void visiting() {
            long nowNs = System.nanoTime();
            boolean isLate = nowNs - lastNs >= 400_000;
            boolean helped = helps.get() != helpsSeen;
            late = isLate ? late + 1 : 0;
            if (isLate) {
                early = 0;
            } else if (helped) {
                early++;
            }
            lastNs = nowNs;
            helpsSeen = helps.get();
        }
    }

    /** After some hundred helps of theirs, or more on a busy machine; not when the keeper happens to come by. */
    @Test
    void whatNobodyHelpsWithIsStartedThoughOthersHelpThemselves() throws Exception {
        provider.leavesOnce = true;
        AsyncFile file = open();
        AtomicInteger soon = new AtomicInteger();
        whileOthersHelp(file, () -> {
            for (int round = 0; round < 20; round++) {
                int helpsBefore = provider.lane().helps();
                ControlBlock left = block(file, 10, 100);
                io().write(left);
                awaitUndriven(left);
                if (provider.lane().helps() - helpsBefore < 20_000) {
                    soon.incrementAndGet();
                }
            }
            return null;
        });
        assertThat(soon.get()).as("rounds of 20").isGreaterThan(10);
    }

    /** What he waits for may be staged when he looks no more: an append behind another one, for example. */
    @Test
    void aKeeperDoesNotKeepAwayWhileSomebodyWaits() throws Exception {
        provider.delivery = ScriptedProvider.Delivery.PUSHED;
        provider.hold(transfer -> transfer.kind() == TransferKind.READ);
        Visits visits = new Visits();
        provider.script(visits);
        ControlBlock own = block(open(), 10, 10);
        writeUntil(own, "the keeper stays away", () -> visits.late >= 8);
        ControlBlock read = block(open(), 10, 0);
        io().read(read);
        FutureTask<Long> waiter = background(() -> success(read));

        writeUntil(own, "the keeper comes by often", () -> visits.early >= 12);

        assertThat(waiter.isDone()).isFalse();
        provider.release();
        Bounded.get(waiter);
    }

    /** Another thread writes one block after the other meanwhile. */
    private void whileOthersHelp(AsyncFile file, Callable<Void> task) throws Exception {
        ControlBlock own = block(file, 10, 0);
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Void> busy = background(() -> {
            while (!over.get()) {
                io().write(own);
                success(own);
            }
            return null;
        });
        try {
            await("somebody helps", () -> provider.lane().helps() > 1_000);
            task.call();
        } finally {
            over.set(true);
        }
        Bounded.get(busy);
    }

    @Test
    void whoHasHelpedAndDrivesLooksSeldomForMoreToHelpWith() throws Exception {
        keepTheKeeperAway();
        AsyncFile file = open();
        provider.hold(transfer -> transfer.kind() == TransferKind.DATA_SYNC);
        AtomicInteger longOnes = new AtomicInteger();
        provider.script(new Script() {
            @Override
            void blocking(long nanos) {
                longOnes.updateAndGet(count -> nanos == 1_000_000 ? count + 1 : 0);
            }
        });
        writes(file, 3);
        ControlBlock sync = startedSync(file);
        FutureTask<Long> waiter = background(() -> success(sync));

        await("long slices", () -> longOnes.get() >= 20);
        provider.release();
        Bounded.get(waiter);
    }

    private ControlBlock startedSync(AsyncFile file) throws AioException {
        ControlBlock sync = io().controlBlock().file(file);
        io().sync(SyncMode.DATA, sync);
        return sync;
    }

    private ControlBlock[] writes(AsyncFile file, int count) throws AioException {
        ControlBlock[] writes = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            writes[i] = block(file, 10, 10L * i);
            io().write(writes[i]);
        }
        return writes;
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
