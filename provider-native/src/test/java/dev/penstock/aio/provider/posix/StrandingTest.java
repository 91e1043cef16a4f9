package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import dev.penstock.aio.tck.system.Descriptors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Stranding: when a request is canceled that is the first in line for its descriptor while all threads of glibc are busy,
 * glibc forgets those behind it.
 */
class StrandingTest extends NativeTest {
    private static final int ROUNDS = 30;
    private static final int THREADS = 4;

    private AsyncFile file;

    @BeforeEach
    void write() throws Exception {
        fileOf("f", 8_192);
        use(provider(64, 2));
    }

    @Test
    void cancelOfTheFirstInLineWhileAllThreadsAreBusyStrandsNobody() throws Exception {
        file = open(path("f"), READ, WRITE);
        for (int round = 0; round < ROUNDS; round++) {
            ControlBlock[] blocks = blocks(file, 16, 512);
            CancelResult answer;
            // The first four are the first and the second of either line.
            int canceled = round % 4;
            try (HeldWorkers held = HeldWorkers.hold()) {
                for (ControlBlock block : blocks) {
                    io().read(block);
                }
                flush(blocks);

                answer = io().cancel(blocks[canceled]);

                assertThat(answer).isIn(CancelResult.NOT_CANCELED, CancelResult.CANCELED);
                held.release();
            }
            for (int i = 0; i < blocks.length; i++) {
                boolean taken = i == canceled && answer == CancelResult.CANCELED;
                assertThat(outcome(blocks[i])).isEqualTo(taken ? Errno.ECANCELED : Errno.SUCCESS);
            }
        }
    }

    @Test
    void cancelOfEachOneFromTheFirstOnStrandsNobody() throws Exception {
        file = open(path("f"), READ, WRITE);
        for (int round = 0; round < ROUNDS; round++) {
            ControlBlock[] blocks = blocks(file, 12, 512);
            CancelResult[] answers = new CancelResult[blocks.length];
            try (HeldWorkers held = HeldWorkers.hold()) {
                for (ControlBlock block : blocks) {
                    io().write(block);
                }
                flush(blocks);
                for (int i = 0; i < blocks.length; i++) {
                    int index = round % 2 == 0 ? i : blocks.length - 1 - i;
                    answers[index] = io().cancel(blocks[index]);
                }
                held.release();
            }
            for (int i = 0; i < blocks.length; i++) {
                assertThat(outcome(blocks[i]))
                        .isEqualTo(answers[i] == CancelResult.CANCELED ? Errno.ECANCELED : Errno.SUCCESS);
            }
        }
    }

    /** Not if the keeper starts something at that moment: it alone may look at the lines then. */
    @Test
    void theLastInLineIsTakenBackFromGlibc() throws Exception {
        file = open(path("f"), READ, WRITE);
        int canceled = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ControlBlock[] blocks = blocks(file, 8, 512);
            CancelResult answer;
            try (HeldWorkers held = HeldWorkers.hold()) {
                for (ControlBlock block : blocks) {
                    io().read(block);
                }
                flush(blocks);

                answer = io().cancel(blocks[7]);

                assertThat(answer).isIn(CancelResult.NOT_CANCELED, CancelResult.CANCELED);
                held.release();
            }
            boolean taken = answer == CancelResult.CANCELED;
            canceled += taken ? 1 : 0;
            assertThat(outcome(blocks[7])).isEqualTo(taken ? Errno.ECANCELED : Errno.SUCCESS);
            for (int i = 0; i < 7; i++) {
                assertThat(success(blocks[i])).isEqualTo(512);
            }
        }
        assertThat(canceled).isPositive();
    }

    @Test
    void cancelAllWhileAllThreadsAreBusyStrandsNobody() throws Exception {
        file = open(path("f"), READ, WRITE);
        for (int round = 0; round < ROUNDS; round++) {
            ControlBlock[] blocks = blocks(file, 80, 64);
            CancelReport report;
            try (HeldWorkers held = HeldWorkers.hold()) {
                for (ControlBlock block : blocks) {
                    io().read(block);
                }
                flush(blocks);

                report = file.cancelAll();

                held.release();
            }
            int canceled = 0;
            for (ControlBlock block : blocks) {
                canceled += outcome(block) == Errno.ECANCELED ? 1 : 0;
            }
            assertThat(canceled).isEqualTo(report.canceled()).isGreaterThanOrEqualTo(80 - 64);
            ControlBlock later = block(file, 512, 0);
            io().read(later);
            assertThat(success(later)).isEqualTo(512);
        }
    }

    @Test
    void cancelsAgainstSubmitsOfManyThreadsStrandNobody() throws Exception {
        file = open(path("f"), READ, WRITE);
        cancelInManyThreads();
    }

    /** Then the last one of a thread may have others of another thread behind it. */
    @Test
    void cancelsOfThreadsThatShareADescriptorStrandNobody() throws Exception {
        use(new PosixProvider(new PosixSettings(64, 2, 2, 0, 20)));
        file = open(path("f"), READ, WRITE);

        cancelInManyThreads();

        assertThat(Descriptors.of(path("f"))).isEqualTo(1);
    }

    private void cancelInManyThreads() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            List<FutureTask<Integer>> all = new ArrayList<>();
            CountDownLatch canceled = new CountDownLatch(THREADS);
            CountDownLatch released = new CountDownLatch(1);
            try (HeldWorkers held = HeldWorkers.hold()) {
                for (int t = 0; t < THREADS; t++) {
                    Random random = new Random(seed + (long) round * THREADS + t);
                    all.add(background(() -> cancelSome(random, canceled, released)));
                }
                Bounded.await(canceled);
                held.release();
            }
            released.countDown();
            for (FutureTask<Integer> each : all) {
                assertThat(Bounded.get(each)).as("seed %d", seed).isEqualTo(16);
            }
        }
    }

    /** Returns how many ended as their cancels had said. */
    private int cancelSome(Random random, CountDownLatch canceled, CountDownLatch released) throws Exception {
        ControlBlock[] blocks = blocks(file, 16, 64);
        boolean[] taken = new boolean[blocks.length];
        try {
            for (int i = 0; i < blocks.length; i++) {
                io().read(blocks[i]);
                int other = random.nextInt(i + 1);
                taken[other] |= io().cancel(blocks[other]) == CancelResult.CANCELED;
            }
        } finally {
            canceled.countDown();
        }
        Bounded.await(released);
        int asSaid = 0;
        for (int i = 0; i < blocks.length; i++) {
            asSaid += outcome(blocks[i]) == (taken[i] ? Errno.ECANCELED : Errno.SUCCESS) ? 1 : 0;
        }
        return asSaid;
    }

    @Test
    void whatWasNotCanceledHasItsOwnBytes() throws Exception {
        file = open(path("f"), READ, WRITE);
        ByteBuffer[] buffers = new ByteBuffer[8];
        ControlBlock[] blocks = new ControlBlock[8];
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (int i = 0; i < blocks.length; i++) {
                buffers[i] = ByteBuffer.allocateDirect(512);
                blocks[i] = io().controlBlock().file(file).buffer(buffers[i]).offset(512L * i);
                io().read(blocks[i]);
            }
            flush(blocks);
            io().cancel(blocks[0]);
            io().cancel(blocks[7]);
            held.release();
        }
        for (int i = 0; i < blocks.length; i++) {
            if (outcome(blocks[i]) == Errno.SUCCESS) {
                Pattern.check(buffers[i], 0, 512L * i);
            }
        }
    }
}
