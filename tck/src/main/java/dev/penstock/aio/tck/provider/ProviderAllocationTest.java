package dev.penstock.aio.tck.provider;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.AioProvider;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests by control blocks allocate nothing in steady state, in the thread that starts and collects them. */
public abstract class ProviderAllocationTest extends ProviderTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BYTES = 4_096;
    private static final int REQUESTS = 10_000;
    /** How long it may take until all is compiled, where the machine has much else to do. */
    private static final long LIMIT_NS = 60_000_000_000L;

    /** No object is that small. */
    private static final int LEAST_BYTES = 8;

    private AsyncFile file;

    /** For the tests of a provider. */
    protected ProviderAllocationTest(AioProvider provider) {
        super(provider);
    }

    @BeforeEach
    void open() throws Exception {
        file = open(fileOf("f", 8 * BYTES), READ, WRITE);
    }

    private interface Round {
        void run() throws AioException;
    }

    /** What little there is comes from a hand-over now and then, and from code that is not compiled yet. */
    private static void assertNothingAllocated(String what, int perRound, Round round) throws AioException {
        double least = Double.MAX_VALUE;
        long sinceNs = System.nanoTime();
        while (least >= LEAST_BYTES && System.nanoTime() - sinceNs < LIMIT_NS) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < REQUESTS / perRound; i++) {
                round.run();
            }
            least = Math.min(
                    least,
                    (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) (REQUESTS / perRound * perRound));
        }
        String found = String.format("%s: %.3f bytes a request", what, least);
        System.out.println(found);
        assertTrue(least < LEAST_BYTES, found);
    }

    @Test
    void oneAfterTheOtherALeaseAllocatesNothing() throws Exception {
        try (Lease lease = io().lease(BYTES)) {
            ControlBlock block = io().controlBlock().file(file);
            ControlBlock[] blocks = {block};

            assertNothingAllocated("lease, write", 1, () -> {
                io().write(block.lease(lease));
                io().suspend(blocks);
                io().result(block);
            });
            assertNothingAllocated("lease, read", 1, () -> {
                io().read(block.lease(lease));
                io().suspend(blocks);
                io().result(block);
            });
        }
    }

    @Test
    void oneAfterTheOtherADirectBufferAllocatesNothing() throws Exception {
        ControlBlock block = block(file, BYTES, 0);
        ControlBlock[] blocks = {block};

        assertNothingAllocated("direct, read", 1, () -> {
            io().read(block.offset(BYTES));
            io().suspend(blocks);
            io().result(block);
        });
    }

    @Test
    void manyAtATimeThroughAQueueAllocateNothing() throws Exception {
        List<Lease> leases = new ArrayList<>();
        try (CompletionQueue queue = io().completionQueue()) {
            SigEvent event = SigEvent.queue(queue);
            ControlBlock[] blocks = new ControlBlock[32];
            for (int i = 0; i < blocks.length; i++) {
                leases.add(io().lease(BYTES));
                blocks[i] = io().controlBlock()
                        .file(file)
                        .lease(leases.get(i))
                        .offset(i % 8L * BYTES)
                        .sigEvent(event);
            }
            assertNothingAllocated("32 leases", blocks.length, () -> manyThroughAQueue(queue, blocks));
            for (int i = 0; i < blocks.length; i++) {
                blocks[i].buffer(ByteBuffer.allocateDirect(BYTES));
            }
            assertNothingAllocated("32 direct", blocks.length, () -> manyThroughAQueue(queue, blocks));
        } finally {
            leases.forEach(Lease::close);
        }
    }

    private void manyThroughAQueue(CompletionQueue queue, ControlBlock[] blocks) throws AioException {
        for (ControlBlock block : blocks) {
            io().read(block);
        }
        for (int i = 0; i < blocks.length; i++) {
            io().result(queue.take());
        }
    }
}
