package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.Bounded;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Takers of a completion queue whose blocks are on several lanes and come from several threads. */
class CompletionQueueLanesTest extends EngineTest {
    private ControlBlock queued(AsyncFile file, CompletionQueue queue, int at) throws AioException {
        return block(file, 8, 8L * at).sigEvent(SigEvent.queue(queue));
    }

    private void writeOnLane(int lane, ControlBlock block) {
        Bounded.get(onLane(lane, () -> {
            io().write(block);
            return null;
        }));
    }

    @Test
    void aTakerDrivesTheOneLaneThatItsBlocksAreOn() throws Exception {
        CompletionQueue queue = io().completionQueue();
        provider.holdAll();
        ControlBlock block = queued(open(), queue, 0);
        io().write(block);
        FutureTask<ControlBlock> taker = background(() -> queue.take(Bounded.LIMIT));
        await("it blocks in the lane", () -> provider.lane().isBlockedBy("test-background"));

        provider.release();

        assertThat(Bounded.get(taker)).isSameAs(block);
        assertThat(provider.lane().blockedThreads()).extracting(Thread::getName).containsExactly("test-background");
    }

    /** Takes a block, and waits for the next one in the background, though none was started. */
    private Thread idleTaker(CompletionQueue queue) throws AioException {
        io().write(queued(open(), queue, 0));
        assertThat(queue.take(Bounded.LIMIT)).isNotNull();
        Thread[] thread = new Thread[1];
        FutureTask<ControlBlock> taker = background(() -> {
            thread[0] = Thread.currentThread();
            return queue.take(Bounded.LIMIT);
        });
        await("it parks", () -> !taker.isDone() && thread[0] != null && LockSupport.getBlocker(thread[0]) == queue);
        return thread[0];
    }

    @Test
    void aTakerDrivesNoLaneThatHasNothingInFlight() throws Exception {
        CompletionQueue queue = io().completionQueue();

        Thread taker = idleTaker(queue);

        int blocks = provider.lane().blocks();
        awaitKeepersParked();
        assertThat(LockSupport.getBlocker(taker)).isSameAs(queue);
        assertThat(provider.lane().blocks()).isEqualTo(blocks);
        ControlBlock next = queued(open(), queue, 1);
        io().write(next);
        Bounded.join(taker);
        assertThat(next.isBusy()).isFalse();
    }

    @Test
    void anIdleTakerLeavesABackendAloneThatCloses() throws Exception {
        CompletionQueue queue = io().completionQueue();
        Thread taker = idleTaker(queue);

        instance().remove(provider);

        assertThat(provider.backend().isClosed()).isTrue();
        assertThat(taker.isAlive()).isTrue();
        queue.close();
        Bounded.join(taker);
    }

    @Test
    void aTakerDrivesTheOneLaneThatIsLeftWhenTheBlocksOfTheOtherAreTaken() throws Exception {
        provider.lanes = 2;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock[] blocks = {queued(file, queue, 0), queued(file, queue, 1)};
        writeOnLane(0, blocks[0]);
        writeOnLane(1, blocks[1]);
        await("both run", () -> provider.backend().lane(1).held().size() == 1);
        provider.backend().lane(0).release();
        assertThat(queue.take(Bounded.LIMIT)).isSameAs(blocks[0]);
        awaitKeepersParked();
        provider.backend().lane(1).forgetThreads();

        FutureTask<ControlBlock> taker = background(() -> queue.take(Bounded.LIMIT));
        await("it blocks in the lane", () -> provider.backend().lane(1).isBlockedBy("test-background"));
        provider.release();

        assertThat(Bounded.get(taker)).isSameAs(blocks[1]);
        assertThat(provider.backend().lane(1).blockedThreads())
                .extracting(Thread::getName)
                .containsExactly("test-background");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTakerIsReleasedWhenItsUserEnds(boolean byTheInstance) throws Exception {
        AsyncIo user = instance().user("a bundle");
        CompletionQueue queue = user.completionQueue();
        FutureTask<Errno> taker = background(() -> {
            try {
                queue.take();
                return Errno.SUCCESS;
            } catch (AioException e) {
                return e.errno();
            }
        });
        await("it waits", () -> ((EndQueue) queue).hasWaiters());

        if (byTheInstance) {
            instance().stop();
        } else {
            instance().endUser(user);
        }

        assertThat(Bounded.get(taker)).isEqualTo(Errno.ECANCELED);
        assertThatThrownBy(() -> user.completionQueue().take())
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECANCELED));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aTakerIsWokenByEitherLane(int first) throws Exception {
        provider.lanes = 4;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock[] blocks = new ControlBlock[3];
        for (int lane = 0; lane < 3; lane++) {
            blocks[lane] = queued(file, queue, lane);
            writeOnLane(lane, blocks[lane]);
        }
        FutureTask<ControlBlock> taker = background(() -> queue.take(Bounded.LIMIT));
        await("a lane is driven", () -> provider.backend().lane(first).isBlocked());

        provider.backend().lane(first).release();

        assertThat(Bounded.get(taker)).isSameAs(blocks[first]);
    }

    @Test
    void aTakerThatCameBeforeAnyRequestIsWokenByTheFirstOnWhateverLane() throws Exception {
        provider.lanes = 2;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();

        for (int i = 0; i < 200; i++) {
            FutureTask<ControlBlock> taker = background(() -> queue.take(Bounded.LIMIT));
            ControlBlock block = queued(file, queue, i);
            int lane = i & 1;
            writeOnLane(lane, block);
            assertThat(Bounded.get(taker)).isSameAs(block);
            io().result(block);
        }
    }

    @Test
    void aTakerThatDrivesOneLaneLearnsOfARequestOnAnother() throws Exception {
        provider.blocksUntilWoken = true;
        provider.lanes = 2;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();
        provider.holdAll();
        writeOnLane(0, queued(file, queue, 0));
        FutureTask<ControlBlock> taker = background(() -> queue.take(Bounded.LIMIT));
        await("it blocks in the first lane", () -> provider.backend().lane(0).isBlockedBy("test-background"));
        ControlBlock other = queued(file, queue, 1);

        writeOnLane(1, other);
        await("the other one runs", () -> provider.backend().lane(1).held().size() == 1);
        provider.backend().lane(1).release();

        assertThat(Bounded.get(taker)).isSameAs(other);
        assertThat(provider.backend().lane(0).wakes()).isPositive();
    }

    @Test
    void eachBlockGoesToOneOfManyTakers() throws Exception {
        provider.lanes = 2;
        provider.orderSeed = 3;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();
        List<FutureTask<List<ControlBlock>>> takers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            takers.add(background(() -> {
                List<ControlBlock> taken = new ArrayList<>();
                for (int i = 0; i < 250; i++) {
                    taken.add(queue.take(Bounded.LIMIT));
                }
                return taken;
            }));
        }
        for (int lane = 0; lane < 2; lane++) {
            int from = 500 * lane;
            Bounded.get(onLane(lane, () -> {
                for (int i = from; i < from + 500; i++) {
                    io().write(queued(file, queue, i));
                }
                return null;
            }));
        }

        Set<ControlBlock> all = new HashSet<>();
        for (FutureTask<List<ControlBlock>> taker : takers) {
            all.addAll(Bounded.get(taker));
        }
        assertThat(all).hasSize(1000).doesNotContainNull();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void theEndOfAQueueWakesATakerThatIsBlockedInALane() throws Exception {
        provider.blocksUntilWoken = true;
        CompletionQueue queue = io().completionQueue();
        provider.holdAll();
        ControlBlock block = queued(open(), queue, 0);
        io().write(block);
        FutureTask<Errno> taker = background(() -> {
            try {
                queue.take();
                return Errno.SUCCESS;
            } catch (AioException e) {
                return e.errno();
            }
        });
        await("it blocks in the lane", () -> provider.lane().isBlockedBy("test-background"));

        queue.close();

        assertThat(Bounded.get(taker)).isEqualTo(Errno.ECANCELED);
        provider.release();
        assertThat(success(block)).isEqualTo(8);
    }

    @Test
    void aCancelByAnotherThreadEndsTheWaitOfATakerThatIsBlocked() throws Exception {
        provider.blocksUntilWoken = true;
        provider.window = 1;
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();
        provider.holdAll();
        io().write(queued(file, queue, 0));
        ControlBlock waiting = queued(file, queue, 1);
        io().write(waiting);
        FutureTask<ControlBlock> taker = background(() -> queue.take(Bounded.LIMIT));
        await("it blocks in the lane", () -> provider.lane().isBlockedBy("test-background"));

        assertThat(io().cancel(waiting)).isEqualTo(CancelResult.CANCELED);

        assertThat(Bounded.get(taker)).isSameAs(waiting);
        assertThat(provider.lane().wakes()).isPositive();
    }

    @Test
    void aBlockThatWasNotTakenIsBusyAndKeepsItsPlace() throws Exception {
        CompletionQueue queue = io().completionQueue();
        ControlBlock block = queued(open(), queue, 0);
        io().write(block);
        await("it has ended", () -> {
            try {
                return io().error(block) == Errno.SUCCESS;
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(block.isBusy()).isTrue();
        assertThat(io().result(block)).isEqualTo(8);
        assertThat(block.isBusy()).isTrue();
        assertThat(queue.poll()).isSameAs(block);
        assertThat(block.isBusy()).isFalse();
    }

    @Test
    void theOrderOfTheQueueIsTheOrderOfTheEnds() throws Exception {
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = open();
        provider.holdAll();
        ControlBlock[] blocks = new ControlBlock[8];
        for (int i = 0; i < 8; i++) {
            blocks[i] = queued(file, queue, i);
            io().write(blocks[i]);
        }
        await("all run", () -> provider.lane().held().size() == 8);

        for (int i = 7; i >= 0; i--) {
            provider.lane().release(provider.lane().held().get(i), Script.Outcome.ALL);
        }

        for (int i = 7; i >= 0; i--) {
            assertThat(queue.take(Bounded.LIMIT)).isSameAs(blocks[i]);
        }
    }
}
