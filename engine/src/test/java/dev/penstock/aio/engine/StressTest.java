package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything at once for some seconds: platform and virtual threads, four lanes, and a provider that is late, short,
 * out of order, double and forgetful; once more while providers come and go. Every request is told exactly once and every
 * wait ends.
 */
@Timeout(120)
class StressTest extends SwapTest {
    private static final int THREADS = 8;
    private static final int BLOCKS = 16;
    private static final long RUN_NS =
            TimeUnit.SECONDS.toNanos(Long.getLong("penstock.stress.seconds", 2)); // for each way of delivery

    private final AtomicLong started = new AtomicLong();
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong toBeTold = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /** Misbehaves within what the SPI allows, and a little beyond. */
    private static final class Unreliable extends Script {
        private final Random random;

        Unreliable(long seed) {
            random = new Random(seed);
        }

        @Override
        Outcome outcome(Transfer transfer) {
            int what = random.nextInt(100);
            boolean append = transfer.needsKeeper();
            if (what < 3) {
                return Outcome.error(Errno.ECANCELED.number());
            } else if (what < 6) {
                return Outcome.HANDED_BACK;
            } else if (what < 12 && !append && transfer.kind() == TransferKind.READ) {
                return Outcome.error(Errno.EIO.number());
            } else if (what < 30) {
                return Outcome.atMost(1 + random.nextInt(8));
            }
            return Outcome.ALL;
        }

        @Override
        boolean holds(Transfer transfer) {
            return random.nextInt(50) == 0;
        }

        @Override
        boolean takesBack(Transfer transfer) {
            return random.nextBoolean();
        }

        @Override
        boolean deliversTwice(Transfer transfer) {
            return random.nextInt(20) == 0;
        }

        @Override
        int batch() {
            return 1 + random.nextInt(8);
        }
    }

    /** One thread's work. */
    private final class Worker implements Runnable {
        private final Random random;
        private final List<AsyncFile> files;
        private final CompletionQueue queue;
        private final ControlBlock[] blocks = new ControlBlock[BLOCKS];
        private final long end = System.nanoTime() + RUN_NS;

        Worker(long seed, List<AsyncFile> files) throws AioException {
            this.random = new Random(seed);
            this.files = files;
            this.queue = io().completionQueue();
            for (int i = 0; i < BLOCKS; i++) {
                blocks[i] = io().controlBlock().buffer(ByteBuffer.allocateDirect(16));
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
                        case 6 -> staged();
                        default -> polled();
                    }
                }
            } catch (Throwable e) {
                failures.add(e);
            }
        }

        private ControlBlock describe(int i, SigEvent event) throws AioException {
            return blocks[i]
                    .file(files.get(random.nextInt(files.size())))
                    .offset(random.nextInt(1000))
                    .priority(random.nextInt(21))
                    .sigEvent(event);
        }

        private void start(ControlBlock block) throws AioException {
            started.incrementAndGet();
            int what = random.nextInt(10);
            if (what == 0) {
                io().sync(random.nextBoolean() ? SyncMode.FULL : SyncMode.DATA, block);
            } else if (what < 5) {
                io().write(block);
            } else {
                io().read(block);
            }
        }

        /** Waits for the block and collects it, once. */
        private void collect(ControlBlock block) throws AioException {
            assertThat(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT))
                    .as("in time: %s", block)
                    .isTrue();
            Errno errno = io().error(block);
            long result = io().result(block);
            assertThat(errno).isIn(Errno.SUCCESS, Errno.EIO, Errno.ECANCELED);
            assertThat(result).isBetween(errno == Errno.SUCCESS ? 0L : -1L, errno == Errno.SUCCESS ? 16L : -1L);
        }

        private void waited() throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            for (int i = 0; i < count; i++) {
                start(describe(i, SigEvent.none()));
            }
            assertThat(io().suspend(Arrays.copyOf(blocks, count), Bounded.LIMIT))
                    .isTrue();
            for (int i = 0; i < count; i++) {
                collect(blocks[i]);
            }
        }

        private void queued() throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            for (int i = 0; i < count; i++) {
                start(describe(i, SigEvent.queue(queue)));
            }
            for (int i = 0; i < count; i++) {
                ControlBlock block = queue.take(Bounded.LIMIT);
                assertThat(block).as("in time").isNotNull();
                collect(block);
            }
            assertThat(queue.poll()).isNull();
        }

        private void calledBack() throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            SigEvent event = SigEvent.call(n -> told.incrementAndGet());
            for (int i = 0; i < count; i++) {
                toBeTold.incrementAndGet();
                start(describe(i, event));
            }
            for (int i = 0; i < count; i++) {
                collect(blocks[i]);
            }
        }

        private void listed(ListMode mode) throws AioException {
            int count = 1 + random.nextInt(BLOCKS);
            ControlBlock[] entries = new ControlBlock[count];
            for (int i = 0; i < count; i++) {
                Opcode[] opcodes = {Opcode.READ, Opcode.WRITE, Opcode.SYNC, Opcode.DATA_SYNC};
                entries[i] = describe(i, SigEvent.none()).opcode(opcodes[random.nextInt(4)]);
            }
            started.addAndGet(count);
            toBeTold.addAndGet(mode == ListMode.NOWAIT ? 1 : 0);
            try {
                io().list(mode, entries, SigEvent.call(n -> told.incrementAndGet()));
            } catch (AioException e) {
                assertThat(e.errno()).isEqualTo(Errno.EIO);
            }
            for (ControlBlock entry : entries) {
                collect(entry);
            }
        }

        private void canceled() throws AioException {
            for (int i = 0; i < BLOCKS; i++) {
                start(describe(i, SigEvent.none()));
            }
            for (int i = 0; i < BLOCKS; i++) {
                ControlBlock block = blocks[random.nextInt(BLOCKS)];
                boolean canceled = io().cancel(block) == CancelResult.CANCELED;
                if (canceled) {
                    assertThat(io().error(block)).isEqualTo(Errno.ECANCELED);
                }
            }
            for (ControlBlock block : blocks) {
                collect(block);
            }
        }

        private void staged() throws Exception {
            AsyncFile file = files.get(random.nextInt(files.size()));
            started.addAndGet(2);
            Request<Long> full = file.writeFully(ByteBuffer.allocateDirect(16), random.nextInt(1000));
            Request<Void> sync = file.sync(SyncMode.DATA);
            toBeTold.incrementAndGet();
            full.whenComplete((n, e) -> told.incrementAndGet());
            assertThat(full.await(Bounded.LIMIT)).isEqualTo(16);
            sync.await(Bounded.LIMIT);
        }

        @SuppressWarnings("ThreadPriorityCheck") // polls, as this kind of user does
        private void polled() throws AioException {
            start(describe(0, SigEvent.none()));
            long limit = System.nanoTime() + Bounded.LIMIT.toNanos();
            while (io().error(blocks[0]) == Errno.EINPROGRESS) {
                assertThat(System.nanoTime()).isLessThan(limit);
                Thread.yield();
            }
            collect(blocks[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedProvider.Delivery.class,
            names = {"COLLECTED", "PUSHED"})
    void everyRequestIsToldOnceAndEveryWaitEnds(ScriptedProvider.Delivery delivery) throws Exception {
        long seed = seed(delivery.name());
        prepare(provider, delivery, 4, seed);
        run(seed, () -> {});
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedProvider.Delivery.class,
            names = {"COLLECTED", "PUSHED"})
    void everyRequestIsToldOnceWhileProvidersComeAndGo(ScriptedProvider.Delivery delivery) throws Exception {
        configure("swap.settle.ms", 0);
        long seed = seed(delivery.name() + " with swaps");
        prepare(provider, delivery, 4, seed);
        prepare(better, ScriptedProvider.Delivery.COLLECTED, 2, seed + 1);
        Swapper swapper = new Swapper(seed);

        run(seed, swapper::step);

        System.out.println("stress: " + swapper.swaps + " swaps, " + count("files moved to another provider")
                + " moves, longest pause " + count("longest pause of a move in us") + " us");
        assertThat(count("files moved to another provider")).isGreaterThan(10);
    }

    private static long seed(String what) {
        long seed = Long.getLong("penstock.stress.seed", System.nanoTime());
        System.out.println("stress " + what + ", seed " + seed);
        return seed;
    }

    private static void prepare(ScriptedProvider which, ScriptedProvider.Delivery delivery, int lanes, long seed) {
        which.delivery = delivery;
        which.lanes = lanes;
        which.window = 8;
        which.orderSeed = seed | 1;
        which.insistsOnKeeper = delivery == ScriptedProvider.Delivery.COLLECTED;
        which.script(new Unreliable(seed));
    }

    /** Changes something among the providers, now and then. */
    private final class Swapper {
        private final Random random;
        private boolean isBetterThere;
        private boolean isUsualThere = true;
        private int swaps;

        Swapper(long seed) {
            random = new Random(seed);
        }

        void step() {
            if (random.nextInt(5) > 0) {
                return;
            }
            swaps++;
            switch (random.nextInt(4)) {
                case 0 -> instance().rank(better, random.nextInt(20) - 10);
                case 1 -> isUsualThere = swap(provider, isUsualThere);
                default -> isBetterThere = swap(better, isBetterThere);
            }
        }

        /** The provider comes, or leaves, during which what is held is released by another thread. */
        private boolean swap(ScriptedProvider which, boolean isThere) {
            if (!isThere) {
                instance().add(which, random.nextInt(20) - 10);
                return true;
            }
            FutureTask<Void> leaving = leaves(which);
            while (!leaving.isDone()) {
                releaseBoth();
                Thread.onSpinWait();
            }
            return false;
        }
    }

    private void releaseBoth() {
        provider.release();
        better.release();
    }

    private void run(long seed, Runnable meanwhile) throws Exception {
        List<AsyncFile> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            files.add(openFile());
        }
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Worker worker = new Worker(seed + t, files);
            workers.add(start(worker, t));
        }

        Duration limit = Bounded.LIMIT.plusNanos(RUN_NS);
        long end = System.nanoTime() + limit.toNanos();
        for (Thread worker : workers) {
            while (worker.isAlive() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.timedJoin(worker, 1);
                // What is held goes on after a while.
                releaseBoth();
                meanwhile.run();
            }
        }

        assertThat(failures).as("seed %d", seed).isEmpty();
        assertThat(workers).as("seed %d", seed).noneMatch(Thread::isAlive);
        // Nothing is held any more, not even a sync whose user has canceled it.
        provider.script(new Script());
        better.script(new Script());
        releaseBoth();
        await("everybody is told", () -> told.get() == toBeTold.get());
        for (AsyncFile file : files) {
            file.close();
        }
        assertThat(told).hasValue(toBeTold.get());
        assertThat(count("requests done") + count("requests failed") + count("requests canceled"))
                .isEqualTo(started.get());
        Engine engine = ((Block) io().controlBlock()).consumer.engine();
        assertThat(engine.admission().pending()).isZero();
        System.out.printf(
                "stress: %d requests, %d repeated, %d strays%n",
                started.get(), count("transfers repeated"), count("completions of nothing in flight"));
    }

    private static Thread start(Runnable worker, int number) {
        if ((number & 1) == 0 || Runtime.version().feature() < 21) {
            Thread thread = new Thread(worker, "test-stress-" + number);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
        return VirtualThreads.start(worker);
    }
}
