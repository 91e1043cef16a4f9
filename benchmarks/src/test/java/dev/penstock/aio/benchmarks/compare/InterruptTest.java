package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C while systems are measured: one of them works, the other is stopped. */
@Timeout(120)
class InterruptTest {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    @Test
    void anInterruptLeavesNeitherFilesNorProcesses() throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Process compare = start(files, "--work=read-4k-cached-d32", "--systems=nio,jdk", "--seconds=100");
        try {
            await("both systems", () -> jvmsOf(compare).size() == 2);
            List<ProcessHandle> jvms = jvmsOf(compare);
            assertThat(files).isNotEmptyDirectory();

            interrupt(compare);

            await("the end of both", () -> jvms.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(files).isEmptyDirectory();
        } finally {
            compare.descendants().forEach(ProcessHandle::destroyForcibly);
            compare.destroyForcibly();
        }
    }

    @Test
    void anInterruptLosesNoWorkThatWasDone() throws Exception {
        Path table = folder.resolve("compare.md");
        Process compare = start(
                Files.createDirectory(folder.resolve("files")),
                "--work=read-4k-cached",
                "--systems=nio",
                "--seconds=1",
                "--rounds=1",
                "--output=" + folder);
        try {
            await("the first work", () -> Files.exists(table) && Files.exists(folder.resolve("compare.csv")));

            interrupt(compare);

            assertThat(table)
                    .content()
                    .contains("| read-4k-cached-d1 | nio ")
                    .containsPattern("- Unfinished: [1-8] of 9 works");
            assertThat(folder.resolve("compare.csv")).content().contains("read-4k-cached-d1,");
        } finally {
            compare.descendants().forEach(ProcessHandle::destroyForcibly);
            compare.destroyForcibly();
        }
    }

    private static void interrupt(Process compare) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -INT " + compare.pid())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(compare.waitFor(LIMIT_NS, TimeUnit.NANOSECONDS)).isTrue();
        assertThat(compare.exitValue()).isEqualTo(128 + 2);
    }

    private Process start(Path files, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                // The shell that runs the test may have it ignored.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Compare.class.getName(),
                "--warm-up=0.01",
                "--size=4M",
                "--folder=" + files));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private static List<ProcessHandle> jvmsOf(Process compare) {
        return compare.children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .toList();
    }

    private static void await(String what, BooleanSupplier condition) {
        long sinceNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - sinceNs).as(what).isLessThan(LIMIT_NS);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
