package dev.penstock.aio.benchmarks.overlap;

import dev.penstock.aio.benchmarks.Surroundings;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line: a table, as Markdown. */
@Command(
        name = "overlap",
        description =
                "Measures whether the requests of a thread that starts them and then computes, without waiting for them,"
                        + " are carried out meanwhile; and how long that takes.")
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
public final class Overlap implements Callable<Integer> {
    private static final long FILE_BYTES = 64 << 20;
    private static final int BLOCK_BYTES = 4096;
    private static final int[] REQUESTS = {1, 4, 20};
    private static final int WARM_UP = 300;
    private static final double US = 1_000;
    private static final double NS_OF_MS = 1_000_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "300",
            description = "Rounds of each kind (default: ${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--compute",
            paramLabel = "MS",
            defaultValue = "2",
            description = "Milliseconds of computing (default: ${DEFAULT-VALUE}).")
    double computeMs;

    @Option(
            names = "--providers",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "nio,native,uring",
            description = "Providers (default: ${DEFAULT-VALUE}).")
    List<String> providers;

    @Mixin
    Surroundings surroundings;

    /** Runs the measurement. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new Overlap()).execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        System.out.println("| 4 KiB reads | Provider | Requests | All done after " + computeMs
                + " ms, % of rounds | Done, % of requests | Until all are done: median us | 99 % us |");
        System.out.println("|---|---|--:|--:|--:|--:|--:|");
        for (boolean direct : new boolean[] {false, true}) {
            try (PatternFile file = new PatternFile(surroundings.folder(), FILE_BYTES, direct)) {
                file.fill(BLOCK_BYTES);
                for (String provider : providers) {
                    for (int requests : REQUESTS) {
                        measure(provider, file, requests, direct);
                    }
                }
            }
        }
        printStartDelay();
        return CommandLine.ExitCode.OK;
    }

    private void printStartDelay() throws IOException {
        try (PatternFile file = new PatternFile(surroundings.folder(), FILE_BYTES, false);
                StartDelay delay = new StartDelay(file.path())) {
            delay.measure(WARM_UP);
            Histogram delays = delay.measure(rounds);
            System.out.printf(
                    Locale.ROOT,
                    "%nUntil the keeper starts a staged request: median %,.0f us, 99 %% %,.0f us%n",
                    delays.getValueAtPercentile(50) / US,
                    delays.getValueAtPercentile(99) / US);
        }
    }

    private void measure(String provider, PatternFile file, int requests, boolean direct) throws IOException {
        try (Computing computing = new Computing(provider, file, BLOCK_BYTES, requests, direct)) {
            computing.untilDone(WARM_UP);
            Histogram took = computing.untilDone(rounds);
            int full = 0;
            long done = 0;
            for (int i = 0; i < rounds; i++) {
                int now = computing.doneAfter((long) (computeMs * NS_OF_MS));
                done += now;
                full += now == requests ? 1 : 0;
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %d | %.1f | %.1f | %,.0f | %,.0f |%n",
                    direct ? "direct" : "cached",
                    provider,
                    requests,
                    100.0 * full / rounds,
                    100.0 * done / rounds / requests,
                    took.getValueAtPercentile(50) / US,
                    took.getValueAtPercentile(99) / US);
        }
    }
}
