package dev.penstock.aio.distribution.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** What the command line answers by itself, before it asks the container for anything. */
class ArgumentsTest {
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AioCommand command = new AioCommand(unasked(BundleContext.class), unasked(ConfigurationAdmin.class));

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(systemOut);
        System.setErr(systemErr);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo ", "copy ", "providers ", "shell "})
    void everyCommandHasHelp(String name) {
        assertThat(command.applyAsInt((name + "--help").split(" "))).isZero();

        assertThat(out.toString(UTF_8)).startsWith("Usage: aio " + name);
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void theHelpTellsOfWatchingSwappingExitStatusesAndVariables() {
        assertThat(command.applyAsInt(new String[] {"--help"})).isZero();

        assertThat(out.toString(UTF_8))
                .contains("'demo --watch'", "--swap", "130 ", "AIO_JAVA_HOME", "AIO_NO_BUILD", "TMPDIR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "copy"})
    void theHelpTellsOfWatching(String name) {
        assertThat(command.applyAsInt(new String[] {name, "--help"})).isZero();

        assertThat(out.toString(UTF_8)).contains("--watch ").contains("20 lines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "copy"})
    void theHelpTellsOfSwapping(String name) {
        assertThat(command.applyAsInt(new String[] {name, "--help"})).isZero();

        assertThat(out.toString(UTF_8)).contains("--swap ").contains("longest pause");
    }

    @ParameterizedTest
    @CsvSource({
        "'nonsense', 'nonsense'",
        "'copy', 'FROM'",
        "'copy a', 'TO'",
        "'copy a b c', 'c'",
        "'copy a b --nonsense', '--nonsense'",
        "'copy a b --depth 0', '--depth=0: must be 1 or more'",
        "'copy a b --depth many', 'many'",
        "'copy a b --block 0', '--block=0: must be 1 to '",
        "'copy a b --block 2G', '--block=2147483648: must be 1 to '",
        "'copy a b --block 7 --direct', '--block=7 with --direct: must be a multiple of 512'",
        "'demo --size huge', 'huge'",
        "'demo --depth -1', '--depth=-1: must be 1 or more'",
        "'providers x', 'x'",
        "'shell x', 'x'"
    })
    void wrongArgumentsGetOneLineAndStatusTwo(String arguments, String complaint) {
        assertThat(command.applyAsInt(arguments.split(" "))).isEqualTo(2);

        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("aio")
                .contains(complaint)
                .endsWith("--help)");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    private static <T> T unasked(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            throw new AssertionError("the container was asked: " + method);
        }));
    }
}
