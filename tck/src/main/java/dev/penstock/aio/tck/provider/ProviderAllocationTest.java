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
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
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
    /** Each waits for the device. */
    private static final int SYNCS = 500;

    /** How long it may take until all is compiled, where the machine has much else to do. */
    private static final long LIMIT_NS = 40_000_000_000L;

    /** No object is that small; and a call of lio_listio makes up to four for all its entries. */
    private static final int LEAST_BYTES = 8;
    /** More requests of {@link AsyncFile} than its blocks are kept for whatever happens. */
    private static final int FILE_REQUESTS = 5_000;
    /** What each may cost. */
    private static final int FILE_REQUEST_BYTES = 150;

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
        void run() throws Exception;
    }

    /** What little there is comes from a hand-over now and then, and from code that is not compiled yet. */
    private static void assertNothingAllocated(String what, int perRound, Round round) throws Exception {
        assertAllocatesBelow(LEAST_BYTES, what, REQUESTS / perRound, perRound, round);
    }

    private static void assertAllocatesBelow(int limit, String what, int rounds, int perRound, Round round)
            throws Exception {
        double least = Double.MAX_VALUE;
        long sinceNs = System.nanoTime();
        while (least >= limit && System.nanoTime() - sinceNs < LIMIT_NS) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                round.run();
            }
            double requests = (double) rounds * perRound;
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / requests);
        }
        String found = String.format("%s: %.3f bytes a request", what, least);
        System.out.println(found);
        assertTrue(least < limit, found);
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
    void aWriteAndTheSyncOfItsDataAllocateNothing() throws Exception {
        try (Lease lease = io().lease(BYTES)) {
            ControlBlock write = io().controlBlock().file(file).lease(lease);
            ControlBlock sync = io().controlBlock().file(file);
            ControlBlock[] both = {write, sync};
            ControlBlock[] last = {sync};

            assertAllocatesBelow(LEAST_BYTES, "lease, write and sync", SYNCS, both.length, () -> {
                io().write(write);
                io().sync(SyncMode.DATA, sync);
                io().suspend(last);
                io().result(write);
                io().result(sync);
            });
        }
    }

    @Test
    void anEntryOfAListAllocatesNothing() throws Exception {
        List<Lease> leases = new ArrayList<>();
        try {
            ControlBlock[] blocks = blocksOf(leases);
            ControlBlock[][] each = new ControlBlock[blocks.length][];
            for (int i = 0; i < blocks.length; i++) {
                each[i] = new ControlBlock[] {blocks[i].opcode(Opcode.READ)};
            }
            for (ListMode mode : ListMode.values()) {
                assertNothingAllocated("list, " + mode, blocks.length, () -> {
                    io().list(mode, blocks, SigEvent.none());
                    for (int i = 0; i < blocks.length; i++) {
                        io().suspend(each[i]);
                        io().result(blocks[i]);
                    }
                });
            }
        } finally {
            leases.forEach(Lease::close);
        }
    }

    @Test
    void manyRequestsOfAFileCostTheirOwnObjectsAlone() throws Exception {
        List<Lease> leases = new ArrayList<>();
        List<Request<Long>> requests = new ArrayList<>(FILE_REQUESTS);
        try {
            for (int i = 0; i < FILE_REQUESTS; i++) {
                leases.add(io().lease(BYTES));
            }
            assertAllocatesBelow(FILE_REQUEST_BYTES, FILE_REQUESTS + " of AsyncFile", 2, FILE_REQUESTS, () -> {
                for (int i = 0; i < FILE_REQUESTS; i++) {
                    requests.add(file.read(leases.get(i), i % 8L * BYTES));
                }
                for (Request<Long> request : requests) {
                    request.await();
                }
                requests.clear();
            });
        } finally {
            leases.forEach(Lease::close);
        }
    }

    @Test
    void manyAtATimeThroughAQueueAllocateNothing() throws Exception {
        List<Lease> leases = new ArrayList<>();
        try (CompletionQueue queue = io().completionQueue()) {
            SigEvent event = SigEvent.queue(queue);
            ControlBlock[] blocks = blocksOf(leases);
            for (ControlBlock block : blocks) {
                block.sigEvent(event);
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

    /** Makes 32 with a lease each, which is added. */
    private ControlBlock[] blocksOf(List<Lease> leases) throws AioException {
        ControlBlock[] blocks = new ControlBlock[32];
        for (int i = 0; i < blocks.length; i++) {
            leases.add(io().lease(BYTES));
            blocks[i] = io().controlBlock().file(file).lease(leases.get(i)).offset(i % 8L * BYTES);
        }
        return blocks;
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
