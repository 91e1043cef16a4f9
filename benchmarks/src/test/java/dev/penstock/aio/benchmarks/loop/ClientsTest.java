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
    private static final String WITHOUT_OFFSETS = "nio_uring";

    @TempDir
    Path folder;

    @Test
    void everySystemThatAComparisonOwesIsThere() {
        List<String> owed = new ArrayList<>();
        for (String asked : new String[] {"nio", "native", "uring"}) {
            owed.addAll(List.of(asked, asked + "-callbacks", asked + "-file"));
        }
        owed.addAll(List.of("pread", "ring", "ring-buffers", "ring-fixed", "jdk", "jdk-callbacks"));
        owed.addAll(List.of("virtual-threads", "jasyncfio", "nio_uring"));

        assertThat(Clients.names()).containsExactlyInAnyOrderElementsOf(owed);
    }

    static Stream<Arguments> systemsAndKinds() {
        List<Arguments> all = new ArrayList<>();
        for (String system : systems().toList()) {
            for (Kind kind : Kind.values()) {
                if (kind != Kind.LIST) {
                    all.add(Arguments.of(system, kind));
                }
            }
        }
        return all.stream();
    }

    /** All but the one that can do nothing of it. */
    static Stream<String> systems() {
        return Clients.names().stream().filter(system -> !system.equals(WITHOUT_OFFSETS));
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

    /** Those of two kinds in one loop, and those of two calls in one request. */
    static Stream<Arguments> systemsAndTwofoldKinds() {
        return systems()
                .flatMap(system -> Stream.of(Kind.MIXED, Kind.SYNCED_WRITE).map(kind -> Arguments.of(system, kind)));
    }

    @ParameterizedTest
    @MethodSource("systemsAndTwofoldKinds")
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

    /** Jasyncfio polls for what is direct, which few devices have. */
    static Stream<String> systemsForDirect() {
        return systems().filter(system -> !system.equals("jasyncfio"));
    }

    @ParameterizedTest
    @MethodSource("systemsForDirect")
    void whatIsReadDirectlyIsWhatBelongsThere(String system) throws Exception {
        Work work = work(system, Kind.RANDOM_READ, true);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, true)) {
            file.fill(BLOCK_BYTES);
            try (Client client = Clients.open(system, file.path(), work, FILE_BYTES)) {
                check(client, 0, work, file.path());
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

    /** The table knows of the others what they do. */
    static Stream<String> systemsWithoutLists() {
        Work list = new Work("list", Kind.LIST, 1, 100, false);
        return systems().filter(system -> !Clients.does(system, list));
    }

    @ParameterizedTest
    @MethodSource("systemsWithoutLists")
    void listsAreRefused(String system) {
        Work work = new Work("list", Kind.LIST, 1, 100, false);

        assertThatThrownBy(() -> Clients.open(system, folder.resolve("f"), work, FILE_BYTES))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("list");
    }

    @Test
    void aPositionalCallHasNoDepth() {
        Work work = new Work("deep", Kind.RANDOM_READ, BLOCK_BYTES, 2, false);

        assertThatThrownBy(() -> Clients.open(Clients.FLOOR, folder, work, FILE_BYTES))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("depth=2");
    }

    @Test
    void whoTakesNoOffsetIsRefusedAfterItWasTried() throws Exception {
        Work work = work(WITHOUT_OFFSETS, Kind.RANDOM_READ, false);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, false)) {
            file.fill(BLOCK_BYTES);

            assertThatThrownBy(() -> Clients.open(WITHOUT_OFFSETS, file.path(), work, FILE_BYTES))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("two reads in a row brought the file's first block");
        }
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
        int depth = system.equals(Clients.FLOOR) || kind == Kind.SYNCED_WRITE ? 1 : 4;
        return new Work("test", kind, BLOCK_BYTES, depth, direct);
    }
}
