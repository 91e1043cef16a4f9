package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What a thread has submitted and left behind: the kernel fails reads of it with EFAULT, and what it had not begun with
 * ECANCELED, and nobody hears of that.
 */
class SubmitterExitTest extends UringTest {
    private static final int REQUESTS = 32;
    private static final int BYTES = 65_536;
    private static final int PAGE = 4_096;
    /** At least; more until the kernel had to hand one back, for which the thread has to end before its reads do. */
    private static final int ROUNDS = 10;

    private final CountingRepeats provider = new CountingRepeats(new UringProvider());

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
        use(provider);
        Path path = fileOf("f", REQUESTS * BYTES);
        AsyncFile file = open(path, READ);
        untilSomeAreHandedBack(round -> {
            cached.prepare(path);
            ControlBlock[] blocks = blocks(file, REQUESTS, BYTES);
            LaneTest.inAThreadThatEnds(() -> startAll(blocks, io()::read));

            for (int i = 0; i < REQUESTS; i++) {
                assertThat(success(blocks[i])).isEqualTo(BYTES);
                Pattern.check(blocks[i].bufferViews().get(0), 0, (long) i * BYTES);
            }
        });
    }

    private interface Round {
        void run(int round) throws Exception;
    }

    private void untilSomeAreHandedBack(Round each) throws Exception {
        long endNs = System.nanoTime() + Bounded.LIMIT.toNanos();
        for (int round = 0; round < ROUNDS || provider.repeats() == 0 && System.nanoTime() < endNs; round++) {
            each.run(round);
        }
        System.out.println("transfers of ended threads that were repeated: " + provider.repeats());
        assertThat(provider.repeats())
                .as("transfers that the kernel handed back")
                .isPositive();
    }

    /** Nobody helps with these: the kernel has them, and does one of a file after the other. */
    @Test
    void syncedWritesOfAThreadThatHasEndedMoveTheirBytes() throws Exception {
        use(provider);
        AsyncFile file = open(path("d"), READ, WRITE, CREATE, DSYNC);
        untilSomeAreHandedBack(round -> {
            ControlBlock[] blocks = new ControlBlock[REQUESTS];
            for (int i = 0; i < REQUESTS; i++) {
                long offset = (long) i * BYTES;
                blocks[i] = io().controlBlock()
                        .file(file)
                        .buffer(Pattern.direct(BYTES, round, offset))
                        .offset(offset);
            }
            LaneTest.inAThreadThatEnds(() -> startAll(blocks, io()::write));

            for (ControlBlock block : blocks) {
                assertThat(success(block)).isEqualTo(BYTES);
            }
            Pattern.checkFile(path("d"), round, REQUESTS * BYTES);
        });
    }

    /** Brings the first page of each read back, from behind, so that the kernel brings no others. */
    private static void readPages(Path path) throws IOException {
        try (RandomAccessFile pages = new RandomAccessFile(path.toFile(), "r")) {
            for (int i = REQUESTS - 1; i >= 0; i--) {
                pages.seek((long) i * BYTES);
                pages.readFully(new byte[PAGE]);
            }
        }
    }

    private interface Start {
        void of(ControlBlock block) throws AioException;
    }

    private static void startAll(ControlBlock[] blocks, Start start) {
        try {
            for (ControlBlock block : blocks) {
                start.of(block);
            }
        } catch (AioException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void writesAndSyncsOfAThreadThatHasEndedAreCarriedOut() throws Exception {
        AsyncFile file = newFile("w");
        ControlBlock[] blocks = blocks(file, REQUESTS, 4_096);
        ControlBlock sync = io().controlBlock().file(file);
        LaneTest.inAThreadThatEnds(() -> {
            startAll(blocks, io()::write);
            startAll(new ControlBlock[] {sync}, block -> io().sync(SyncMode.FULL, block));
        });

        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(4_096);
        }
        Bounded.await("the sync ends", () -> !sync.isBusy());
        assertThat(io().error(sync)).isEqualTo(Errno.SUCCESS);
        assertThat(path("w")).hasSize(REQUESTS * 4_096L);
    }
}
