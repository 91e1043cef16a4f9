package dev.penstock.aio.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs another program to its end. */
final class Program {
    private static final long PATIENCE_SECONDS = 60;

    /**
     * What it left.
     *
     * @param status 0 if it is content
     * @param text its standard output
     * @param errors its standard error
     */
    record Output(int status, String text, String errors) {}

    private Program() {}

    /**
     * Runs a program.
     *
     * @param folder for its output, so that no full pipe holds it up
     * @param nanos how long it is expected to run
     * @throws IOException if it cannot be started or does not end
     */
    static Output run(List<String> command, Path folder, long nanos) throws IOException, InterruptedException {
        Path text = Files.createTempFile(folder, "program", ".out");
        Path errors = Files.createTempFile(folder, "program", ".err");
        // For an end by Ctrl-C; else they are deleted below.
        text.toFile().deleteOnExit();
        errors.toFile().deleteOnExit();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(text.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(nanos + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException(command.get(0) + " hangs: killed after " + PATIENCE_SECONDS + " s");
            }
            return new Output(process.exitValue(), Files.readString(text), Files.readString(errors));
        } finally {
            Files.delete(text);
            Files.delete(errors);
        }
    }

    /** {@return the first line that a program prints, or a word in its place} */
    static String firstLine(List<String> command, Path folder) {
        try {
            return run(command, folder, 0).text().lines().findFirst().orElse("unknown");
        } catch (IOException e) {
            return "not installed";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
