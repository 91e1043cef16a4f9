package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When what is staged is started. */
class FlushTest extends EngineTest {
    @Test
    void aTransferOnAnIdleLaneIsStartedAtOnce() throws Exception {
        AsyncFile file = open();
        int atOnce = 0;
        for (int i = 0; i < 100; i++) {
            ControlBlock block = block(file, 10, 0);
            provider.holdAll();
            io().write(block);
            atOnce += provider.lane().held().size();
            provider.release();
            success(block);
        }

        // Not always: the keeper looks around, and what it is just about to start the submitter need not.
        assertThat(atOnce).isGreaterThan(10);
    }

    @Test
    void aTransferOnABusyLaneIsStartedWithOthersAtTheThreshold() throws Exception {
        provider.holdAll();
        AsyncFile file = open();
        for (int i = 0; i < 8; i++) {
            io().write(block(file, 10, 10L * i));
        }
        await(
                "the keeper started what is below the threshold",
                () -> provider.lane().held().size() == 8);
        int before = provider.lane().flushes();

        for (int i = 8; i < 16; i++) {
            io().write(block(file, 10, 10L * i));
        }

        await("all are started", () -> provider.lane().held().size() == 16);
        assertThat(provider.lane().flushes() - before).isLessThan(8);
    }

    @Test
    void aProviderThatThrowsInsteadOfNamingItsThresholdFailsNoRequest() throws Exception {
        provider.flushesWhenIdle = false;
        provider.flushThreshold = -1;
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(10);
        assertThat(warnings()).anyMatch(warning -> warning.contains("flushThreshold"));
    }

    @Test
    void pollingTheStatusStartsWhatIsStaged() throws Exception {
        provider.flushesWhenIdle = false;
        provider.flushThreshold = 16;
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        await("it is done", () -> {
            try {
                return io().error(block) == Errno.SUCCESS;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whatTheLaneLeavesWhenTheKeeperComesByIsAskedForAgain() throws Exception {
        provider.delivery = ScriptedProvider.Delivery.PUSHED;
        provider.flushesWhenIdle = false;
        provider.flushThreshold = 16;
        provider.leftByKeeper.set(100);
        ControlBlock block = block(open(), 10, 0);

        io().write(block);

        await("it is done", () -> !block.isBusy());
        assertThat(provider.leftByKeeper).hasValue(0);
    }

    @Test
    void aWaiterStartsWhatTheLaneLeftWhenTheKeeperCameBy() throws Exception {
        provider.delivery = ScriptedProvider.Delivery.PUSHED;
        provider.flushesWhenIdle = false;
        provider.flushThreshold = 16;
        provider.leftByKeeper.set(Integer.MAX_VALUE);
        ControlBlock block = block(open(), 10, 0);
        io().write(block);
        await("the keeper came by", () -> provider.leftByKeeper.get() < Integer.MAX_VALUE);

        success(block);

        assertThat(provider.leftByKeeper.get()).isPositive();
    }

    @Test
    void aTransferThatIsStagedWhileAnotherThreadFlushesIsNotForgotten() throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock other = block(file, 10, 0);
        io().write(other);
        AtomicBoolean once = new AtomicBoolean(true);
        provider.script(new Script() {
            @Override
            void staging(Transfer transfer) {
                if (once.getAndSet(false)) {
                    // A flush between the count and the stage must not forget this one.
                    Bounded.get(background(() -> io().error(other)));
                }
            }
        });
        ControlBlock block = block(file, 10, 10);

        io().write(block);
        io().error(other);

        // The keeper may be the one who starts them.
        await("both are started", () -> provider.lane().held().size() == 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aWaiterDoesNotLoseItsWakeUpToTheLocksOfTheLane(int busy) throws Exception {
        provider.delivery = ScriptedProvider.Delivery.PUSHED;
        provider.flushesWhenIdle = false;
        provider.flushThreshold = 16;
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0);
        CountDownLatch ended = new CountDownLatch(1);
        Thread[] waiter = new Thread[1];
        AtomicInteger helps = new AtomicInteger();
        AtomicInteger flushesOfTheWaiter = new AtomicInteger();
        provider.holdAll();
        provider.script(new Script() {
            @Override
            void helping() {
                // The last call before the waiter parks: something is staged again by then.
                if (Thread.currentThread() == waiter[0] && helps.incrementAndGet() == 2) {
                    stageOnly(file);
                }
            }

            @Override
            void flushing() {
                if (Thread.currentThread().getName().contains("keeper")) {
                    // Stays away until the test is over.
                    Bounded.await(ended);
                }
                if (Thread.currentThread() == waiter[0] && flushesOfTheWaiter.incrementAndGet() == 2) {
                    provider.lane().release(runningAt(0), Outcome.ALL);
                    await("its request is done", () -> !block.isBusy());
                    // What any lock does: the unpark that was meant for the wait is used up in here.
                    for (int i = 0; i < busy; i++) {
                        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                    }
                }
            }
        });
        stageOnly(file);
        await("the keeper is kept away", () -> provider.lane().flushes() == 1);
        io().write(block);

        FutureTask<Boolean> waiting = background(() -> {
            waiter[0] = Thread.currentThread();
            io().suspend(block);
            return true;
        });

        try {
            assertThat(Bounded.get(waiting)).isTrue();
            assertThat(flushesOfTheWaiter).hasValueGreaterThanOrEqualTo(2);
        } finally {
            ended.countDown();
        }
    }

    private ScriptedLane.Entry runningAt(long offset) {
        return provider.lane().held().stream()
                .filter(entry -> entry.transfer.offset() == offset)
                .findFirst()
                .orElseThrow();
    }

    private void stageOnly(AsyncFile file) {
        file.write(ByteBuffer.allocateDirect(10), 100);
    }

    // ---- what nobody waits for

    @Test
    void whatNobodyWaitsForIsStartedSoon() throws Exception {
        provider.flushesWhenIdle = false;
        provider.flushThreshold = 16;
        AsyncFile file = open();
        file.write(ByteBuffer.allocateDirect(10), 0).await();
        long[] startedNs = new long[200];

        for (int i = 0; i < startedNs.length; i++) {
            int flushes = provider.lane().flushes();
            long before = System.nanoTime();
            ControlBlock block = block(file, 10, 0);
            io().write(block);
            while (provider.lane().flushes() == flushes) {
                LockSupport.parkNanos(10_000);
            }
            startedNs[i] = System.nanoTime() - before;
            awaitUndriven(block);
        }

        Arrays.sort(startedNs);
        System.out.printf(
                "started, left alone: p10 %d us, p50 %d us, p90 %d us%n",
                startedNs[20] / 1000, startedNs[100] / 1000, startedNs[180] / 1000);
        // The median belongs to whatever else the machine does.
        assertThat(startedNs[20]).as("ns, 10th percentile").isLessThan(5_000_000);
    }

    @Test
    void whatNobodyWaitsForIsCollected() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();

        io().write(block);
        awaitKeepersParked();
        provider.release();

        awaitUndriven(block);
    }

    @Test
    void whatAnotherThreadFlushedIsCollectedThoughNobodyWaits() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        success(started(block(open(), 10, 0)));
        awaitKeepersParked();
        Block own = (Block) block;
        own.claim();
        own.prepare(TransferKind.WRITE);
        own.flight.target().order().submit(own);

        // In between somebody else flushes and waits for his own request.
        own.driver.flush();
        own.driver.submitted(false);

        awaitUndriven(block);
        // The test went round the limits.
        own.consumer.engine().admission().acquire(1);
    }

    private ControlBlock started(ControlBlock block) throws Exception {
        io().write(block);
        return block;
    }

    @Test
    void aListWithAnEventEndsThoughNobodyWaits() throws Exception {
        provider.window = 4;
        AsyncFile file = open();
        success(started(block(file, 10, 0)));
        awaitKeepersParked();
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = block(file, 10, 10L * i).opcode(Opcode.WRITE);
        }
        CountDownLatch told = new CountDownLatch(1);

        io().list(ListMode.NOWAIT, blocks, SigEvent.call(n -> told.countDown()));

        Bounded.await(told);
    }

    @Test
    void anAppendBehindAnotherOneIsStartedThoughNobodyWaits() throws Exception {
        appendsGoOn();
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedProvider.Delivery.class,
            names = {"PUSHED", "PUSHED_IN_FLUSH"})
    void anAppendBehindAnotherOneIsStartedByALaneThatPushes(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        appendsGoOn();
    }

    private void appendsGoOn() throws Exception {
        AsyncFile file = openToAppend();
        ControlBlock[] blocks = {block(file, 1, 0), block(file, 2, 0), block(file, 3, 0)};
        provider.holdAll();
        for (ControlBlock block : blocks) {
            io().write(block);
        }
        awaitKeepersParked();

        provider.release();

        for (ControlBlock block : blocks) {
            awaitUndriven(block);
        }
        assertThat(scripted().log()).containsExactly("WRITE +1", "WRITE +2", "WRITE +3");
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void appendsOfTwoLanesGoOnThoughNobodyWaits(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        provider.lanes = 2;
        AsyncFile file = openToAppend();
        ControlBlock[] blocks = {block(file, 1, 0), block(file, 2, 0), block(file, 3, 0)};
        provider.holdAll();
        for (int i = 0; i < blocks.length; i++) {
            ControlBlock block = blocks[i];
            Bounded.get(onLane(i & 1, () -> started(block)));
        }
        awaitKeepersParked();

        provider.release();

        for (ControlBlock block : blocks) {
            awaitUndriven(block);
        }
    }

    @ParameterizedTest
    @EnumSource(ScriptedProvider.Delivery.class)
    void aSyncOfAnotherLaneThanItsWriteRunsThoughNobodyWaits(ScriptedProvider.Delivery delivery) throws Exception {
        provider.delivery = delivery;
        provider.lanes = 2;
        AsyncFile file = open();
        ControlBlock write = block(file, 1, 0);
        ControlBlock sync = io().controlBlock().file(file);
        provider.holdAll();
        Bounded.get(onLane(0, () -> started(write)));
        Bounded.get(onLane(1, () -> {
            io().sync(SyncMode.FULL, sync);
            return null;
        }));
        awaitKeepersParked();

        provider.release();

        awaitUndriven(sync);
        assertThat(scripted().log()).containsExactly("WRITE 0+1", "SYNC");
    }

    @Test
    void aCancelThatLetsTheNextAppendComeAlsoHasItStarted() throws Exception {
        AsyncFile file = openToAppend();
        ControlBlock first = block(file, 1, 0);
        ControlBlock second = block(file, 2, 0);
        provider.holdAll();
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return true;
            }
        });
        io().write(first);
        io().write(second);
        await("the first one runs", () -> provider.lane().held().size() == 1);
        provider.hold(transfer -> false);
        awaitKeepersParked();

        io().cancel(first);

        awaitUndriven(second);
        assertThat(scripted().log()).containsExactly("WRITE +2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNeedsTheKeeperIsStartedByItWhoeverFlushedBefore(boolean waits) throws Exception {
        provider.insistsOnKeeper = true;
        AsyncFile file = openToAppend();

        for (int i = 0; i < 50; i++) {
            ControlBlock block = block(file, 1, 0);
            io().write(block);
            if (waits) {
                assertThat(success(block)).isEqualTo(1);
            } else {
                io().error(block);
                awaitUndriven(block);
            }
        }
    }

    // ---- while somebody is in the kernel

    /** Keeps threads of that name, which block in a lane, there until a lane is woken or the latch is open. */
    private static Script blockedUntil(CountDownLatch end, String name) {
        return new Script() {
            @Override
            void blocking(long nanos) {
                if (Thread.currentThread().getName().contains(name)) {
                    Bounded.await(end);
                }
            }

            @Override
            void waking() {
                end.countDown();
            }
        };
    }

    private ControlBlock called(ControlBlock block) throws AioException {
        return block.sigEvent(SigEvent.call(n -> {}));
    }

    @Test
    void aTransferIsStartedAtOnceWhileTheKeeperIsInTheKernel() throws Exception {
        AsyncFile file = open();
        CountDownLatch end = new CountDownLatch(1);
        provider.holdAll();
        provider.script(blockedUntil(end, ""));
        io().write(called(block(file, 10, 0)));
        await("the keeper blocks", provider.lane()::isBlocked);

        io().write(block(file, 10, 10));

        assertThat(provider.lane().held()).hasSize(2);
        end.countDown();
    }

    @Test
    void whatIsStagedJustBeforeTheKeeperEntersTheKernelIsStarted() throws Exception {
        AsyncFile file = open();
        CountDownLatch blocks = new CountDownLatch(10);
        AtomicInteger staged = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        provider.holdAll();
        io().write(called(block(file, 10, 0)));
        await("the first is started", () -> provider.lane().held().size() == 1);
        provider.script(new Script() {
            @Override
            void collecting() {
                // The keeper has flushed, nobody is in the kernel, and the lane is not idle.
                if (Thread.currentThread().getName().contains("keeper") && staged.get() < 6) {
                    Bounded.get(background(() -> started(block(file, 10, 10))));
                    staged.incrementAndGet();
                }
            }

            @Override
            void blocking(long nanos) {
                if (provider.lane().held().size() <= staged.get()) {
                    late.incrementAndGet();
                }
                blocks.countDown();
            }
        });

        Bounded.await(blocks);
        assertThat(late).hasValue(0);
    }

    @Test
    void anAppendThatAnotherLaneLetsGoOnCallsTheKeeperOutOfTheKernel() throws Exception {
        provider.lanes = 2;
        provider.insistsOnKeeper = true;
        AsyncFile appended = openToAppend();
        AsyncFile other = open();
        ControlBlock second = block(appended, 2, 0);
        provider.holdAll();
        Bounded.get(onLane(0, () -> started(block(appended, 1, 0))));
        await("the first append runs", () -> provider.backend().lane(0).held().size() == 1);
        Bounded.get(onLane(1, () -> started(second)));
        CountDownLatch woken = new CountDownLatch(1);
        provider.script(blockedUntil(woken, "keeper-1"));
        Bounded.get(onLane(1, () -> started(called(block(other, 3, 0)))));
        await("the keeper blocks", () -> provider.backend().lane(1).isBlocked());

        provider.backend().lane(0).release();

        // Only the wake ends this block.
        Bounded.await(woken);
        await("the second append runs", () -> provider.backend().lane(1).held().size() == 2);
    }

    @Test
    void anAppendOfAListCallsTheKeeperOutOfTheKernel() throws Exception {
        provider.insistsOnKeeper = true;
        AsyncFile file = openToAppend();
        CountDownLatch woken = new CountDownLatch(1);
        provider.holdAll();
        provider.script(blockedUntil(woken, "keeper"));
        io().write(called(block(open(), 10, 0)));
        await("the keeper blocks", provider.lane()::isBlocked);

        io().list(ListMode.NOWAIT, new ControlBlock[] {block(file, 1, 0).opcode(Opcode.WRITE)}, SigEvent.none());

        Bounded.await(woken);
        await("the append runs", () -> provider.lane().held().size() == 2);
    }

    @Test
    void theKeeperStartsWhatOnlyItMayStartWhileAnotherThreadIsInTheKernel() throws Exception {
        provider.insistsOnKeeper = true;
        AsyncFile file = openToAppend();
        ControlBlock driven = block(open(), 10, 0);
        CountDownLatch end = new CountDownLatch(1);
        provider.holdAll();
        io().write(driven);
        provider.script(blockedUntil(end, ""));
        FutureTask<Boolean> driver = background(() -> io().suspend(new ControlBlock[] {driven}, Bounded.LIMIT));
        await("a user's thread blocks", () -> provider.lane().isBlockedBy("test-background"));
        io().write(called(block(open(), 10, 10)));

        io().write(block(file, 1, 0));

        await("the append runs", () -> provider.lane().held().size() == 3);
        assertThat(end.getCount()).isEqualTo(1);
        end.countDown();
        provider.release();
        assertThat(Bounded.get(driver)).isTrue();
    }

    // ---- the keeper itself

    @Test
    void theKeeperParksWhenThereIsNothingToKeep() throws Exception {
        success(started(block(open(), 10, 0)));

        awaitKeepersParked();

        int flushes = provider.lane().flushes();
        int blocks = provider.lane().blocks();
        awaitKeepersParked();
        assertThat(provider.lane().flushes()).isEqualTo(flushes);
        assertThat(provider.lane().blocks()).isEqualTo(blocks);
    }

    @Test
    void theKeeperSeldomLooksAtWhatRunsForLongAndNobodyWaitsFor() throws Exception {
        provider.holdAll();
        io().write(block(open(), 10, 0));
        Thread keeper = keeper();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        awaitCollects(20);
        long before = threads.getThreadInfo(threadId(keeper)).getWaitedCount();

        awaitCollects(100);

        assertThat(threads.getThreadInfo(threadId(keeper)).getWaitedCount() - before)
                .as("times it parked during 100 looks")
                .isLessThan(400);
    }

    @Test
    void theKeeperDoesNotWakeItselfWhileItDrives() throws Exception {
        provider.holdAll();
        AtomicInteger sleeps = new AtomicInteger();
        AtomicInteger endedAtOnce = new AtomicInteger();
        provider.script(new Script() {
            @Override
            void blocking(long nanos) {
                long sinceNs = System.nanoTime();
                LockSupport.parkNanos(5_000_000);
                endedAtOnce.addAndGet(System.nanoTime() - sinceNs < 1_000_000 ? 1 : 0);
                sleeps.incrementAndGet();
            }
        });
        CountDownLatch told = new CountDownLatch(1);
        io().write(block(open(), 10, 0).sigEvent(SigEvent.call(n -> told.countDown())));

        await("the keeper slept", () -> sleeps.get() >= 20);

        // The submit itself wakes it once or twice.
        assertThat(endedAtOnce).hasValueLessThan(5);
        provider.release();
        Bounded.await(told);
    }

    private void awaitCollects(int more) {
        int end = provider.lane().collects() + more;
        await("the keeper looks", () -> provider.lane().collects() >= end);
    }

    @Test
    void aRefusedEntryOfAListLeavesTheKeeperReadyForOthers() throws Exception {
        AsyncFile file = open();
        CountDownLatch told = new CountDownLatch(4);
        ControlBlock entry = block(file, 10, 0).opcode(Opcode.WRITE).sigEvent(SigEvent.call(n -> told.countDown()));
        io().write(entry);
        awaitUndriven(entry);
        io().result(entry);
        for (int i = 0; i < 2; i++) {
            entry.offset(-1);
            try {
                io().list(ListMode.NOWAIT, new ControlBlock[] {entry}, SigEvent.none());
            } catch (AioException e) {
                assertThat(e.errno()).isEqualTo(Errno.EIO);
            }
            io().result(entry);
        }
        entry.offset(0);
        provider.holdAll();

        io().write(entry);
        awaitKeepersParked();
        provider.release();

        Bounded.await(told);
        await(
                "nobody needs the keeper any more",
                () -> !((Block) entry).driver.right().isNeeded());
    }
}
