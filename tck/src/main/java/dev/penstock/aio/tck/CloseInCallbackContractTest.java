package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Closing a file in callbacks, where waiting for the file would be waiting for oneself. */
class CloseInCallbackContractTest extends TckTest {
    @Test
    void closeInACallbackOfTheFileIsEDEADLKAndTheFileStaysOpen() throws AioException {
        AsyncFile file = newFile("f");
        CompletableFuture<Errno> answered = new CompletableFuture<>();
        ControlBlock block = writeBlock(file, 8, 0).sigEvent(SigEvent.call(told -> tryToClose(file, answered)));

        io().write(block);

        assertEquals(Errno.EDEADLK, Bounded.get(answered));
        assertTrue(file.isOpen());
        assertEquals(8, success(block));
        assertEquals(8, writeAndWait(writeBlock(file, 8, 8)));
        file.close();
    }

    @Test
    void closeInACallbackOnTheCallersExecutorIsEDEADLKToo() throws AioException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            AsyncFile file = newFile("f");
            CompletableFuture<Errno> answered = new CompletableFuture<>();
            ControlBlock block =
                    writeBlock(file, 8, 0).sigEvent(SigEvent.call(executor, told -> tryToClose(file, answered)));

            io().write(block);

            assertEquals(Errno.EDEADLK, Bounded.get(answered));
            assertTrue(file.isOpen());
            executor.execute(() -> tryToClose(file, answered));
            Bounded.await("the same thread to close the file after the callback", () -> !file.isOpen());
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void closeInADependentStageOfARequestOfTheFileIsEDEADLKToo() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        CompletableFuture<Errno> answered = new CompletableFuture<>();
        Request<Long> write = file.write(Pattern.heap(8, 0, 0), 0);
        write.thenRun(() -> tryToClose(file, answered));

        hold.release();

        assertEquals(Errno.EDEADLK, Bounded.get(answered));
        assertTrue(file.isOpen());
        assertEquals(8, answer(write));
        file.close();
    }

    private static void tryToClose(AsyncFile file, CompletableFuture<Errno> answered) {
        try {
            file.close();
            answered.complete(Errno.SUCCESS);
        } catch (AioException e) {
            answered.complete(e.errno());
        }
    }

    @Test
    void anotherFileMayBeClosedInACallback() throws AioException {
        AsyncFile file = newFile("f");
        AsyncFile other = newFile("other");
        CompletableFuture<Errno> answered = new CompletableFuture<>();
        ControlBlock block = writeBlock(file, 8, 0).sigEvent(SigEvent.call(told -> tryToClose(other, answered)));

        io().write(block);

        assertEquals(Errno.SUCCESS, Bounded.get(answered));
        assertFalse(other.isOpen());
        assertTrue(file.isOpen());
    }

    @Test
    void closeAsyncWorksInACallbackOfTheFile() throws AioException {
        AsyncFile file = newFile("f");
        CompletableFuture<Request<Void>> closing = new CompletableFuture<>();
        ControlBlock block =
                writeBlock(file, 8, 0).sigEvent(SigEvent.call(told -> closing.complete(file.closeAsync())));

        io().write(block);

        answer(Bounded.get(closing));
        assertFalse(file.isOpen());
        assertEquals(8, success(block));
    }

    @Test
    void closeEndsThoughACallbackBlocksAndAnotherWriteWasSubmittedMeanwhile() throws IOException {
        for (int round = 0; round < 10; round++) {
            AsyncFile file = open(path("f"), WRITE, CREATE);
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            CountDownLatch left = new CountDownLatch(1);
            ControlBlock first = writeBlock(file, 8, 0).sigEvent(SigEvent.call(told -> {
                entered.countDown();
                Bounded.await(leave);
                left.countDown();
            }));
            io().write(first);
            Bounded.await(entered);
            ControlBlock second = writeBlock(file, 8, 8);
            io().write(second);

            Request<Void> closing = file.closeAsync();
            leave.countDown();

            answer(closing);
            Bounded.await(left);
            assertEquals(8, success(first));
            assertEquals(8, success(second));
        }
    }
}
