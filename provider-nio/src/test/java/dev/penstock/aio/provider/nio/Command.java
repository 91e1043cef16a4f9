package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the system that was run to its end. */
record Command(int status, String output) {
    static Command run(List<String> words) throws IOException, InterruptedException {
        Path output = Files.createTempFile("command", ".out");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(words + " did not end: " + Files.readString(output));
            }
            return new Command(process.exitValue(), Files.readString(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    static void runOrFail(String... words) throws IOException, InterruptedException {
        Command command = run(List.of(words));
        if (command.status != 0) {
            throw new IOException(List.of(words) + " ended with " + command.status + ": " + command.output);
        }
    }
}
