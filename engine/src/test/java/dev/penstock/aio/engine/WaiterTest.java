package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who drives a lane that is collected, and who is woken by whom. */
class WaiterTest extends EngineTest {
    private FutureTask<Boolean> suspendInBackground(ControlBlock... blocks) {
        return background(() -> io().suspend(blocks, Bounded.LIMIT));
    }

    @Test
    void aLoneWaiterDrivesItsLaneItself() throws Exception {
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0);
        provider.holdAll();
        io().write(block);

        FutureTask<Boolean> waiter = suspendInBackground(block);
        await("the waiter blocks in the lane", () -> provider.lane().isBlockedBy("test-background"));
        provider.release();

        assertThat(Bounded.get(waiter)).isTrue();
        assertThat(provider.lane().blockedThreads()).extracting(Thread::getName).containsExactly("test-background");
    }

    @Test
    void aWaiterWhoseRequestsAreFinishedByThenHardlyEverWaitsForAnotherThread() throws Exception {
        ControlBlock block = block(open(), 10, 0);

        for (int i = 0; i < 1000; i++) {
            io().write(block);
            assertThat(success(block)).isEqualTo(10);
        }

        // Not zero: the keeper looks in now and then, and who comes at that moment is served by it.
        assertThat(provider.lane().blocks()).isLessThan(100);
    }

    @Test
    void aWaiterOfAnotherThreadsBlockDrivesTheLaneOfThatBlock() throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0);
        provider.holdAll();
        Bounded.get(onLane(1, () -> {
            io().write(block);
            return null;
        }));
        await("it runs", () -> provider.backend().lane(1).held().size() == 1);

        FutureTask<Boolean> waiter = onLane(0, () -> io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        await(
                "the waiter blocks in the other lane",
                () -> provider.backend().lane(1).isBlockedBy("test-lane-0"));
        provider.release();

        assertThat(Bounded.get(waiter)).isTrue();
        assertThat(provider.backend().lane(1).blockedThreads())
                .extracting(Thread::getName)
                .containsExactly("test-lane-0");
        assertThat(provider.backend().lane(0).blocks()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aWaiterWhoseBlocksSpanTwoLanesIsWokenByEither(int first) throws Exception {
        provider.lanes = 2;
        AsyncFile file = open();
        ControlBlock[] blocks = {block(file, 10, 0), block(file, 10, 10)};
        provider.holdAll();
        for (int lane = 0; lane < 2; lane++) {
            ControlBlock block = blocks[lane];
            Bounded.get(onLane(lane, () -> {
                io().write(block);
                return null;
            }));
        }

        FutureTask<Boolean> waiter = suspendInBackground(blocks);
        await(
                "both lanes are driven",
                () -> provider.backend().lane(0).isBlocked()
                        || provider.backend().lane(1).isBlocked());
        ScriptedLane lane = provider.backend().lane(first);
        await("its transfer runs", () -> !lane.held().isEmpty());
        lane.release(lane.held().get(0), Script.Outcome.ALL);

        assertThat(Bounded.get(waiter)).isTrue();
        assertThat(blocks[first].isBusy()).isFalse();
        assertThat(blocks[1 - first].isBusy()).isTrue();
        assertThat(lane.blockedThreads()).extracting(Thread::getName).allMatch(name -> name.contains("-keeper-"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8})
    void threadsThatWaitOnOneLaneAreAllServed(int threads) throws Exception {
        AsyncFile file = open();
        List<FutureTask<Integer>> waiters = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            ControlBlock block = block(file, 8, 8L * t);
            waiters.add(background(() -> {
                int done = 0;
                for (int i = 0; i < 2000; i++) {
                    io().write(block);
                    io().suspend(block);
                    done += (int) io().result(block);
                }
                return done;
            }));
        }

        for (FutureTask<Integer> waiter : waiters) {
            assertThat(Bounded.get(waiter)).isEqualTo(2000 * 8);
        }
        assertThat(provider.lane().outstanding()).isZero();
    }

    @Test
    void aFollowerIsServedThoughTheDriverLeaves() throws Exception {
        AsyncFile file = open();
        ControlBlock first = block(file, 10, 0);
        ControlBlock second = block(file, 10, 10);
        provider.holdAll();
        io().write(first);
        await("the first runs", () -> provider.lane().held().size() == 1);
        io().write(second);
        FutureTask<Boolean> driver = suspendInBackground(first);
        await("somebody drives", provider.lane()::isBlocked);
        FutureTask<Boolean> follower = suspendInBackground(second);

        ScriptedLane lane = provider.lane();
        await("both run", () -> lane.held().size() == 2);
        lane.release(lane.held().get(0), Script.Outcome.ALL);
        assertThat(Bounded.get(driver)).isTrue();
        lane.release();

        assertThat(Bounded.get(follower)).isTrue();
    }

    @Test
    void aFollowerIsServedByTheDriver() throws Exception {
        AsyncFile file = open();
        ControlBlock first = block(file, 10, 0);
        ControlBlock second = block(file, 10, 10);
        provider.holdAll();
        io().write(first);
        await("the first runs", () -> provider.lane().held().size() == 1);
        io().write(second);
        FutureTask<Boolean> driver = suspendInBackground(first);
        await("somebody drives", provider.lane()::isBlocked);
        FutureTask<Boolean> follower = suspendInBackground(second);

        ScriptedLane lane = provider.lane();
        await("both run", () -> lane.held().size() == 2);
        lane.release(lane.held().get(1), Script.Outcome.ALL);

        assertThat(Bounded.get(follower)).isTrue();
        assertThat(driver.isDone()).isFalse();
        lane.release();
        assertThat(Bounded.get(driver)).isTrue();
    }

    @Test
    void anInterruptedDriverLeavesTheLaneToOthers() throws Exception {
        AsyncFile file = open();
        ControlBlock first = block(file, 10, 0);
        ControlBlock second = block(file, 10, 10);
        provider.holdAll();
        io().write(first);
        io().write(second);
        Thread[] driver = new Thread[1];
        FutureTask<Errno> interrupted = background(() -> {
            driver[0] = Thread.currentThread();
            try {
                io().suspend(first);
                return Errno.SUCCESS;
            } catch (AioException e) {
                assertThat(Thread.interrupted()).isTrue();
                return e.errno();
            }
        });
        await("it drives", () -> provider.lane().isBlockedBy("test-background"));
        FutureTask<Boolean> follower = suspendInBackground(second);

        driver[0].interrupt();

        assertThat(Bounded.get(interrupted)).isEqualTo(Errno.EINTR);
        provider.release();
        assertThat(Bounded.get(follower)).isTrue();
        assertThat(success(first)).isEqualTo(10);
    }

    @Test
    void aWaitWithATimeoutEndsInTimeThoughTheRequestRuns() throws Exception {
        ControlBlock block = block(open(), 10, 0);
        provider.holdAll();
        io().write(block);

        long before = System.nanoTime();
        boolean done = io().suspend(new ControlBlock[] {block}, Duration.ofMillis(20));

        assertThat(done).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    }

    @Test
    void aCancelByAnotherThreadWakesADriverThatIsBlocked() throws Exception {
        provider.blocksUntilWoken = true;
        provider.window = 1;
        AsyncFile file = open();
        ControlBlock running = block(file, 10, 0);
        ControlBlock waiting = block(file, 10, 10);
        provider.holdAll();
        io().write(running);
        io().write(waiting);
        FutureTask<Boolean> waiter = suspendInBackground(waiting);
        await("it drives", () -> provider.lane().isBlockedBy("test-background"));

        assertThat(io().cancel(waiting)).isEqualTo(CancelResult.CANCELED);

        assertThat(Bounded.get(waiter)).isTrue();
        assertThat(provider.lane().wakes()).isPositive();
        assertThat(failure(waiting)).isEqualTo(Errno.ECANCELED);
    }

    @Test
    void aRetrievedAndRestartedBlockCountsAsDoneForWhoWaitedForItsFormerLife() throws Exception {
        AsyncFile file = open();
        ControlBlock block = block(file, 10, 0);
        provider.holdAll();
        io().write(block);
        FutureTask<Boolean> waiter = suspendInBackground(block);
        await("it drives", () -> provider.lane().isBlockedBy("test-background"));

        provider.lane().release(provider.lane().held().get(0), Script.Outcome.ALL);
        await("it is done", () -> !block.isBusy());
        io().result(block);
        io().write(block);

        assertThat(Bounded.get(waiter)).isTrue();
    }

    @Test
    void aWaitThatCannotEndIsRefused() {
        assertThatThrownBy(() -> io().suspend(new ControlBlock[] {null}))
                .isInstanceOf(AioException.class)
                .hasMessageContaining("EINVAL");
    }
}
