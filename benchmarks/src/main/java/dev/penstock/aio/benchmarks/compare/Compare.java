package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.Surroundings;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line of the comparison.
 *
 * <p>Exit status: 0 if it came to its end, whatever failed on the way stands in the table; 1 if it did not; 2 if the
 * arguments are wrong.
 */
@Command(
        name = "aio compare",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Measures our providers side by side with what could be picked instead: in Java, and by three"
                + " engines of fio, if that is installed. Each runs in a process of its own; they take turns. A table"
                + " comes to standard output. All of it takes hours; --quick takes minutes.")
@SuppressWarnings("NullAway.Init") // picocli sets the annotated fields
public final class Compare implements Callable<Integer> {
    private static final long MIB = 1 << 20;
    private static final long QUICK_BYTES = 64 * MIB;
    private static final int QUICK_ROUNDS = 3;
    private static final double QUICK_SECONDS = 0.1;
    private static final double QUICK_WARM_UP = 1;
    /**
     * The compiler, which shares two cores with what is measured, takes 3 to 4 s for the engine; longer where that needs both,
     * for several threads or for callbacks. It has no other time: who is not in turn is stopped.
     */
    private static final double WARM_UP = 10;

    @Option(
            names = "--quick",
            description = "Little work, a small file, few and short rounds: 64M, 3, 0.1, if they are not given. And"
                    + " little time to warm up: 1, which leaves our providers some tenths slower than they get.")
    boolean quick;

    @Option(names = "--size", paramLabel = "SIZE", converter = Sizes.class, description = "Of each file (512M).")
    @Nullable
    Long size;

    @Option(names = "--rounds", paramLabel = "N", description = "In which all systems take turns (5).")
    @Nullable
    Integer rounds;

    @Option(names = "--seconds", paramLabel = "S", description = "Of a system in a round (1).")
    @Nullable
    Double seconds;

    @Option(names = "--warm-up", paramLabel = "S", description = "Seconds of a system before the first round (10).")
    @Nullable
    Double warmUp;

    @Option(
            names = "--work",
            paramLabel = "NAME",
            split = ",",
            description =
                    "What to do, by names or their beginnings (all): read-4k-cached-d32, write, ... A wrong one gets the list.")
    List<String> workNames = List.of();

    @Option(
            names = "--systems",
            paramLabel = "NAME",
            split = ",",
            description = "Who does it (all there are): nio, jdk, fio-uring, ... A wrong one gets the list.")
    List<String> systemNames = List.of();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description =
                    "Also write compare.md, compare.csv and charts (SVG) there, after each work; it is made if it is missing.")
    @Nullable
    Path output;

    @Mixin
    Surroundings surroundings;

    @Spec
    CommandSpec command;

    /** Of the works that are done. */
    private @Nullable Results results;

    /** Runs the comparison. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new Compare())
                .setParameterExceptionHandler((wrong, all) -> {
                    String name = wrong.getCommandLine().getCommandName();
                    System.err.println(name + ": " + Errors.line(wrong) + " (see " + name + " --help)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (!(failure instanceof IOException)) {
                        throw failure;
                    }
                    System.err.println("aio: " + Errors.line(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        List<Work> works = works();
        List<IoSystem> systems = systems();
        long nanos = (long) (checked("--seconds", seconds(), 0.001, 3_600) * 1e9);
        checked("--warm-up", warmUp(), 0, 3_600);
        checked("--rounds", rounds(), 1, 1_000);
        checked("--size", size() / (double) MIB, 4, 1 << 20);
        Map<String, String> facts = new LinkedHashMap<>(Machine.facts(surroundings.folder()));
        facts.put("Taken", taken());
        if (output != null) {
            requireFolder(output);
        }
        try {
            run(works, systems, nanos, facts);
        } finally {
            if (results != null) {
                System.out.print(new Report(results).markdown());
            }
        }
        return CommandLine.ExitCode.OK;
    }

    /** Also writes what there is after each work: who ends it early has that. */
    private void run(List<Work> works, List<IoSystem> systems, long nanos, Map<String, String> facts)
            throws IOException {
        Comparison comparison = new Comparison(systems, rounds(), nanos, (long) (warmUp() * 1e9));
        List<Row> rows = new ArrayList<>();
        try (Progress progress =
                        new Progress(works.stream().mapToInt(comparison::turns).sum());
                PatternFile cached = new PatternFile(surroundings.folder(), size(), false);
                PatternFile direct = new PatternFile(surroundings.folder(), size(), true)) {
            int done = 0;
            for (Work work : works) {
                rows.addAll(comparison.run(work, work.direct() ? direct : cached, progress::step));
                requireNotEnding();
                done++;
                Results now = new Results(List.copyOf(rows), soFar(facts, done, works.size()));
                results = now;
                if (output != null) {
                    write(now, output);
                }
            }
        }
    }

    /**
     * Each JVM of a system is ended when this one is, as by Ctrl-C, which is no failure of the system.
     *
     * @throws InterruptedIOException if so
     */
    private static void requireNotEnding() throws InterruptedIOException {
        Thread hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            throw (InterruptedIOException) new InterruptedIOException("ended before all was measured").initCause(e);
        }
    }

    private static Map<String, String> soFar(Map<String, String> facts, int done, int works) {
        Map<String, String> all = new LinkedHashMap<>(facts);
        if (done < works) {
            all.put("Unfinished", done + " of " + works + " works");
        }
        all.put("Load average at the end", Machine.load());
        all.putAll(Report.LEGEND);
        return all;
    }

    /** Each file is whole at any time. */
    private static void write(Results results, Path folder) throws IOException {
        Path fresh = Files.createTempDirectory(folder, ".compare");
        try {
            Files.writeString(fresh.resolve("compare.md"), new Report(results).markdown());
            new Csv(results).write(fresh.resolve("compare.csv"));
            new Charts(results).write(fresh);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(fresh)) {
                for (Path file : files) {
                    Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } finally {
            removeFiles(fresh, "*");
            Files.delete(fresh);
        }
    }

    private static void removeFiles(Path folder, String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** Before all is measured, and not after. */
    private void requireFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw wrong("--output=" + folder + ": cannot be made a folder (" + Errors.line(e) + ")");
        }
        if (!Files.isWritable(folder)) {
            throw wrong("--output=" + folder + ": is no folder to write to");
        }
        // What is there of another run would stand beside this one's.
        removeFiles(folder, "compare.{md,csv}");
        removeFiles(folder, "read-4k-*.svg");
    }

    /** How the figures are taken. */
    String taken() {
        return rounds() + " rounds of " + seconds() + " s after " + warmUp() + " s to warm up, files of " + size() / MIB
                + " MiB";
    }

    private long size() {
        return size != null ? size : quick ? QUICK_BYTES : 512 * MIB;
    }

    private int rounds() {
        return rounds != null ? rounds : quick ? QUICK_ROUNDS : 5;
    }

    private double seconds() {
        return seconds != null ? seconds : quick ? QUICK_SECONDS : 1;
    }

    private double warmUp() {
        return warmUp != null ? warmUp : quick ? QUICK_WARM_UP : WARM_UP;
    }

    private double checked(String option, double value, double min, double max) {
        if (value >= min && value <= max) {
            return value;
        }
        throw wrong(option + "=" + value + ": must be " + min + " to " + max);
    }

    private List<Work> works() {
        try {
            return quick && workNames.isEmpty() ? Works.quick() : Works.startingWith(workNames);
        } catch (IllegalArgumentException e) {
            throw wrong("--work: " + e.getMessage());
        }
    }

    private List<IoSystem> systems() {
        Path folder = surroundings.folder();
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw wrong("--folder=" + folder + ": is no folder to write to");
        }
        try {
            return Systems.named(systemNames, folder);
        } catch (IllegalArgumentException e) {
            throw wrong("--systems: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
