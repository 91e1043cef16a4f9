package dev.penstock.aio.benchmarks.notify;

import dev.penstock.aio.benchmarks.Surroundings;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line: two tables, as Markdown. */
@Command(
        name = "notification-rates",
        description = "Measures how many completions reach listeners, and what one that never returns costs the I/O.")
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
public final class NotificationRates implements Callable<Integer> {
    private static final long FILE_BYTES = 64 << 20;
    private static final int BATCH = 256;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "7",
            description = "Of the I/O without and with the listener that never returns (default: ${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "Of each measurement, and of the warm-up before the first (default: ${DEFAULT-VALUE}).")
    double seconds;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            defaultValue = "uring",
            description = "Who reads beside the listener that never returns (default: ${DEFAULT-VALUE}).")
    String provider;

    @Option(
            names = "--set-aside",
            description =
                    "Let the listener that never returns be set aside, as it is by default after 10 s of it; without"
                            + " this option it stays.")
    boolean setAside;

    @Mixin
    Surroundings surroundings;

    /** Runs both measurements. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new NotificationRates()).execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        long forNs = (long) (seconds * 1e9);
        print("Java " + System.getProperty("java.vm.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " cores, load average " + load()
                + " at the start; " + seconds + " s each, " + rounds + " rounds");
        try (PatternFile file = new PatternFile(surroundings.folder(), FILE_BYTES, false)) {
            print("", "| Listeners | Told | Requests/s | Delivered/s | Delivered | Dropped |");
            print("|--:|---|--:|--:|--:|--:|");
            for (int listeners : new int[] {1, 10}) {
                for (int batch : new int[] {0, BATCH}) {
                    print(new Delivery(listeners, batch).measure(file.path(), forNs));
                }
            }
            print("", "| Round | Reads/s | Reads/s with a listener that never returns | Ratio |", "|--:|--:|--:|--:|");
            new Sleeper(provider, setAside)
                    .measure(file, Math.max(1, rounds), forNs)
                    .forEach(NotificationRates::print);
        }
        print("", "Load average at the end " + load());
        return CommandLine.ExitCode.OK;
    }

    private static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static void print(String... lines) {
        List.of(lines).forEach(System.out::println);
    }
}
