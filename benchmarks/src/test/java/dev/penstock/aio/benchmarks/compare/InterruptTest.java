package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Process compare = start(files);
        try {
            await("both systems", () -> jvmsOf(compare).size() == 2);
            List<ProcessHandle> jvms = jvmsOf(compare);
            assertThat(files).isNotEmptyDirectory();

            new ProcessBuilder("sh", "-c", "kill -INT " + compare.pid())
                    .inheritIO()
                    .start()
                    .waitFor();

            assertThat(compare.waitFor(LIMIT_NS, TimeUnit.NANOSECONDS)).isTrue();
            assertThat(compare.exitValue()).isEqualTo(128 + 2);
            await("the end of both", () -> jvms.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(files).isEmptyDirectory();
        } finally {
            compare.descendants().forEach(ProcessHandle::destroyForcibly);
            compare.destroyForcibly();
        }
    }

    private Process start(Path files) throws IOException {
        return new ProcessBuilder(List.of(
                        // The shell that runs the test may have it ignored.
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Compare.class.getName(),
                        "--work=read-4k-cached-d32",
                        "--systems=nio,jdk",
                        "--seconds=100",
                        "--warm-up=0.01",
                        "--size=4M",
                        "--folder=" + files))
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
