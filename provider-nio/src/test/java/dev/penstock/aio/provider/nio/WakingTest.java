package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * No transfer that was flushed is forgotten, whatever a worker that is about to sleep and those who flush do at the
 * same time. Everybody stages one transfer and then waits for all of this round, so that no later flush makes good
 * what an earlier one lost.
 */
@Timeout(180)
class WakingTest {
    private static final int ROUNDS = 20_000;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    Path folder;

    private final AtomicLong ended = new AtomicLong();

    private final CompletionSink sink = new CompletionSink() {
        @Override
        public void completed(long token, long result) {
            ended.incrementAndGet();
        }

        @Override
        public void failed(long token, int errno, String text) {}

        @Override
        public void repeat(long token) {}
    };

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 2", "2, 3"})
    void aFlushedTransferIsNeverForgotten(int workers, int submitters) throws Exception {
        Path path = Files.createFile(folder.resolve("f"));
        NioBackend backend = new NioBackend(Rig.settings(workers, 0), "test", ErrnoText.ofCLocale());
        Lane lane = backend.lane(0, sink);
        NioFile file = (NioFile) backend.open(new TestSpec(path, READ));
        Transfer transfer = TestTransfer.of(TransferKind.SIZE, file);

        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < submitters; i++) {
            int slot = i;
            threads.add(new Thread(() -> submit(lane, transfer, slot, submitters)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(ended).hasValue((long) ROUNDS * submitters);
        file.close();
        backend.close();
    }

    private void submit(Lane lane, Transfer transfer, int slot, int submitters) {
        SplittableRandom random = new SplittableRandom(slot);
        for (long round = 1; round <= ROUNDS; round++) {
            long untilNs = System.nanoTime() + LIMIT_NS;
            for (int pause = random.nextInt(200); pause > 0; pause--) {
                Thread.onSpinWait();
            }
            synchronized (lane) {
                lane.stage(round << 32 | slot, transfer);
            }
            lane.flush();
            while (ended.get() < round * submitters) {
                if (System.nanoTime() > untilNs) {
                    return;
                }
                // Lets the others run where there are fewer cores than threads.
                LockSupport.parkNanos(1);
            }
        }
    }
}
