package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import dev.penstock.aio.tck.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** glibc runs one request of a descriptor at a time, so a file gets more of them where that pays. */
class DescriptorsTest extends NativeTest {
    private static final int THREADS = 6;

    @Test
    void aFileGetsAsManyDescriptorsAsConfiguredAndAllAreClosedWithIt() throws Exception {
        use(provider(64, 4));
        Path path = fileOf("f", 8_192);
        AsyncFile file = open(path, READ);
        assertThat(Descriptors.of(path)).isEqualTo(1);
        ControlBlock[] blocks = blocks(file, 16, 512);
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (ControlBlock block : blocks) {
                io().read(block);
            }
            flush(blocks);

            awaitDescriptors(4, path);
            held.release();
        }
        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(512);
        }
        file.close();
        assertThat(Descriptors.of(path)).isZero();
    }

    /** Another thread may be at starting what was flushed. */
    private static void awaitDescriptors(int count, Path path) {
        Bounded.await(count + " descriptors", () -> {
            try {
                return Descriptors.of(path) == count;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private Lease lease(long seedOffset) throws AioException {
        Lease lease = io().lease(4_096);
        Pattern.fill(lease.buffer(), 0, seedOffset);
        return lease;
    }

    @Test
    void oneRequestAfterTheOtherNeedsOneDescriptor() throws Exception {
        use(provider(64, 4));
        Path path = fileOf("f", 8_192);
        AsyncFile file = open(path, READ);
        ControlBlock block = block(file, 512, 0);

        for (int i = 0; i < 100; i++) {
            io().read(block);
            assertThat(success(block)).isEqualTo(512);
        }

        assertThat(Descriptors.of(path)).isEqualTo(1);
    }

    @Test
    void whereNoneMayBeSparedOneDescriptorServesEveryThread() throws Exception {
        use(new PosixProvider(new PosixSettings(64, 4, 4, 0, 20)));
        Path path = fileOf("f", 8_192);
        AsyncFile file = open(path, READ);

        readByManyThreads(file);

        assertThat(Descriptors.of(path)).isEqualTo(1);
    }

    @Test
    void threadsHaveDescriptorsOfTheirOwnAsLongAsThereAreAny() throws Exception {
        use(new PosixProvider(new PosixSettings(64, 2, 2, 5, 20)));
        Path path = fileOf("f", 8_192);
        AsyncFile file = open(path, READ);

        readByManyThreads(file);

        assertThat(Descriptors.of(path)).isBetween(2, 1 + 5);
        file.close();
        AsyncFile again = open(path, READ);
        readByManyThreads(again);
        assertThat(Descriptors.of(path)).as("what was closed may be used again").isBetween(2, 1 + 5);
    }

    private void readByManyThreads(AsyncFile file) throws Exception {
        CountDownLatch submitted = new CountDownLatch(THREADS);
        CountDownLatch released = new CountDownLatch(1);
        List<FutureTask<Integer>> all = new ArrayList<>();
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (int t = 0; t < THREADS; t++) {
                all.add(background(() -> {
                    ControlBlock[] blocks = blocks(file, 16, 512);
                    for (ControlBlock block : blocks) {
                        io().read(block);
                    }
                    flush(blocks);
                    submitted.countDown();
                    Bounded.await(released);
                    int right = 0;
                    for (ControlBlock block : blocks) {
                        right += success(block) == 512 ? 1 : 0;
                    }
                    return right;
                }));
            }
            Bounded.await(submitted);
            held.release();
        }
        released.countDown();
        for (FutureTask<Integer> each : all) {
            assertThat(Bounded.get(each)).isEqualTo(16);
        }
    }

    @Test
    void appendsKeepTheirOrderWhateverTheDescriptors() throws Exception {
        use(provider(64, 16));
        AsyncFile file = open(path("f"), APPEND, CREATE);
        ControlBlock[] blocks = new ControlBlock[300];
        for (int i = 0; i < blocks.length; i++) {
            // Reads would want more descriptors; these are appends of different lengths.
            blocks[i] = io().controlBlock()
                    .file(file)
                    .buffer(Pattern.direct(1 + i, 0, (long) i * (i + 1) / 2))
                    .offset(-7);
            io().write(blocks[i]);
        }
        for (int i = 0; i < blocks.length; i++) {
            assertThat(success(blocks[i])).isEqualTo(1 + i);
        }

        Pattern.checkFile(path("f"), 0, 300 * 301 / 2);
    }

    @Test
    void aSyncCoversTheWritesOfAllDescriptors() throws Exception {
        use(new PosixProvider(new PosixSettings(64, 1, 8, 256, 20)));
        AsyncFile file = open(path("f"), READ, WRITE, CREATE_NEW, FileOption.DIRECT);
        ControlBlock[] writes = new ControlBlock[64];
        ControlBlock sync = io().controlBlock().file(file);
        for (int i = 0; i < writes.length; i++) {
            writes[i] = io().controlBlock().file(file).lease(lease(4_096L * i)).offset(4_096L * i);
        }
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (ControlBlock write : writes) {
                io().write(write);
            }
            io().sync(SyncMode.FULL, sync);
            flush(sync);
            awaitDescriptors(8, path("f"));
            held.release();
        }
        assertThat(success(sync)).isZero();

        for (ControlBlock write : writes) {
            assertThat(io().error(write)).isEqualTo(Errno.SUCCESS);
        }
        Pattern.checkFile(path("f"), 0, 64 * 4_096);
    }

    @Test
    void aFileOpenedWithDirectHasItsOwnNumberOfDescriptors() throws Exception {
        use(new PosixProvider(new PosixSettings(64, 1, 5, 256, 20)));
        Path path = fileOf("f", 65_536);
        AsyncFile file = open(path, READ, WRITE, FileOption.DIRECT);
        int alignment = Math.max(512, file.alignmentBytes());
        ControlBlock[] blocks = new ControlBlock[12];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io().controlBlock()
                    .file(file)
                    .buffer(ByteBuffer.allocateDirect(2 * alignment)
                            .alignedSlice(alignment)
                            .limit(alignment))
                    .offset((long) i * alignment);
        }
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (ControlBlock block : blocks) {
                io().read(block);
            }
            flush(blocks);
            awaitDescriptors(5, path);
            held.release();
        }
        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(alignment);
        }
    }
}
