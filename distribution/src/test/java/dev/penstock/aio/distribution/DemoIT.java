package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code aio demo}. */
class DemoIT {
    private static final Path SCRIPT = Path.of("/usr/bin/script");

    @TempDir
    Path folder;

    private Aio aio;

    @BeforeEach
    void prepare() throws Exception {
        aio = new Aio(folder);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        aio.leftNothing();
    }

    @Test
    void copiesARandomFileChecksItAndCleansUp() throws Exception {
        Outcome outcome = aio.run("demo", "--size", "20M").hasStatus(0);

        assertThat(outcome.out())
                .containsPattern("provider [a-z]+: \\d+ requests in [0-9.]+ s, [0-9.]+ [KMG]iB/s, "
                        + "latency p50 [0-9.]+ ms, p99 [0-9.]+ ms")
                .containsPattern("source and copy are the same: bytes=20971520 sha256=[0-9a-f]{64}");
        assertThat(outcome.err()).as("no terminal, no bar").isEmpty();
    }

    @Test
    void theProviderMayBeNamed() throws Exception {
        Outcome outcome =
                aio.run("demo", "--size", "20M", "--provider", "native").hasStatus(0);

        assertThat(outcome.out())
                .contains("provider native: ")
                .containsPattern("source and copy are the same: bytes=20971520 sha256=[0-9a-f]{64}");
    }

    @Test
    void onATerminalABarTellsBytesAndRateHoweverFastItGoes() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT), "not run: there is no " + SCRIPT);

        Outcome outcome = aio.runOnATerminal("demo", "--size", "20M").hasStatus(0);

        for (String task : List.of("make", "copy", "check")) {
            assertThat(outcome.out().split("[\r\n]+"))
                    .as(outcome.out())
                    .anySatisfy(line -> assertThat(line).matches(task + " +100%.* 20/20 MiB .* [0-9.]+ [KMG]iB/s *"));
        }
        assertThat(outcome.out()).doesNotContain("? MiB/s");
    }

    @Test
    void aFileThatDoesNotFitIsRefusedBeforeItIsMade() throws Exception {
        Outcome outcome = aio.run("demo", "--size", "900T").failsInOneLine(1);

        assertThat(outcome.err()).contains("do not fit").contains("TMPDIR");
    }
}
