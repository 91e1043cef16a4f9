package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** aio_suspend by several threads at a time, over the same and over different blocks. */
class SuspendThreadsContractTest extends TckTest {
    private static final int BYTES = 512;

    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock started(long offset) throws AioException {
        ControlBlock block = writeBlock(file, BYTES, offset);
        io().write(block);
        return block;
    }

    private void suspendInTime(ControlBlock... blocks) throws AioException {
        assertTrue(io().suspend(blocks, Bounded.LIMIT));
    }

    private Waiter waiter(Waiter.Wait wait) {
        return Waiter.start(this::background, wait);
    }

    // ---- several threads

    @Test
    void everyThreadThatWaitsForOneBlockIsWoken() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiters.add(waiter(() -> io().suspend(block)));
        }

        hold.release();

        for (Waiter each : waiters) {
            assertEquals(Errno.SUCCESS, each.end());
        }
        assertEquals(BYTES, success(block));
    }

    @Test
    void everyThreadIsWokenByItsOwnBlockWhoeverBeganToWaitFirst() throws AioException {
        Hold first = faults().hold(Faults.at(0));
        Hold second = faults().hold(Faults.at(BYTES));
        ControlBlock one = started(0);
        ControlBlock other = started(BYTES);
        Waiter early = waiter(() -> io().suspend(one));
        Waiter late = waiter(() -> io().suspend(other));

        second.release();
        assertEquals(Errno.SUCCESS, late.end());
        assertFalse(early.hasEnded());
        first.release();

        assertEquals(Errno.SUCCESS, early.end());
    }

    @Test
    void threadsThatWaitForWhatTheyStartedThemselvesGoOnWithoutTheFirst() throws AioException {
        List<Hold> holds = new ArrayList<>();
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long offset = i * (long) BYTES;
            holds.add(faults().hold(Faults.at(offset)));
            waiters.add(waiter(() -> suspendInTime(started(offset))));
            holds.get(i).awaitHeld(1);
        }

        holds.get(0).release();
        assertEquals(Errno.SUCCESS, waiters.get(0).end());
        for (int i = 3; i > 0; i--) {
            assertFalse(waiters.get(i).hasEnded());
            holds.get(i).release();
            assertEquals(Errno.SUCCESS, waiters.get(i).end());
        }
    }

    @Test
    void blocksThatOverlapBetweenThreadsWakeAllThatNameThem() throws AioException {
        Hold shared = faults().hold(Faults.at(BYTES));
        faults().hold(Faults.at(0));
        faults().hold(Faults.at(2 * BYTES));
        ControlBlock[] blocks = {started(0), started(BYTES), started(2 * BYTES)};
        Waiter left = waiter(() -> io().suspend(blocks[0], blocks[1]));
        Waiter right = waiter(() -> io().suspend(blocks[1], blocks[2]));
        Waiter apart = waiter(() -> io().suspend(blocks[2]));

        shared.release();

        assertEquals(Errno.SUCCESS, left.end());
        assertEquals(Errno.SUCCESS, right.end());
        assertFalse(apart.hasEnded());
        assertEquals(Errno.EINPROGRESS, io().error(blocks[2]));
    }

    @Test
    void aThreadMayWaitForWhatThreadsThatEndedHaveStarted() throws Exception {
        Hold hold = hold();
        ControlBlock[] blocks = new ControlBlock[32];
        for (int i = 0; i < blocks.length; i++) {
            long offset = i * (long) BYTES;
            blocks[i] = writeBlock(file, BYTES, offset);
            ControlBlock block = blocks[i];
            Thread submitter = new Thread(() -> assertEquals(Errno.SUCCESS, Waiter.answerOf(() -> io().write(block))));
            submitter.start();
            Bounded.join(submitter);
        }

        Waiter waiter = waiter(() -> io().suspend(blocks));
        hold.release();

        assertEquals(Errno.SUCCESS, waiter.end());
        for (ControlBlock block : blocks) {
            assertEquals(BYTES, success(block));
        }
        Pattern.checkFile(path("f"), 0, blocks.length * BYTES);
    }

    @Test
    void aThreadWhoseTimeIsUpLeavesTheOthersWaiting() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        Waiter brief = waiter(() -> assertFalse(io().suspend(new ControlBlock[] {block}, Duration.ofMillis(50))));
        Waiter patient = waiter(() -> io().suspend(block));

        assertEquals(Errno.SUCCESS, brief.end());
        assertFalse(patient.hasEnded());
        hold.release();

        assertEquals(Errno.SUCCESS, patient.end());
    }

    @Test
    void aBlockCollectedAndStartedAgainMeanwhileCountsAsDone() throws AioException {
        Hold hold = hold();
        ControlBlock block = started(0);
        Waiter waiter = waiter(() -> io().suspend(block));

        hold.release(1);
        Bounded.await("the first request to end", () -> Waiter.answerOf(() -> io().result(block)) == Errno.SUCCESS);
        io().write(block);

        assertEquals(Errno.SUCCESS, waiter.end());
        assertEquals(Errno.EINPROGRESS, io().error(block));
    }

    // ---- races

    @Test
    void aCompletionThatRacesTheWaitIsNeverMissed() throws AioException {
        Race race = race();
        Hold hold = hold();
        for (int i = 0; i < Race.ROUNDS; i++) {
            ControlBlock block = started(0);
            hold.awaitHeld(1);
            race.run(() -> suspendInTime(block), () -> hold.release(1));
            assertEquals(BYTES, success(block));
        }
    }

    @Test
    void aCollectionByOneThreadThatRacesTheWaitOfAnotherEndsTheWait() throws AioException {
        Race race = race();
        for (int i = 0; i < Race.ROUNDS; i++) {
            ControlBlock block = started(0);
            race.run(() -> suspendInTime(block), () -> assertEquals(BYTES, success(block)));
        }
    }

    @Test
    void threadsThatWaitOnOneFileAtTheSameTimeAllComeToTheirEnd() throws IOException {
        List<Future<?>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long offset = t * (long) BYTES;
            threads.add(background(() -> {
                ControlBlock block = writeBlock(file, BYTES, offset);
                for (int i = 0; i < Race.ROUNDS; i++) {
                    io().write(block);
                    suspendInTime(block);
                    assertEquals(BYTES, io().result(block));
                }
                return null;
            }));
        }

        threads.forEach(Bounded::get);

        Pattern.checkFile(path("f"), 0, 4 * BYTES);
    }
}
