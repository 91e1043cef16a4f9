package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --swap}: providers are stopped and started while they move bytes. */
class SwapIT {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern SWAPPED =
            Pattern.compile("swapped times=(\\d+) providers=([a-z,]+) longest\\.pause\\.ms=(\\d+\\.\\d{3})");

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

    private static Matcher swapped(String line) {
        Matcher matcher = SWAPPED.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        assertThat(Integer.parseInt(matcher.group(1))).isPositive();
        assertThat(Double.parseDouble(matcher.group(3))).isPositive();
        return matcher;
    }

    private static String lineBeforeTheLast(Outcome outcome) {
        return outcome.outLines().get(outcome.outLines().size() - 2);
    }

    @Test
    void theDemoIsMovedByOneProviderAfterTheOtherAndTheDigestsAgree() throws Exception {
        Outcome outcome =
                aio.run("demo", "--swap", "--size", "64M", "--block", "4k").hasStatus(0);

        // Which is the second best, the machine decides.
        assertThat(swapped(lineBeforeTheLast(outcome)).group(2).split(","))
                .hasSizeGreaterThan(1)
                .contains("nio")
                .isSubsetOf("nio", "uring", "native");
        assertThat(outcome.lastLine()).startsWith("source and copy are the same: bytes=67108864 ");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void theLastLineOfACopyIsStillForScripts() throws Exception {
        byte[] content = new byte[20_000_001];
        new Random(1).nextBytes(content);
        Files.write(aio.currentDirectory().resolve("from"), content);

        Outcome outcome = aio.run("copy", "from", "to", "--swap", "--block", "4k", "--sync")
                .hasStatus(0);

        String providers = swapped(lineBeforeTheLast(outcome)).group(2);
        assertThat(outcome.lastLine()).startsWith("copied bytes=20000001 ").contains(" provider=" + providers + " ");
        assertThat(aio.currentDirectory().resolve("to")).hasBinaryContent(content);
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void withASingleProviderTheCopyWaitsWhileThereIsNone() throws Exception {
        Outcome outcome = aio.run("demo", "--swap", "--provider", "nio", "--size", "64M", "--block", "4k")
                .hasStatus(0);

        Matcher swapped = swapped(lineBeforeTheLast(outcome));
        assertThat(swapped.group(2)).isEqualTo("nio");
        assertThat(Double.parseDouble(swapped.group(3))).isGreaterThan(200);
        assertThat(outcome.lastLine()).startsWith("source and copy are the same: ");
    }

    @Test
    void completionsMayBeWatchedMeanwhile() throws Exception {
        Outcome outcome = aio.run("demo", "--swap", "--watch", "--size", "64M", "--block", "4k")
                .hasStatus(0);

        swapped(lineBeforeTheLast(outcome));
        assertThat(outcome.out()).contains(" completions shown");
    }

    @Test
    void onATerminalTheBarNamesTheProviderAtWork() throws Exception {
        assumeThat(SCRIPT).as("not run: there is no " + SCRIPT).isExecutable();

        Outcome outcome = aio.runOnATerminal("demo", "--swap", "--size", "64M", "--block", "512")
                .hasStatus(0);

        List<String> pieces = List.of(outcome.out().split("[\r\n]+"));
        assertThat(pieces)
                .anySatisfy(piece -> assertThat(piece).matches("copy +\\d+%.* [0-9.]+ [KMG]iB/s (nio|uring|native) *"));
        assertThat(pieces).anySatisfy(piece -> assertThat(piece).matches("make +100%.* [0-9.]+ [KMG]iB/s *"));
    }

    @Test
    void anInterruptedCopyHasTheSameStatusAndLeavesNothing() throws Exception {
        Path to = aio.currentDirectory().resolve("to");
        try (RandomAccessFile file =
                new RandomAccessFile(aio.currentDirectory().resolve("from").toFile(), "rw")) {
            file.setLength(4L << 30);
        }

        Process copy = aio.start("copy", "from", "to", "--swap", "--depth", "1", "--block", "512");
        await().atMost(SOON).until(() -> Files.exists(to) && Files.size(to) > 1 << 20);
        Aio.interrupt(copy);
        Outcome outcome = aio.end(copy).hasStatus(130);

        assertThat(to).doesNotExist();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void aCopyThatFailsHasTheSameStatusAndOneLineOfError() throws Exception {
        Outcome outcome = aio.run("copy", "from", "to", "--swap").failsInOneLine(1);

        assertThat(outcome.err()).startsWith("aio: open path=from").contains("ENOENT (2)");
        assertThat(outcome.out()).isEmpty();
    }
}
