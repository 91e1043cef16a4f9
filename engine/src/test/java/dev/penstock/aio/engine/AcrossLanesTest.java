package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits on one lane for a request of another: the other one is driven, though nobody waits for that request. */
class AcrossLanesTest extends EngineTest {
    @BeforeEach
    void twoLanes() {
        provider.lanes = 2;
    }

    private ScriptedLane lane(int index) {
        return provider.backend().lane(index);
    }

    private LaneDriver driver(OpenFile file, int index) {
        return Bounded.get(onLane(index, () -> file.lane(Thread.currentThread())));
    }

    private void writeOn(int lane, ControlBlock block) {
        done(onLane(lane, () -> {
            io().write(block);
            return null;
        }));
    }

    private static void done(FutureTask<?> task) {
        Bounded.get(task);
    }

    private FutureTask<Object> waitOn(int lane, Callable<Request<?>> start) {
        return onLane(lane, () -> start.call().await(Bounded.LIMIT));
    }

    /** Checks that a lane is driven by its keeper, then lets everything end; then nobody is needed any more. */
    private void assertDrivenUntilTheEndOf(int lane, FutureTask<?> waiter) throws AioException {
        OpenFile any = (OpenFile) open();
        LaneDriver[] drivers = {driver(any, 0), driver(any, 1)};
        await("the lane is driven", lane(lane)::isBlocked);
        assertThat(waiter.isDone()).isFalse();
        provider.release();
        Bounded.get(waiter);
        await(
                "nobody is needed",
                () -> !drivers[0].right().isNeeded() && !drivers[1].right().isNeeded());
    }

    @Test
    void aSyncHasTheLaneDrivenOfAWriteThatWasLeftAlone() throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        writeOn(0, block(file, 8, 0));

        FutureTask<?> sync = waitOn(1, () -> file.sync(SyncMode.FULL));

        assertDrivenUntilTheEndOf(0, sync);
        assertThat(provider.backend().files().get(0).log()).containsExactly("WRITE 0+8", "SYNC");
    }

    @Test
    void aTruncateHasTheLaneDrivenOfAWriteThatWasLeftAlone() throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        writeOn(0, block(file, 8, 0));

        FutureTask<?> truncate = waitOn(1, () -> file.truncate(4));

        assertDrivenUntilTheEndOf(0, truncate);
    }

    @Test
    void aReadBehindATruncateHasTheLaneOfThatDriven() throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        done(onLane(0, () -> file.truncate(4)));

        FutureTask<?> size = waitOn(1, file::size);

        assertDrivenUntilTheEndOf(0, size);
    }

    @Test
    void anAppendHasTheLaneDrivenOfTheAppendBeforeIt() throws Exception {
        AsyncFile file = openToAppend();
        provider.holdAll();
        writeOn(0, block(file, 1, 0));

        FutureTask<?> append = waitOn(1, () -> file.write(ByteBuffer.allocateDirect(2), 0));

        assertDrivenUntilTheEndOf(0, append);
        assertThat(provider.backend().files().get(0).log()).containsExactly("WRITE +1", "WRITE +2");
    }

    /** Waits for one lane at first, and later for more: never met, and has nobody drive for it. */
    private static final class Changeable implements Awaited {
        private volatile LaneDriver sole;
        private volatile Thread waiter;

        Changeable(LaneDriver sole) {
            this.sole = sole;
        }

        @Override
        public boolean isMet() {
            return false;
        }

        @Override
        public void enlist(Thread thread) {
            waiter = thread;
        }

        boolean isParked() {
            return waiter != null && waiter.getState() == Thread.State.TIMED_WAITING;
        }

        @Override
        public void delist(Thread thread) {}

        @Override
        public boolean help() {
            return false;
        }

        @Override
        public void flush() {}

        @Override
        public void glance() {}

        @Override
        public LaneDriver soleLane() {
            return sole;
        }

        @Override
        public void need() {}

        @Override
        public void unneed() {}
    }

    @Test
    void anHeirThatIsCalledButWaitsForMoreThanThatLaneByNowPassesTheCallOnBeforeItParks() throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        writeOn(0, block(file, 8, 0));
        done(onLane(1, () -> file.sync(SyncMode.FULL)));
        LaneDriver driver = driver((OpenFile) file, 1);
        driver.need();
        awaitKeepersParked();
        Changeable target = new Changeable(driver);
        FutureTask<Boolean> heir = background(() -> Waiting.await(target, Bounded.LIMIT.toNanos()));
        await("the heir parks", target::isParked);
        target.sole = null;

        provider.release();

        await("the sync is done", () -> ((OpenFile) file).order().isIdle());
        assertThat(heir.isDone()).isFalse();
        driver.unneed();
    }

    /** Keeps the keeper of a lane from coming out of the flush in which it starts an append, until it may. */
    private static final class StuckKeeper extends Script {
        private final String keeper;
        final AtomicBoolean isStuck = new AtomicBoolean();
        final AtomicBoolean mayGo = new AtomicBoolean();
        /** Touched by the keeper alone; a flush before may be one by which others start what they may. */
        private boolean hasStarted;

        StuckKeeper(int lane) {
            this.keeper = "-keeper-" + lane;
        }

        private boolean isKeeper() {
            return Thread.currentThread().getName().endsWith(keeper);
        }

        @Override
        boolean holds(Transfer transfer) {
            if (isKeeper()) {
                hasStarted = true;
            }
            return super.holds(transfer);
        }

        @Override
        void leaving(int lane, String verb) {
            if (verb.equals("flush") && isKeeper() && hasStarted) {
                isStuck.set(true);
                while (!mayGo.get()) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void whoWaitsForAnAppendIsCalledForItAtOnceThoughOnlyTheKeeperMayStartIt() throws Exception {
        provider.insistsOnKeeper = true;
        AsyncFile file = openToAppend();
        ControlBlock before = block(openToAppend(), 1, 0);
        StuckKeeper stuck = new StuckKeeper(1);
        provider.script(stuck);
        try {
            writeOn(1, before);
            await("the keeper is not there to call anybody", stuck.isStuck::get);
            done(onLane(1, () -> success(before)));
            provider.holdAll();
            writeOn(0, block(file, 1, 0));
            AtomicReference<Thread> waiter = new AtomicReference<>();
            FutureTask<Long> append = onLane(1, () -> {
                waiter.set(Thread.currentThread());
                ControlBlock block = block(file, 2, 0);
                io().write(block);
                return success(block);
            });
            await("it parks", () -> isParked(waiter.get()));
            await("the append before is started", () -> lane(0).held().size() == 1);

            lane(0).release();

            await("it drives", () -> lane(1).blockedThreads().contains(waiter.get()));
            stuck.mayGo.set(true);
            await("it is started", () -> lane(1).held().size() == 1);
            provider.release();
            assertThat(Bounded.get(append)).isEqualTo(2);
        } finally {
            stuck.mayGo.set(true);
        }
    }

    private static boolean isParked(Thread thread) {
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
    }

    @Test
    void aSyncThatIsServedOnAnotherLaneHasThatOneDriven() throws Exception {
        AsyncFile file = open();
        provider.holdAll();
        writeOn(0, block(file, 8, 0));
        FutureTask<?> waiter = waitOn(0, () -> file.sync(SyncMode.FULL));
        await("it waits", () -> ((OpenFile) file).pending().size() == 2);
        done(onLane(1, () -> file.sync(SyncMode.FULL)));

        provider.hold(transfer -> transfer.kind() == TransferKind.SYNC);
        lane(0).release();
        await("one transfer serves both", () -> lane(1).held().size() == 1);

        assertDrivenUntilTheEndOf(1, waiter);
    }

    @Test
    void whoWritesAndSyncsOnOneLaneNeedsNobody() throws Exception {
        AsyncFile file = open();
        LaneDriver own = driver((OpenFile) file, 0);
        provider.holdAll();

        boolean needed = Bounded.get(onLane(0, () -> {
            io().write(block(file, 8, 0));
            file.sync(SyncMode.FULL);
            file.truncate(4);
            file.size();
            return own.right().isNeeded();
        }));

        assertThat(needed).isFalse();
        assertThat(driver((OpenFile) file, 1).right().isNeeded()).isFalse();
    }
}
