package dev.penstock.aio.benchmarks;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that every command line of the module has; to be mixed in. */
public final class Surroundings {
    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where the files to work on are made, and removed again (default: TMPDIR).")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    /** {@return for scratch files} */
    public Path folder() {
        return folder;
    }
}
