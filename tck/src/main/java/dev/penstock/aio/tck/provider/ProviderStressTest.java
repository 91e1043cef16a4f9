package dev.penstock.aio.tck.provider;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import dev.penstock.aio.tck.system.VirtualThreads;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Everything at once for some seconds: platform and virtual threads that share lanes and files, cancels and closes.
 * Every request is told exactly once, every wait ends, and every byte is where it belongs.
 */
public abstract class ProviderStressTest extends ProviderTest {
    private static final int THREADS = 10;
    private static final int BLOCKS = 16;
    private static final int BYTES = 64;
    /** Each thread has a region of its own in each shared file, and there a place for each block. */
    private static final int REGION = BLOCKS * BYTES;

    private static final long RUN_NS = TimeUnit.SECONDS.toNanos(Long.getLong("penstock.stress.seconds", 5));

    private final AtomicLong started = new AtomicLong();
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong toBeTold = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final long seed = Long.getLong("penstock.stress.seed", System.nanoTime());

    /** For the tests of a provider. */
    protected ProviderStressTest(AioProvider provider) {
        super(provider);
    }

    /** One thread's work. */
    private final class Worker implements Runnable {
        private final Random random;
        private final int number;
        private final List<AsyncFile> files;
        private final CompletionQueue queue;
        private final ControlBlock[] blocks = new ControlBlock[BLOCKS];
        private final ByteBuffer[] buffers = new ByteBuffer[BLOCKS];
        private final long end = System.nanoTime() + RUN_NS;

        Worker(int number, List<AsyncFile> files) throws AioException {
            this.random = new Random(seed + number);
            this.number = number;
            this.files = files;
            this.queue = io().completionQueue();
            for (int i = 0; i < BLOCKS; i++) {
                buffers[i] = ByteBuffer.allocateDirect(BYTES);
                blocks[i] = io().controlBlock();
            }
        }

        @Override
        public void run() {
            try {
                while (System.nanoTime() < end && failures.isEmpty()) {
                    switch (random.nextInt(8)) {
                        case 0 -> waited();
                        case 1 -> queued();
                        case 2 -> calledBack();
                        case 3 -> listed(ListMode.WAIT);
                        case 4 -> listed(ListMode.NOWAIT);
                        case 5 -> canceled();
                        case 6 -> closed();
                        default -> writtenAndReadBack();
                    }
                }
            } catch (Throwable e) {
                failures.add(e);
            }
        }

        private long place(int i) {
            return (long) number * REGION + (long) i * BYTES;
        }

        private ControlBlock describe(int i, SigEvent event) throws AioException {
            return describe(i, event, files.get(random.nextInt(files.size())));
        }

        private ControlBlock describe(int i, SigEvent event, AsyncFile file) throws AioException {
            return blocks[i]
                    .file(file)
                    .buffer(buffers[i].clear())
                    .offset(place(i))
                    .priority(random.nextInt(21))
                    .sigEvent(event);
        }

        private int start(int i, SigEvent event) throws AioException {
            ControlBlock block = describe(i, event);
            started.incrementAndGet();
            int what = random.nextInt(60);
            if (what == 0) {
                io().sync(random.nextBoolean() ? SyncMode.FULL : SyncMode.DATA, block);
            } else if (what < 30) {
                Pattern.fill(buffers[i], seed, place(i));
                io().write(block);
            } else {
                io().read(block);
            }
            return what;
        }

        /** Waits for the block and collects it, once. */
        private Errno collect(ControlBlock block) throws AioException {
            awaitDone(block);
            Errno errno = io().error(block);
            long result = io().result(block);
            switch (errno) {
                case SUCCESS -> assertTrue(result >= 0 && result <= BYTES, () -> result + " bytes by " + block);
                case ECANCELED -> assertEquals(-1, result, block::toString);
                default -> throw new AssertionError(errno + " by " + block);
            }
            return errno;
        }

        private void waited() throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            for (int i = 0; i < count; i++) {
                start(i, SigEvent.none());
            }
            assertTrue(io().suspend(Arrays.copyOf(blocks, count), Bounded.LIMIT), "none is done in time");
            for (int i = 0; i < count; i++) {
                collect(blocks[i]);
            }
        }

        private void queued() throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            for (int i = 0; i < count; i++) {
                start(i, SigEvent.queue(queue));
            }
            for (int i = 0; i < count; i++) {
                ControlBlock block = queue.take(Bounded.LIMIT);
                assertNotNull(block, "none in time");
                collect(block);
            }
            assertNull(queue.poll());
        }

        private void calledBack() throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            SigEvent event = SigEvent.call(notification -> told.incrementAndGet());
            for (int i = 0; i < count; i++) {
                toBeTold.incrementAndGet();
                start(i, event);
            }
            for (int i = 0; i < count; i++) {
                collect(blocks[i]);
            }
        }

        private void listed(ListMode mode) throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            ControlBlock[] entries = new ControlBlock[count];
            for (int i = 0; i < count; i++) {
                entries[i] =
                        describe(i, SigEvent.none()).opcode(random.nextInt(60) == 0 ? Opcode.DATA_SYNC : Opcode.READ);
            }
            started.addAndGet(count);
            toBeTold.addAndGet(mode == ListMode.NOWAIT ? 1 : 0);
            io().list(mode, entries, SigEvent.call(notification -> told.incrementAndGet()));
            for (ControlBlock entry : entries) {
                assertEquals(Errno.SUCCESS, collect(entry));
            }
        }

        private void canceled() throws AioException {
            boolean[] taken = new boolean[BLOCKS];
            for (int i = 0; i < BLOCKS; i++) {
                start(i, SigEvent.none());
            }
            for (int i = 0; i < BLOCKS; i++) {
                int other = random.nextInt(BLOCKS);
                if (io().cancel(blocks[other]) == CancelResult.CANCELED) {
                    taken[other] = true;
                }
            }
            for (int i = 0; i < BLOCKS; i++) {
                assertEquals(taken[i] ? Errno.ECANCELED : Errno.SUCCESS, collect(blocks[i]));
            }
        }

        /** A file of its own, closed with its requests just accepted. */
        private void closed() throws Exception {
            Path path = path("own-" + number);
            AsyncFile file = open(path, READ, WRITE, CREATE);
            List<Request<Long>> writes = new ArrayList<>();
            for (int i = 0; i < BLOCKS; i++) {
                writes.add(file.write(Pattern.direct(BYTES, number, (long) i * BYTES), (long) i * BYTES));
            }
            started.addAndGet(BLOCKS);
            file.close();
            for (Request<Long> write : writes) {
                assertEquals(BYTES, write.await(Bounded.LIMIT));
            }
            Pattern.checkFile(path, number, REGION);
        }

        private void writtenAndReadBack() throws AioException {
            AsyncFile file = files.get(random.nextInt(files.size()));
            for (int i = 0; i < BLOCKS; i++) {
                describe(i, SigEvent.none(), file);
                Pattern.fill(buffers[i], seed, place(i));
                io().write(blocks[i]);
            }
            for (int i = 0; i < BLOCKS; i++) {
                assertEquals(Errno.SUCCESS, collect(blocks[i]));
                for (int b = 0; b < BYTES; b++) {
                    buffers[i].put(b, (byte) 0);
                }
                io().read(describe(i, SigEvent.none(), file));
            }
            started.addAndGet(2 * BLOCKS);
            for (int i = 0; i < BLOCKS; i++) {
                assertEquals(Errno.SUCCESS, collect(blocks[i]));
                Pattern.check(buffers[i].clear(), seed, place(i));
            }
        }
    }

    private static Thread platform(Runnable task) {
        Thread thread = new Thread(task, "stress");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void everyRequestIsToldOnceEveryWaitEndsAndEveryByteIsInItsPlace() throws Exception {
        System.out.println("stress, seed " + seed);
        List<AsyncFile> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(newFile("shared-" + i));
        }
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Worker worker = new Worker(t, files);
            workers.add(t % 2 == 0 || !VirtualThreads.areSupported() ? platform(worker) : VirtualThreads.start(worker));
        }

        long end = System.nanoTime() + Bounded.LIMIT.toNanos() + RUN_NS;
        for (Thread worker : workers) {
            TimeUnit.NANOSECONDS.timedJoin(worker, end - System.nanoTime());
        }

        assertEquals(List.of(), List.copyOf(failures), "seed " + seed);
        assertTrue(workers.stream().noneMatch(Thread::isAlive), "one does not end; seed " + seed);
        Bounded.await("everybody is told", () -> told.get() == toBeTold.get());
        for (AsyncFile file : files) {
            file.close();
        }
        assertEquals(toBeTold.get(), told.get());
        System.out.printf("stress: %d requests%n", started.get());
    }
}
