package dev.penstock.aio.provider.posix;

import dev.penstock.aio.tck.system.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/** A child that strace watches: all calls that move bytes of one file, or sync it; some of them tampered with. */
final class Trace {
    private static final List<String> CALLS = List.of(
            "read",
            "write",
            "readv",
            "writev",
            "pread64",
            "pwrite64",
            "preadv",
            "pwritev",
            "preadv2",
            "pwritev2",
            "fsync",
            "fdatasync",
            "mmap");

    private final Path folder;
    private final Path file;
    private final Path log;
    private final List<String> words = new ArrayList<>();

    Trace(Path folder, Path file) {
        this.folder = folder;
        this.file = file;
        this.log = folder.resolve("trace");
        words.addAll(List.of("strace", "-f", "-qq", "-o", log.toString(), "-P", file.toString(), "-e"));
        words.add("trace=" + String.join(",", CALLS));
    }

    /** Tampers with a call, as in {@code pread64:error=EIO:when=3}; each thread is counted by itself. */
    Trace inject(String what) {
        words.addAll(List.of("-e", "inject=" + what));
        return this;
    }

    /** Runs a scenario of a main class with the file. */
    String run(Class<?> main, String scenario, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(scenario, file.toString()));
        all.addAll(List.of(arguments));
        return Children.granted(ChildJvm.under(folder, words)).run(main, all.toArray(String[]::new));
    }

    /** What strace said of the calls that ended, each begins with the number of its thread. */
    Stream<String> lines() throws IOException {
        return Files.readAllLines(log).stream().filter(line -> line.contains(" = "));
    }

    /** Returns the calls of a function that ended. */
    List<String> calls(String function) throws IOException {
        return lines().filter(line -> line.contains(function + "(") || line.contains("<... " + function + " resumed>"))
                .toList();
    }

    /** Returns the bytes that a function moved in some threads. */
    long bytes(String function, LongPredicate tids) throws IOException {
        return calls(function).stream()
                .filter(line -> tids.test(tid(line)))
                .mapToLong(Trace::result)
                .sum();
    }

    static long tid(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    private static long result(String line) {
        String result = line.substring(line.lastIndexOf(" = ") + 3);
        int end = result.indexOf(' ');
        return Long.parseLong(end < 0 ? result : result.substring(0, end));
    }
}
