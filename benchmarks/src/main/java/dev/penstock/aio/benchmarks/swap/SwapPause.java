package dev.penstock.aio.benchmarks.swap;

import dev.penstock.aio.benchmarks.Surroundings;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
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
        name = "swap-pause",
        description =
                "Measures for how long a thread that keeps requests in flight gets no completion while its file moves"
                        + " to another provider and back, beside the same without a move.")
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
public final class SwapPause implements Callable<Integer> {
    private static final long FILE_BYTES = 64 << 20;
    private static final int BLOCK_BYTES = 4096;
    private static final double US = 1_000;

    @Option(
            names = "--swaps",
            paramLabel = "N",
            defaultValue = "200",
            description = "Moves in each direction (default: ${DEFAULT-VALUE}).")
    int swaps;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "32",
            description = "Requests in flight (default: ${DEFAULT-VALUE}).")
    int depth;

    @Option(
            names = "--between",
            paramLabel = "A,B",
            split = ",",
            defaultValue = "nio,native",
            description = "The two providers (default: ${DEFAULT-VALUE}).")
    List<String> between;

    @Mixin
    Surroundings surroundings;

    /** Runs the measurement. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new SwapPause()).execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        if (between.size() != 2) {
            throw new IllegalArgumentException("--between takes two providers, not " + between);
        }
        System.out.println("| Work, depth " + depth + " | From | To | Moves | Median us | 99 % us | Longest us |");
        System.out.println("|---|---|---|--:|--:|--:|--:|");
        for (Work.Kind kind : new Work.Kind[] {Work.Kind.RANDOM_READ, Work.Kind.RANDOM_WRITE}) {
            Work work = new Work(kind.name().toLowerCase(Locale.ROOT), kind, BLOCK_BYTES, depth, false);
            try (PatternFile file = new PatternFile(surroundings.folder(), FILE_BYTES, false)) {
                file.fill(BLOCK_BYTES);
                try (Swapping swapping = new Swapping(between.get(0), between.get(1), file, work)) {
                    swapping.warmUp();
                    swapping.measure(swaps).forEach((gap, pauses) -> print(work, gap, pauses));
                }
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private static void print(Work work, Swapping.Way way, Histogram pauses) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %d | %,.0f | %,.0f | %,.0f |%n",
                work.name(),
                way.from(),
                way.to(),
                pauses.getTotalCount(),
                pauses.getValueAtPercentile(50) / US,
                pauses.getValueAtPercentile(99) / US,
                pauses.getMaxValue() / US);
    }
}
