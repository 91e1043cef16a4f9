package dev.penstock.aio.benchmarks.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.benchmarks.loop.Work.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClientsTest {
    private static final int BLOCK_BYTES = 4096;
    private static final long FILE_BYTES = 4 << 20;
    private static final String FLOOR = "pread";

    @TempDir
    Path folder;

    static Stream<Arguments> systemsAndKinds() {
        List<Arguments> all = new ArrayList<>();
        for (String system : Clients.names()) {
            for (Kind kind : Kind.values()) {
                if (kind != Kind.LIST) {
                    all.add(Arguments.of(system, kind));
                }
            }
        }
        return all.stream();
    }

    static Stream<String> systems() {
        return Clients.names().stream();
    }

    @ParameterizedTest
    @MethodSource("systemsAndKinds")
    void whatIsMovedIsWhatBelongsThere(String system, Kind kind) throws Exception {
        Work work = work(system, kind, false);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, false)) {
            file.fill(BLOCK_BYTES);
            try (Client client = Clients.open(system, file.path(), work, FILE_BYTES)) {
                // Opening may have tried the work.
                file.spoil();
                file.fill(BLOCK_BYTES);
                try (Loop loop = client.loop(0)) {
                    ContentCheck.run(loop, work, file.path());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("systemsAndKinds")
    void eachRequestIsCountedAndObservedOnce(String system, Kind kind) throws Exception {
        Work work = work(system, kind, false);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, false)) {
            file.fill(BLOCK_BYTES);
            try (Client client = Clients.open(system, file.path(), work, FILE_BYTES);
                    Loop loop = client.loop(0)) {
                AtomicLong observed = new AtomicLong();
                loop.observe(ns -> {
                    assertThat(ns).isPositive();
                    observed.incrementAndGet();
                });

                long counted = run(loop) + run(loop);

                assertThat(counted).isGreaterThanOrEqualTo(2L * work.depth()).isEqualTo(observed.get());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("systems")
    void severalThreadsShareAClient(String system) throws Exception {
        Work work = work(system, Kind.RANDOM_READ, false);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, false);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            file.fill(BLOCK_BYTES);
            try (Client client = Clients.open(system, file.path(), work, FILE_BYTES)) {
                List<Callable<Void>> checks =
                        List.of(() -> check(client, 0, work, file.path()), () -> check(client, 1, work, file.path()));
                for (Future<Void> check : threads.invokeAll(checks)) {
                    check.get();
                }
            }
        }
    }

    private static Void check(Client client, int thread, Work work, Path file) throws Exception {
        try (Loop loop = client.loop(thread)) {
            ContentCheck.run(loop, work, file);
        }
        return null;
    }

    @ParameterizedTest
    @MethodSource("systems")
    void whatIsNotThereToBeReadFailsTheLoop(String system) throws Exception {
        Work work = work(system, Kind.SEQUENTIAL_READ, false);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, false)) {
            file.fill(BLOCK_BYTES);
            assertThatThrownBy(() -> runToTheEnd(system, work, file.path())).hasMessageContaining("moved");
        }
    }

    @ParameterizedTest
    @MethodSource("systems")
    void listsAreRefused(String system) {
        Work work = new Work("list", Kind.LIST, 1, 100, false);

        assertThatThrownBy(() -> Clients.open(system, folder, work, FILE_BYTES))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("list");
    }

    @Test
    void aPositionalCallHasNoDepth() {
        Work work = new Work("deep", Kind.RANDOM_READ, BLOCK_BYTES, 2, false);

        assertThatThrownBy(() -> Clients.open(FLOOR, folder, work, FILE_BYTES))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("depth=2");
    }

    private static long run(Loop loop) throws Exception {
        loop.fill();
        int stepped = loop.step() + loop.step();
        return (long) stepped + loop.drain();
    }

    /** Reads on where the file ends. */
    private static void runToTheEnd(String system, Work work, Path file) throws Exception {
        try (Client client = Clients.open(system, file, work, 2 * FILE_BYTES);
                Loop loop = client.loop(0)) {
            loop.fill();
            for (long moved = 0; moved <= FILE_BYTES / BLOCK_BYTES; ) {
                moved += loop.step();
            }
            loop.drain();
        }
    }

    private static Work work(String system, Kind kind, boolean direct) {
        int depth = system.equals(FLOOR) || kind == Kind.SYNCED_WRITE ? 1 : 4;
        return new Work("test", kind, BLOCK_BYTES, depth, direct);
    }
}
