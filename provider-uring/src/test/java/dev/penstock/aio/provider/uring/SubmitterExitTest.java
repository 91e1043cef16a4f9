package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a thread has submitted and left behind: the kernel fails reads of it with EFAULT, and nobody hears of that. */
class SubmitterExitTest extends UringTest {
    private static final int READS = 32;
    private static final int BYTES = 65_536;
    private static final int PAGE = 4_096;
    /** At least; more until the kernel had to hand one back, for which the thread has to end before its reads do. */
    private static final int ROUNDS = 10;

    /** What of a file is in the page cache when its reads begin. */
    private interface Cached {
        void prepare(Path path) throws IOException;
    }

    @Test
    void coldReadsOfAThreadThatHasEndedMoveTheirBytes() throws Exception {
        requireWhole(TestLibC::dropFromCache);
    }

    /** The kernel has moved the first page by the time the thread ends, and says that this was all. */
    @Test
    void readsThatWereBegunByAThreadThatHasEndedMoveAllTheirBytes() throws Exception {
        requireWhole(path -> {
            TestLibC.dropFromCache(path);
            readPages(path);
        });
    }

    private void requireWhole(Cached cached) throws Exception {
        CountingRepeats provider = new CountingRepeats(new UringProvider());
        use(provider);
        Path path = fileOf("f", READS * BYTES);
        AsyncFile file = open(path, READ);
        long endNs = System.nanoTime() + Bounded.LIMIT.toNanos();
        for (int round = 0; round < ROUNDS || provider.repeats() == 0 && System.nanoTime() < endNs; round++) {
            cached.prepare(path);
            ControlBlock[] blocks = blocks(file, READS, BYTES);
            LaneTest.inAThreadThatEnds(() -> startAll(blocks));

            for (int i = 0; i < READS; i++) {
                assertThat(success(blocks[i])).isEqualTo(BYTES);
                Pattern.check(blocks[i].bufferViews().get(0), 0, (long) i * BYTES);
            }
        }
        System.out.println("reads of ended threads that were repeated: " + provider.repeats());
        assertThat(provider.repeats())
                .as("transfers that the kernel handed back")
                .isPositive();
    }

    /** Brings the first page of each read back, from behind, so that the kernel brings no others. */
    private static void readPages(Path path) throws IOException {
        try (RandomAccessFile pages = new RandomAccessFile(path.toFile(), "r")) {
            for (int i = READS - 1; i >= 0; i--) {
                pages.seek((long) i * BYTES);
                pages.readFully(new byte[PAGE]);
            }
        }
    }

    private void startAll(ControlBlock[] blocks) {
        try {
            for (ControlBlock block : blocks) {
                io().read(block);
            }
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void writesAndSyncsOfAThreadThatHasEndedAreCarriedOut() throws Exception {
        AsyncFile file = newFile("w");
        ControlBlock[] blocks = blocks(file, READS, 4_096);
        ControlBlock sync = io().controlBlock().file(file);
        LaneTest.inAThreadThatEnds(() -> {
            try {
                for (ControlBlock block : blocks) {
                    io().write(block);
                }
                io().sync(dev.penstock.aio.SyncMode.FULL, sync);
            } catch (AioException e) {
                throw new AssertionError(e);
            }
        });

        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(4_096);
        }
        Bounded.await("the sync ends", () -> !sync.isBusy());
        assertThat(io().error(sync)).isEqualTo(Errno.SUCCESS);
        assertThat(path("w")).hasSize(READS * 4_096L);
    }
}
