package dev.penstock.aio.distribution;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not move a byte: help, wrong arguments, the list of providers and the shell. */
class CommandLineIT {
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
    void helpIsOnStandardOutput() throws Exception {
        Outcome outcome = aio.run("copy", "--help").hasStatus(0);

        assertThat(outcome.out()).startsWith("Usage: aio copy");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void theHelpTellsOfTheComparisonThoughItIsNoPartOfTheDistribution() throws Exception {
        assertThat(aio.run("--help").hasStatus(0).out()).contains("./aio compare --help");
    }

    @Test
    void theVersionIsToldInOneLine() throws Exception {
        Outcome outcome = aio.run("--version").hasStatus(0);

        assertThat(outcome.outLines()).hasSize(1);
        assertThat(outcome.out()).startsWith("aio ");
    }

    @ParameterizedTest
    @CsvSource({
        "'', Missing required subcommand",
        "'copy a b --depth 0', '--depth=0: must be 1 or more'",
        "'copy a b --depth 1000000', '--depth=1000000: must be 1 to '",
        "'copy a b --depth 1024 --block 1M', '--depth=1024 times --block=1048576: must be '",
        "'copy a b --block 7 --direct', '--block=7 with --direct: must be a multiple of'",
        "'copy a b --provider nonsense', '--provider=nonsense: there is no such provider; there are '"
    })
    void wrongArgumentsGetOneLineAndStatusTwo(String arguments, String complaint) throws Exception {
        Outcome outcome = arguments.isEmpty() ? aio.run() : aio.run(arguments.split(" "));

        outcome.failsInOneLine(2);
        assertThat(outcome.err()).startsWith("aio").contains(complaint).contains("--help");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void providersAreListedOneInALine() throws Exception {
        Outcome outcome = aio.run("providers").hasStatus(0);

        assertThat(outcome.outLines())
                .anySatisfy(line ->
                        assertThat(line).matches("nio ranking=-?\\d+ state=(active|standby) capabilities=[A-Z_,]+"))
                .anySatisfy(line ->
                        assertThat(line).matches("native ranking=-?\\d+ state=(active|standby) capabilities=[A-Z_,]+"))
                .anySatisfy(line ->
                        assertThat(line).matches("uring ranking=-?\\d+ state=(active|standby) capabilities=[A-Z_,]+"))
                .filteredOn(line -> line.contains("state=active"))
                .hasSize(1);
        assertThat(outcome.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit", "quit"})
    void theShellIsLeftByACommandThoughItsInputGoesOn(String command) throws Exception {
        Process shell = aio.start("shell");
        shell.getOutputStream().write((command + "\n").getBytes(US_ASCII));
        shell.getOutputStream().flush();

        Outcome outcome = aio.end(shell).hasStatus(0);

        assertThat(outcome.out()).doesNotContain("Exception").doesNotContain("coerce");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void theHelpOfTheShellTellsHowToLeaveIt() throws Exception {
        assertThat(aio.run("shell", "--help").hasStatus(0).out()).contains("'exit'", "'quit'", "Ctrl-D");
    }

    @Test
    void theShellTakesItsCommandsFromStandardInput() throws Exception {
        Outcome outcome =
                aio.runWithInput("aio:providers\naio:files\naio:requests\naio:stats\naio:listeners\n", "shell");

        outcome.hasStatus(0);
        assertThat(outcome.out())
                .contains("nio")
                .contains("no listeners")
                .doesNotContain("CommandNotFound")
                .doesNotContain("Exception");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void theShellWatchesUntilItsInputHasMore() throws Exception {
        Outcome outcome = aio.runWithInput("aio:watch\n\n", "shell");

        outcome.hasStatus(0);
        assertThat(outcome.out())
                .contains("watching", "0 of 0 completions shown")
                .doesNotContain("CommandNotFound")
                .doesNotContain("Exception");
    }
}
