package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkedRunTest {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long TURN_NS = 1_000_000;

    @TempDir
    Path folder;

    private final Work work = Works.named("read-4k-cached-d32");

    @Test
    void itsJvmIsStoppedWhileOthersAreInTurn() throws Exception {
        try (PatternFile file = filled()) {
            Set<ProcessHandle> before = children();
            try (Run run = new ForkedSystem(new JavaSystem("nio")).start(work, file)) {
                ProcessHandle jvm = newcomer(before);
                awaitStopped(jvm);

                assertThat(run.measure(TURN_NS).requests()).isPositive();

                awaitStopped(jvm);
            }
            assertThat(children()).isEqualTo(before);
        }
    }

    @Test
    void aJvmThatEndsIsToldWithItsStatus() throws Exception {
        try (PatternFile file = filled()) {
            Set<ProcessHandle> before = children();
            Run run = new ForkedSystem(new JavaSystem("nio")).start(work, file);

            newcomer(before).destroyForcibly();

            assertThatThrownBy(() -> run.measure(TURN_NS))
                    .isInstanceOf(IOException.class)
                    .hasMessage("its JVM ended with status 137");
            assertThatThrownBy(run::close).isInstanceOf(IOException.class);
        }
    }

    /** It is stopped while it measures, and nobody lets it go on. */
    @Test
    void aJvmThatHangsIsToldAndEnded() throws Exception {
        try (PatternFile file = filled()) {
            Set<ProcessHandle> before = children();
            ForkedRun run = new ForkedRun("nio", work, file.path(), file.bytes());
            run.patience(1);
            ProcessHandle jvm = newcomer(before);
            awaitStopped(jvm);
            FutureTask<Sample> measuring = new FutureTask<>(() -> run.measure(3_000 * TURN_NS));
            new Thread(measuring, "test-measuring").start();
            await("it goes on", () -> !state(jvm).equals("T"));

            assertThat(new ProcessBuilder("sh", "-c", "kill -STOP " + jvm.pid())
                            .start()
                            .waitFor())
                    .isZero();

            assertThatThrownBy(measuring::get).cause().hasMessage("hangs: no answer after 1 s");
            assertThatThrownBy(run::close).hasMessage("its JVM ended with status 137");
            assertThat(children()).isEqualTo(before);
        }
    }

    private PatternFile filled() throws IOException {
        PatternFile file = new PatternFile(folder, 4 << 20, false);
        file.fill(work.blockBytes());
        return file;
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .collect(Collectors.toSet());
    }

    private static ProcessHandle newcomer(Set<ProcessHandle> before) {
        List<ProcessHandle> all =
                children().stream().filter(child -> !before.contains(child)).toList();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    /** The kernel stops each of its threads at the next occasion. */
    private static void awaitStopped(ProcessHandle jvm) throws Exception {
        await("it stops", () -> state(jvm).equals("T"));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long sinceNs = System.nanoTime();
        while (!condition.call()) {
            assertThat(System.nanoTime() - sinceNs).as("ns until %s", what).isLessThan(LIMIT_NS);
            LockSupport.parkNanos(TURN_NS);
        }
    }

    /** Behind the name of the program, which is in parentheses. */
    private static String state(ProcessHandle process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", 2)[0];
    }
}
