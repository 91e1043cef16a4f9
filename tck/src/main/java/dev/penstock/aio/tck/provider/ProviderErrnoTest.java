package dev.penstock.aio.tck.provider;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Of providers that call the system: errno belongs to a thread and to a call. */
public abstract class ProviderErrnoTest extends ProviderTest {
    private static final int ROUNDS = 300;
    /** So far that not all of a block fits before the largest offset that there is. */
    private static final long FAR = Long.MAX_VALUE - 20;

    /** For the tests of a provider. */
    protected ProviderErrnoTest(AioProvider provider) {
        super(provider);
    }

    /** An open that fails. */
    private record Case(Path path, OpenOption... options) {}

    @Test
    void threadsThatFailDifferentlyAtTheSameTimeHaveEachTheirOwnErrno() throws Exception {
        Path file = fileOf("f", 10);
        Map<Errno, Case> cases = new EnumMap<>(Errno.class);
        cases.put(Errno.ENOENT, new Case(path("missing"), READ));
        cases.put(Errno.EISDIR, new Case(directory, WRITE));
        cases.put(Errno.EEXIST, new Case(file, WRITE, CREATE_NEW));
        cases.put(Errno.ENOTDIR, new Case(file.resolve("below"), READ));
        cases.put(Errno.ENAMETOOLONG, new Case(path("n".repeat(300)), READ));
        cases.put(Errno.ELOOP, new Case(Files.createSymbolicLink(path("loop"), Path.of("loop")), READ));
        CyclicBarrier start = new CyclicBarrier(cases.size());
        Map<Errno, FutureTask<Integer>> all = new EnumMap<>(Errno.class);
        // It is started by the first call, which would be one of each thread.
        io();
        cases.forEach((errno, each) -> all.put(errno, background(() -> {
            start.await(20, TimeUnit.SECONDS);
            int right = 0;
            for (int i = 0; i < ROUNDS; i++) {
                right += refusal(each) == errno ? 1 : 0;
            }
            return right;
        })));

        for (Map.Entry<Errno, FutureTask<Integer>> each : all.entrySet()) {
            assertEquals(ROUNDS, Bounded.get(each.getValue()), each.getKey()::toString);
        }
    }

    private Errno refusal(Case of) {
        return assertThrows(AioException.class, () -> io().open(of.path, of.options))
                .errno();
    }

    /** Whoever carries them out, each must reach the block that it is of. */
    @Test
    void requestsThatFailDifferentlyInManyThreadsHaveEachTheirOwnErrno() throws Exception {
        AsyncFile file = open(fileOf("f", 4_096), READ, WRITE);
        List<FutureTask<Integer>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            all.add(background(() -> {
                int right = 0;
                for (int i = 0; i < ROUNDS; i++) {
                    ControlBlock beyond = block(file, 16, FAR);
                    ControlBlock fine = block(file, 16, 0);
                    io().write(beyond);
                    io().read(fine);
                    right += outcome(beyond) == Errno.EFBIG && outcome(fine) == Errno.SUCCESS ? 1 : 0;
                }
                return right;
            }));
        }

        for (FutureTask<Integer> each : all) {
            assertEquals(ROUNDS, Bounded.get(each));
        }
    }

    @Test
    void whatTheSystemSaysOfAnOffsetIsPassedOn() throws Exception {
        AsyncFile file = open(fileOf("f", 4_096), READ, WRITE);
        ControlBlock write = block(file, 16, FAR);
        ControlBlock read = block(file, 16, FAR);
        io().write(write);
        io().read(read);

        assertEquals(Errno.EFBIG, outcome(write));
        Errno told = outcome(read);
        assertTrue(Set.of(Errno.EINVAL, Errno.SUCCESS, Errno.EOVERFLOW).contains(told), told::toString);
    }
}
