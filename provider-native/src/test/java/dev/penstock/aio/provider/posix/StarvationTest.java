package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** glibc has twenty threads for the whole process, and some that block keep everybody waiting. */
class StarvationTest extends NativeTest {
    @Test
    void aFifoIsRefusedAtOpenWithoutBlocking() throws Exception {
        Path fifo = path("fifo");
        Command.runOrFail("mkfifo", fifo.toString());

        FutureTask<AioException> opening =
                background(() -> catchThrowableOfType(AioException.class, () -> open(fifo, READ)));
        FutureTask<AioException> openingToWrite =
                background(() -> catchThrowableOfType(AioException.class, () -> open(fifo, READ, WRITE)));

        assertThat(Bounded.get(opening).errno()).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(Bounded.get(openingToWrite).errno()).isEqualTo(Errno.EOPNOTSUPP);
    }

    /** The path may have come to name something else since the engine looked. */
    @Test
    void theProviderItselfRefusesAFifoWithoutBlocking() throws Exception {
        Path fifo = path("fifo");
        Command.runOrFail("mkfifo", fifo.toString());
        PosixBackend backend = new PosixBackend(PosixSettings.byDefault(), "test");

        FutureTask<AioException> opening = background(
                () -> catchThrowableOfType(AioException.class, () -> backend.open(new TestSpec(fifo, READ))));

        assertThat(Bounded.get(opening).errno()).isEqualTo(Errno.EOPNOTSUPP);
        backend.close();
    }

    @Test
    void foreignRequestsThatKeepAllThreadsDelayOursAndNoMore() throws Exception {
        use(provider(4, 1));
        AsyncFile file = open(fileOf("f", 8_192), READ, WRITE);
        ControlBlock[] blocks = blocks(file, 16, 512);
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (ControlBlock block : blocks) {
                io().read(block);
            }

            assertThat(io().suspend(blocks, Duration.ofMillis(30))).isFalse();
            assertThat(io().cancel(blocks[15])).isEqualTo(CancelResult.CANCELED);
            assertThat(io().cancel(blocks[8])).isEqualTo(CancelResult.CANCELED);
            assertThat(io().error(blocks[8])).isEqualTo(Errno.ECANCELED);
            assertThat(io().cancel(blocks[0])).isEqualTo(CancelResult.NOT_CANCELED);
            assertThat(io().suspend(new ControlBlock[] {blocks[0]}, Duration.ofMillis(30)))
                    .isFalse();

            held.release();
        }
        for (int i = 0; i < blocks.length; i++) {
            assertThat(outcome(blocks[i])).isEqualTo(i == 8 || i == 15 ? Errno.ECANCELED : Errno.SUCCESS);
        }
    }

    @Test
    void aSizeAndATruncateNeedNoThreadOfGlibc() throws Exception {
        AsyncFile file = open(fileOf("f", 8_192), READ, WRITE);
        try (HeldWorkers held = HeldWorkers.hold()) {
            assertThat(file.size().await(Bounded.LIMIT)).isEqualTo(8_192);
            file.truncate(10).await(Bounded.LIMIT);
            assertThat(file.path()).hasSize(10);
            held.release();
        }
    }

    @Test
    void noMoreThreadsThanGlibcsOwnTwentyAppearUnderLoad() throws Exception {
        AsyncFile file = open(fileOf("f", 65_536), READ, WRITE);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(8);
        List<FutureTask<Void>> all = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            all.add(background(() -> {
                ControlBlock[] blocks = blocks(file, 32, 2_048);
                while (!over.get()) {
                    for (ControlBlock block : blocks) {
                        io().write(block);
                    }
                    for (ControlBlock block : blocks) {
                        assertThat(success(block)).isEqualTo(2_048);
                    }
                    begun.countDown();
                }
                return null;
            }));
        }
        Bounded.await(begun);
        int most = 0;
        for (int i = 0; i < 20; i++) {
            most = Math.max(most, ForeignThreads.ids().size());
        }
        over.set(true);
        for (FutureTask<Void> each : all) {
            Bounded.get(each);
        }

        assertThat(most).isBetween(1, HeldWorkers.THREADS);
    }

    @Test
    void theLimitsAreFiniteThoughThoseOfGlibcAreNot() {
        assertThat(io().limits().maxRequests()).isBetween(1, 1 << 24);
        assertThat(io().limits().maxRequestsPerConsumer()).isBetween(1, 1 << 24);
        assertThat(io().limits().maxListEntries()).isBetween(1, 1 << 24);
        assertThat(io().limits().maxPriority()).isEqualTo(20);
        assertThat(io().limits().maxOpenFiles()).isBetween(1, 1 << 24);
        assertThat(io().limits().maxLeasedBytes()).isBetween(1L, 1L << 46);
    }
}
