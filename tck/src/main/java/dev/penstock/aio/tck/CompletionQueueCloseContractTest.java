package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The end of a completion queue, which is not the end of the requests that name it. */
class CompletionQueueCloseContractTest extends TckTest {
    /** Starts writes of 8 bytes each that tell a queue. */
    private List<ControlBlock> startWrites(AsyncFile file, CompletionQueue queue, int count) throws AioException {
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(writeBlock(file, 8, 8L * i).sigEvent(SigEvent.queue(queue)));
            io().write(blocks.get(i));
        }
        return blocks;
    }

    @Test
    void closeAnswersTakersWithECANCELED() throws AioException {
        CompletionQueue queue = io().completionQueue();
        CountDownLatch started = new CountDownLatch(2);
        Future<AioException> forEver = background(() -> {
            started.countDown();
            return expectErrno(Errno.ECANCELED, queue::take);
        });
        Future<AioException> forSomeTime = background(() -> {
            started.countDown();
            return expectErrno(Errno.ECANCELED, () -> queue.take(Bounded.LIMIT));
        });
        Bounded.await(started);

        queue.close();

        Bounded.get(forEver);
        Bounded.get(forSomeTime);
        expectErrno(Errno.ECANCELED, queue::take);
        expectErrno(Errno.ECANCELED, queue::poll);
        expectErrno(Errno.ECANCELED, () -> queue.take(Duration.ZERO));
        queue.close();
    }

    @Test
    void afterCloseItsRequestsGoOnAndStayCollectable() throws IOException {
        CompletionQueue queue = io().completionQueue();
        AsyncFile file = newFile("f");
        ControlBlock notTaken = startWrites(file, queue, 1).get(0);
        awaitDone(notTaken);
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = writeBlock(file, 8, 8).sigEvent(SigEvent.queue(queue));
        io().write(running);
        hold.awaitHeld(1);

        queue.close();

        assertEquals(Errno.EINPROGRESS, io().error(running));
        hold.release();
        for (ControlBlock block : new ControlBlock[] {notTaken, running}) {
            awaitDone(block);
            assertEquals(Errno.SUCCESS, io().error(block));
            assertEquals(8, io().result(block));
            expectErrno(Errno.EINVAL, () -> io().result(block));
        }
        Pattern.checkFile(path("f"), 0, 16);
    }

    @Test
    void afterCloseABlockThatNobodyCanTakeIsFreeOnceItIsCollected() throws AioException {
        CompletionQueue queue = io().completionQueue();
        ControlBlock block = startWrites(newFile("f"), queue, 1).get(0);
        awaitDone(block);
        queue.close();

        assertEquals(8, io().result(block));

        assertFalse(block.isBusy());
        assertEquals(8, writeAndWait(block.sigEvent(SigEvent.none())));
    }

    @Test
    void closeThatRacesWithEndsAndTakersLosesNoRequest() throws AioException {
        AsyncFile file = newFile("f");
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            CompletionQueue queue = io().completionQueue();
            ControlBlock block = writeBlock(file, 8, 0).sigEvent(SigEvent.queue(queue));

            race.run(
                    () -> {
                        io().write(block);
                        takeOrCanceled(queue, block);
                    },
                    queue::close);

            assertEquals(8, success(block));
            assertFalse(block.isBusy());
        }
    }

    private static void takeOrCanceled(CompletionQueue queue, ControlBlock expected) {
        try {
            assertSame(expected, queue.take(Bounded.LIMIT));
        } catch (AioException closed) {
            assertEquals(Errno.ECANCELED, closed.errno());
        }
    }

    @Test
    void queuesAreIndependent() throws AioException {
        CompletionQueue first = io().completionQueue();
        CompletionQueue second = io().completionQueue();
        AsyncFile file = newFile("f");
        List<ControlBlock> ofFirst = startWrites(file, first, 5);
        List<ControlBlock> ofSecond = startWrites(file, second, 5);
        first.close();

        for (int i = 0; i < 5; i++) {
            assertTrue(ofSecond.contains(second.take(Bounded.LIMIT)));
        }
        for (ControlBlock block : ofFirst) {
            assertEquals(8, success(block));
        }
    }
}
