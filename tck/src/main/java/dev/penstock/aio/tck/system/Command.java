package dev.penstock.aio.tck.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of the system that was run to its end.
 *
 * @param status its exit status, 0 for success
 * @param output what it said, errors included
 */
public record Command(int status, String output) {
    private static final long LIMIT_S = 60;

    /** Runs a command; one that does not end is killed. */
    public static Command run(List<String> words) throws IOException, InterruptedException {
        Path output = Files.createTempFile("command", ".out");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(words + " did not end: " + Files.readString(output));
            }
            return new Command(process.exitValue(), Files.readString(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Runs a command that must succeed. */
    public static String runOrFail(String... words) throws IOException, InterruptedException {
        Command command = run(List.of(words));
        if (command.status != 0) {
            throw new IOException(List.of(words) + " ended with " + command.status + ": " + command.output);
        }
        return command.output;
    }
}
