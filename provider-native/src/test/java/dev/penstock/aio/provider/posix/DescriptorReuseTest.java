package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import dev.penstock.aio.tck.system.Descriptors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/**
 * glibc knows a request's file by its number only: a write that is still queued when the number is closed and used again
 * goes to the other file.
 */
class DescriptorReuseTest extends NativeTest {
    private static final int THREADS = 4;
    private static final int FILES = 100;
    private static final int WRITES = 6;
    private static final int BYTES = 700;

    @Test
    void filesClosedInAStormWithRequestsJustAcceptedKeepTheirBytes() throws Exception {
        List<FutureTask<Void>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            all.add(background(() -> {
                storm(thread);
                return null;
            }));
        }
        for (FutureTask<Void> each : all) {
            Bounded.get(each);
        }

        for (int t = 0; t < THREADS; t++) {
            for (int i = 0; i < FILES; i++) {
                Pattern.checkFile(path(t + "-" + i), t * FILES + i, WRITES * BYTES);
            }
        }
    }

    private void storm(int thread) throws Exception {
        Random random = new Random(thread);
        List<Request<Void>> closes = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            AsyncFile file = newFile(thread + "-" + i);
            for (int w = 0; w < WRITES; w++) {
                int offset = w * BYTES;
                file.write(Pattern.direct(BYTES, thread * FILES + i, offset), offset);
            }
            if (random.nextBoolean()) {
                file.close();
            } else {
                closes.add(file.closeAsync());
            }
        }
        for (Request<Void> close : closes) {
            close.await(Bounded.LIMIT);
        }
    }

    @Test
    void aNumberIsNotUsedAgainWhileGlibcHasARequestOfIt() throws Exception {
        use(provider(64, 1));
        List<AsyncFile> others = new ArrayList<>();
        AsyncFile file = newFile("f");
        ControlBlock[] blocks = new ControlBlock[8];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io().controlBlock()
                    .file(file)
                    .buffer(Pattern.direct(512, 1, 512L * i))
                    .offset(512L * i);
        }
        Request<Void> close;
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (ControlBlock block : blocks) {
                io().write(block);
            }
            flush(blocks);

            close = file.closeAsync();
            for (int i = 0; i < 20; i++) {
                others.add(newFile("other-" + i));
            }

            assertThat(Descriptors.of(path("f"))).isEqualTo(1);
            assertThat(close.isDone()).isFalse();
            held.release();
        }
        close.await(Bounded.LIMIT);
        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(512);
        }
        assertThat(Descriptors.of(path("f"))).isZero();
        Pattern.checkFile(path("f"), 1, 8 * 512);
        for (AsyncFile other : others) {
            assertThat(other.path()).isEmptyFile();
            other.close();
        }
    }

    @Test
    void aCloseThatCancelsWhatIsQueuedClosesTheNumberOnlyAfterWhatIsNot() throws Exception {
        configure("close.timeout.ms", 20);
        use(provider(2, 1));
        Path path = path("f");
        AsyncFile file = open(path, READ, WRITE, CREATE_NEW);
        ControlBlock[] blocks = blocks(file, 10, 512);
        int canceled = 0;
        try (HeldWorkers held = HeldWorkers.hold()) {
            for (ControlBlock block : blocks) {
                io().write(block);
            }
            flush(blocks);
            FutureTask<Void> closing = background(() -> {
                file.close();
                return null;
            });
            // The youngest is canceled first: block 2 is the last of those that wait in the engine.
            Bounded.await("those that wait in the engine are canceled", () -> !blocks[2].isBusy());

            assertThat(closing).isNotDone();
            assertThat(Descriptors.of(path)).isEqualTo(1);
            held.release();
            Bounded.get(closing);
        }
        for (ControlBlock block : blocks) {
            canceled += outcome(block) == Errno.ECANCELED ? 1 : 0;
        }
        assertThat(canceled).isBetween(8, 9);
        assertThat(Descriptors.of(path)).isZero();
    }
}
