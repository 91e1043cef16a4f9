package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** errno belongs to a thread and to a call. */
class ErrnoTest extends NativeTest {
    private static final int ROUNDS = 300;

    private record Case(TestSpec spec) {
        static Case of(Path path, OpenOption... options) {
            return new Case(new TestSpec(path, options));
        }
    }

    @Test
    void threadsThatFailDifferentlyAtTheSameTimeHaveEachTheirOwnErrno() throws Exception {
        Path file = fileOf("f", 10);
        Map<Errno, Case> cases = new EnumMap<>(Errno.class);
        cases.put(Errno.ENOENT, Case.of(path("missing"), READ));
        cases.put(Errno.EISDIR, Case.of(directory, WRITE));
        cases.put(Errno.EEXIST, Case.of(file, WRITE, CREATE_NEW));
        cases.put(Errno.ENOTDIR, Case.of(file.resolve("below"), READ));
        cases.put(Errno.ENAMETOOLONG, Case.of(path("n".repeat(300)), READ));
        cases.put(Errno.ELOOP, Case.of(Files.createSymbolicLink(path("loop"), Path.of("loop")), READ));
        CyclicBarrier start = new CyclicBarrier(cases.size());
        PosixBackend backend = new PosixBackend(PosixSettings.byDefault(), "test");
        Map<Errno, FutureTask<Integer>> all = new EnumMap<>(Errno.class);
        cases.forEach((errno, each) -> all.put(errno, background(() -> {
            start.await(20, TimeUnit.SECONDS);
            int right = 0;
            for (int i = 0; i < ROUNDS; i++) {
                right += refusal(backend, each) == errno ? 1 : 0;
            }
            return right;
        })));

        for (Map.Entry<Errno, FutureTask<Integer>> each : all.entrySet()) {
            assertThat(Bounded.get(each.getValue())).as("%s", each.getKey()).isEqualTo(ROUNDS);
        }
        backend.close();
    }

    private static Errno refusal(PosixBackend backend, Case of) {
        return catchThrowableOfType(AioException.class, () -> backend.open(of.spec))
                .errno();
    }

    /** These come from glibc's threads, and each must reach the block that it is of. */
    @Test
    void requestsThatFailDifferentlyInManyThreadsHaveEachTheirOwnErrno() throws Exception {
        AsyncFile file = open(fileOf("f", 4_096), READ, WRITE);
        List<FutureTask<Integer>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            all.add(background(() -> {
                int right = 0;
                for (int i = 0; i < ROUNDS; i++) {
                    ControlBlock beyond = block(file, 16, Long.MAX_VALUE - 20);
                    ControlBlock fine = block(file, 16, 0);
                    io().write(beyond);
                    io().read(fine);
                    right += outcome(beyond) == Errno.EFBIG && outcome(fine) == Errno.SUCCESS ? 1 : 0;
                }
                return right;
            }));
        }

        for (FutureTask<Integer> each : all) {
            assertThat(Bounded.get(each)).isEqualTo(ROUNDS);
        }
    }

    @Test
    void whatTheSystemSaysOfAnOffsetIsPassedOn() throws Exception {
        AsyncFile file = open(fileOf("f", 4_096), READ, WRITE);
        ControlBlock write = block(file, 16, Long.MAX_VALUE - 20);
        ControlBlock read = block(file, 16, Long.MAX_VALUE - 20);
        io().write(write);
        io().read(read);

        assertThat(outcome(write)).isEqualTo(Errno.EFBIG);
        assertThat(outcome(read)).isIn(Errno.EINVAL, Errno.SUCCESS, Errno.EOVERFLOW);
    }
}
