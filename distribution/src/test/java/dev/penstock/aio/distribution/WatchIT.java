package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --watch}: completions as they happen. */
class WatchIT {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LINES_PER_SECOND = 20;
    private static final String COMPLETION =
            "(READ|WRITE|SYNC|DATA_SYNC|TRUNCATE|SIZE) \\S+ #\\d+ offset=\\d+ \\d+ of \\d+ bytes [A-Z0-9]+"
                    + " queue=\\d+ us service=\\d+ us provider=\\w+";
    private static final Pattern SUMMARY = Pattern.compile("(\\d+) of (\\d+) completions shown");
    private static final Pattern MORE = Pattern.compile("\\.\\.\\. and (\\d+) more");

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

    @ParameterizedTest
    @ValueSource(strings = {"nio", "native", "uring"})
    void aSmallCopyIsShownInFullAndItsLastLineIsStillForScripts(String provider) throws Exception {
        randomFile(250_000);

        Outcome outcome = aio.run("copy", "from", "to", "--watch", "--sync", "--block", "100k", "--provider", provider)
                .hasStatus(0);

        assertThat(completions(outcome))
                .allSatisfy(line -> assertThat(line).endsWith("provider=" + provider))
                .anySatisfy(line ->
                        assertThat(line).matches("READ from #\\d+ offset=204800 45200 of 45200 bytes SUCCESS .*"))
                .anySatisfy(line ->
                        assertThat(line).matches("WRITE to #\\d+ offset=102400 102400 of 102400 bytes SUCCESS .*"))
                .anySatisfy(line -> assertThat(line).startsWith("SYNC to "));
        long all = total(outcome);
        assertThat(completions(outcome)).hasSize((int) all);
        assertThat(outcome.lastLine()).startsWith("copied bytes=250000 ").contains(" provider=" + provider + " ");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void theDemoShowsCompletionsAtMostTwentyASecondAndCountsTheRest() throws Exception {
        long beganNs = System.nanoTime();
        Outcome outcome =
                aio.run("demo", "--watch", "--size", "64M", "--block", "4k").hasStatus(0);
        long seconds = 1 + (System.nanoTime() - beganNs) / 1_000_000_000;

        long shown = completions(outcome).size();
        long leftOut = outcome.outLines().stream()
                .map(MORE::matcher)
                .filter(Matcher::matches)
                .mapToLong(more -> Long.parseLong(more.group(1)))
                .sum();
        assertThat(shown).isBetween((long) LINES_PER_SECOND, LINES_PER_SECOND * (seconds + 1));
        assertThat(total(outcome)).isGreaterThan(2 * (64 << 8)).isEqualTo(shown + leftOut);
        assertThat(outcome.outLines()).contains(shown + " of " + total(outcome) + " completions shown");
        assertThat(outcome.lastLine()).startsWith("source and copy are the same: bytes=67108864 ");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void withoutItNoCompletionIsShown() throws Exception {
        Outcome outcome = aio.run("demo", "--size", "1M").hasStatus(0);

        assertThat(outcome.outLines())
                .hasSize(3)
                .noneSatisfy(line -> assertThat(line).matches(COMPLETION))
                .noneSatisfy(line -> assertThat(line).contains("completions"));
    }

    @Test
    void onATerminalNoLineIsMixedWithTheBar() throws Exception {
        assumeThat(SCRIPT).as("not run: there is no " + SCRIPT).isExecutable();

        Outcome outcome = aio.runOnATerminal("demo", "--watch", "--size", "64M", "--block", "4k")
                .hasStatus(0);

        List<String> pieces = List.of(outcome.out().split("[\r\n]+"));
        assertThat(pieces)
                .filteredOn(piece -> piece.contains("offset="))
                .hasSizeGreaterThanOrEqualTo(LINES_PER_SECOND)
                .allSatisfy(piece -> assertThat(piece).matches(COMPLETION));
        assertThat(pieces)
                .filteredOn(piece -> piece.contains("completions") || piece.contains("... and "))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(piece -> assertThat(piece).matches(SUMMARY + "|" + MORE));
        assertThat(pieces).anySatisfy(piece -> assertThat(piece).matches("copy +100%.* 64/64 MiB .*"));
    }

    @Test
    void aCopyThatFailsHasTheSameStatusAndOneLineOfError() throws Exception {
        Outcome outcome = aio.run("copy", "from", "to", "--watch").failsInOneLine(1);

        assertThat(outcome.err()).startsWith("aio: open path=from").contains("ENOENT (2)");
        assertThat(total(outcome)).isZero();
    }

    @Test
    void wrongArgumentsHaveTheSameStatusAndNothingIsWatched() throws Exception {
        Outcome outcome =
                aio.run("copy", "from", "to", "--watch", "--depth", "1000000").failsInOneLine(2);

        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void anInterruptedCopyTellsHowManyWereShownAndHasTheSameStatus() throws Exception {
        Path to = aio.currentDirectory().resolve("to");
        try (RandomAccessFile file =
                new RandomAccessFile(aio.currentDirectory().resolve("from").toFile(), "rw")) {
            file.setLength(4L << 30);
        }

        Process copy = aio.start("copy", "from", "to", "--watch", "--depth", "1", "--block", "512");
        await().atMost(SOON).until(() -> Files.exists(to) && Files.size(to) > 1 << 20);
        Aio.interrupt(copy);
        Outcome outcome = aio.end(copy).hasStatus(130);

        assertThat(total(outcome)).isGreaterThan(2048);
        assertThat(to).doesNotExist();
        assertThat(outcome.err()).isEmpty();
    }

    private static List<String> completions(Outcome outcome) {
        return outcome.outLines().stream()
                .filter(line -> line.matches(COMPLETION))
                .toList();
    }

    /** Returns how many completions there were, as the one summary tells. */
    private static long total(Outcome outcome) {
        List<Long> totals = outcome.outLines().stream()
                .map(SUMMARY::matcher)
                .filter(Matcher::matches)
                .map(summary -> Long.parseLong(summary.group(2)))
                .toList();
        assertThat(totals).as(outcome.out()).hasSize(1);
        return totals.get(0);
    }

    private void randomFile(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Files.write(aio.currentDirectory().resolve("from"), content);
    }
}
