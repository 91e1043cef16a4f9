package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reads and writes past the page cache, as FreeBSD's suite does them on a memory disk, here on a file opened with
 * DIRECT; their end is learned in each way that there is.
 */
class PeerDirectTest extends TckTest {
    private static final int BLOCK = 16 * 1024;

    /** How a test learns that a request ended. */
    enum Way {
        POLL,
        SUSPEND,
        CALLBACK,
        CALLBACK_ON_AN_EXECUTOR_OF_THE_CALLER,
        QUEUE
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @Asserts({
        "FBSD-aio_md_poll",
        "FBSD-aio_md_signal",
        "FBSD-aio_md_suspend",
        "FBSD-aio_md_thread",
        "FBSD-aio_md_waitcomplete"
    })
    void whatWasWrittenPastThePageCacheIsReadBack(Way way) throws IOException {
        AsyncFile file = openDirect(path("f"), READ, WRITE, CREATE);
        assertEquals(0, BLOCK % file.alignmentBytes());
        try (Lease lease = io().lease(BLOCK)) {
            ControlBlock block = io().controlBlock().file(file).lease(lease);

            Pattern.fill(lease.buffer(), 3, 0);
            transfer(block, way, () -> io().write(block));
            lease.buffer().put(0, new byte[BLOCK]);
            transfer(block, way, () -> io().read(block));

            Pattern.check(lease.buffer(), 3, 0);
        }
    }

    /** The start of a read or write. */
    private interface Start {
        void start() throws AioException;
    }

    private void transfer(ControlBlock block, Way way, Start start) throws AioException {
        Told told = new Told();
        CompletionQueue queue = io().completionQueue();
        block.sigEvent(
                switch (way) {
                    case POLL, SUSPEND -> SigEvent.none();
                    case CALLBACK -> SigEvent.call(told);
                    case CALLBACK_ON_AN_EXECUTOR_OF_THE_CALLER -> SigEvent.call(executor(), told);
                    case QUEUE -> SigEvent.queue(queue);
                });
        start.start();
        switch (way) {
            case POLL -> Bounded.await("end of the request", isDone(block));
            case SUSPEND -> assertTrue(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT));
            case CALLBACK, CALLBACK_ON_AN_EXECUTOR_OF_THE_CALLER -> told.awaitOne();
            case QUEUE -> assertSame(block, queue.take(Bounded.LIMIT));
        }
        assertEquals(Errno.SUCCESS, io().error(block));
        assertEquals(BLOCK, io().result(block));
    }

    private BooleanSupplier isDone(ControlBlock block) {
        return () -> {
            try {
                return io().error(block) != Errno.EINPROGRESS;
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        };
    }
}
