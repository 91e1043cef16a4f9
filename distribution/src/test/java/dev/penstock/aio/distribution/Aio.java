package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the script {@code aio} over the assembled distribution in child processes, each with a temp directory and a
 * current directory of the test's own, and with the Java that runs the test.
 */
final class Aio {
    private static final int TIMEOUT_SECONDS = 300;

    private final Path script;
    private final Path currentDirectory;
    private final Path tempDirectory;
    private final Path output;

    /** What a process left behind. */
    record Outcome(int status, String out, String err) {
        List<String> outLines() {
            return out.lines().toList();
        }

        List<String> errLines() {
            return err.lines().toList();
        }

        String lastLine() {
            return outLines().get(outLines().size() - 1);
        }

        /** Checks the exit status, and shows all there is where it is another one. */
        Outcome hasStatus(int expected) {
            assertThat(status).as("exit status; out=%s err=%s", out, err).isEqualTo(expected);
            return this;
        }

        /** Checks that the command failed with this status and one line on standard error. */
        Outcome failsInOneLine(int expected) {
            hasStatus(expected);
            assertThat(errLines()).as("standard error").hasSize(1);
            return this;
        }
    }

    Aio(Path folder) throws IOException {
        this(folder, Path.of(System.getProperty("basedir", "."), "..", "aio").toRealPath());
    }

    Aio(Path folder, Path script) throws IOException {
        this.script = script;
        currentDirectory = Files.createDirectories(folder.resolve("cwd"));
        tempDirectory = Files.createDirectories(folder.resolve("tmp"));
        output = Files.createDirectories(folder.resolve("output"));
    }

    /** The current directory of the processes. */
    Path currentDirectory() {
        return currentDirectory;
    }

    Path tempDirectory() {
        return tempDirectory;
    }

    Outcome run(String... arguments) throws IOException, InterruptedException {
        return runIn(List.of(), "", arguments);
    }

    Outcome runWithInput(String input, String... arguments) throws IOException, InterruptedException {
        return runIn(List.of(), input, arguments);
    }

    /** Runs with a command in front that starts the rest of its arguments, such as setpriv. */
    Outcome runIn(List<String> front, String input, String... arguments) throws IOException, InterruptedException {
        Path in = output.resolve("in");
        Files.writeString(in, input);
        return end(builder(front, arguments).redirectInput(in.toFile()).start());
    }

    /** Runs with a terminal in place of the three streams, by script(1); what it shows is the outcome's output. */
    Outcome runOnATerminal(String... arguments) throws IOException, InterruptedException {
        String quoted = Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                .map(each -> "'" + each + "'")
                .collect(Collectors.joining(" "));
        return end(builder(List.of("script", "-qec", quoted, "/dev/null"), List.of())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start());
    }

    /** Starts a process that the test will interrupt, whatever the test's own process does with SIGINT. */
    Process start(String... arguments) throws IOException {
        return builder(List.of("env", "--default-signal=INT"), arguments).start();
    }

    /** Sends SIGINT, as Ctrl-C does. */
    static void interrupt(Process process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).as("kill").isZero();
    }

    Outcome end(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return new Outcome(
                process.exitValue(), Files.readString(output.resolve("out")), Files.readString(output.resolve("err")));
    }

    /** Checks that no process left anything in the temp directory: no framework storage, no file of the demo. */
    void leftNothing() throws IOException {
        try (Stream<Path> files = Files.list(tempDirectory)) {
            assertThat(files).as("left in the temp directory").isEmpty();
        }
    }

    private ProcessBuilder builder(List<String> front, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(script.toString()));
        all.addAll(List.of(arguments));
        return builder(front, all);
    }

    private ProcessBuilder builder(List<String> front, List<String> rest) throws IOException {
        List<String> command = new ArrayList<>(front);
        command.addAll(rest);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(currentDirectory.toFile())
                .redirectOutput(fresh("out").toFile())
                .redirectError(fresh("err").toFile());
        builder.environment().put("AIO_NO_BUILD", "1");
        builder.environment().put("AIO_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TMPDIR", tempDirectory.toString());
        return builder;
    }

    private Path fresh(String name) throws IOException {
        return Files.write(
                output.resolve(name),
                new byte[0],
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }
}
