package dev.penstock.aio.benchmarks.compare;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.benchmarks.loop.Clients;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContentTest {
    private static final int FILE_BYTES = 4 << 20;
    /** Of which none of these works is: with it, other bytes belong there. */
    private static final int OTHER_BLOCK_BYTES = 1 << 20;

    @TempDir
    Path folder;

    /** Those that have several in flight: most of these works do. */
    static Stream<IoSystem> systems() {
        return all().filter(system -> system.does(Works.named("write-4k-cached-d32")));
    }

    static Stream<IoSystem> all() {
        List<IoSystem> systems = new ArrayList<>();
        Clients.names().forEach(name -> systems.add(new JavaSystem(name)));
        engines().forEach(systems::add);
        // It is refused: ClientsTest shows why.
        return systems.stream().filter(system -> !system.name().equals("nio_uring"));
    }

    static Stream<IoSystem> engines() {
        return FioSystem.isInstalled(Path.of(System.getProperty("java.io.tmpdir")))
                ? Stream.of(FioEngine.values()).map(FioSystem::new)
                : Stream.of();
    }

    private interface Body {
        void use(Run run, PatternFile file) throws Exception;
    }

    /** Has a system get ready for a work, with a file that is filled for it. */
    private void with(IoSystem system, String name, Body body) throws Exception {
        Work work = Works.named(name);
        try (PatternFile file = new PatternFile(folder, FILE_BYTES, false)) {
            file.fill(work.blockBytes());
            try (Run run = system.start(work, file)) {
                body.use(run, file);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsReadOneAtATimeIsChecked(IoSystem system) throws Exception {
        with(system, "read-4k-cached-d1", (run, file) -> {
            assertThatCode(run::check).doesNotThrowAnyException();

            file.fill(OTHER_BLOCK_BYTES);

            assertThatThrownBy(run::check).isInstanceOf(Exception.class);
        });
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("engines")
    void fioTellsHowLongItsRequestsTook(IoSystem engine) throws Exception {
        with(engine, "read-4k-cached-d1", (run, file) -> {
            Percentiles took = requireNonNull(run.latencies(20_000_000));

            assertThat(took.p50Ns()).isPositive().isLessThanOrEqualTo(took.p99Ns());
            assertThat(took.p999Ns()).isGreaterThanOrEqualTo(took.p99Ns());
        });
    }

    @ParameterizedTest
    @MethodSource("systems")
    void whatIsReadIsCheckedByWhatBelongsThere(IoSystem system) throws Exception {
        with(system, "read-1m-cached-d4", (run, file) -> {
            assertThatCode(run::check).doesNotThrowAnyException();

            spoilByte(file, 3_000_000);

            assertThatThrownBy(run::check).isInstanceOf(Exception.class);
        });
    }

    @ParameterizedTest
    @MethodSource("systems")
    void whatIsWrittenIsReadBack(IoSystem system) throws Exception {
        with(system, "write-4k-cached-d32", (run, file) -> {
            run.measure(1_000_000);

            assertThatCode(run::check).doesNotThrowAnyException();
        });
    }

    @ParameterizedTest
    @MethodSource("systems")
    void mixedWorkIsCheckedBothWays(IoSystem system) throws Exception {
        with(system, "mixed-4k-cached-d32", (run, file) -> {
            file.spoil();
            file.fill(Works.named("mixed-4k-cached-d32").blockBytes());

            assertThatCode(run::check).doesNotThrowAnyException();

            file.fill(OTHER_BLOCK_BYTES);

            assertThatThrownBy(run::check).isInstanceOf(Exception.class);
        });
    }

    private static void spoilByte(PatternFile file, long offset) throws Exception {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) 0xa5}), offset);
        }
    }
}
