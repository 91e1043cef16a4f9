package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Errors of the very calls that glibc makes, put there by strace: each is told with the errno that a program in C would
 * see. A missing strace is a failure. strace counts the calls of each thread by itself, and one thread of glibc works
 * through a list of one descriptor.
 */
@Tag("strace")
@Timeout(120)
class TracedTest {
    @TempDir
    Path folder;

    private Path file;
    private Trace trace;

    @BeforeEach
    void write() throws IOException {
        file = Files.write(folder.resolve("f"), new byte[5 * 4_096]);
        trace = new Trace(folder, file);
    }

    private String run(String scenario, String... arguments) throws Exception {
        return trace.run(ChildMain.class, scenario, arguments);
    }

    private static long number(String output, String name) {
        return output.lines()
                .filter(line -> line.startsWith(name + "="))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void allBytesAreMovedByCallsOfThreadsThatAreNotJavas() throws Exception {
        WhoMovesTheBytesTest.assertMovedByTheCalls(folder);
    }

    @Test
    void aReadThatFailsIsEIOAndHarmsNoOther() throws Exception {
        trace.inject("pread64:error=EIO:when=3");

        assertThat(run("reads", "5"))
                .contains("list=4096 4096 EIO(5) 4096 4096\n")
                .contains("then=4096");

        assertThat(trace.calls("pread64"))
                .filteredOn(call -> call.contains("INJECTED"))
                .hasSize(1);
    }

    @Test
    void aWriteThatFailsIsENOSPCAndHarmsNoOther() throws Exception {
        trace.inject("pwrite64:error=ENOSPC:when=2");

        assertThat(run("writes", "5"))
                .contains("list=4096 ENOSPC(28) 4096 4096 4096\n")
                .contains("then=4096");

        assertThat(trace.calls("pwrite64"))
                .filteredOn(call -> call.contains("INJECTED"))
                .hasSize(1);
    }

    @Test
    void writeFullyGoesOnAfterAShortWrite() throws Exception {
        trace.inject("pwrite64:retval=1000:when=1");

        assertThat(run("fully")).contains("fully=4096");

        List<String> calls = trace.calls("pwrite64");
        assertThat(calls.get(0)).contains(", 4096, 0) = 1000 (INJECTED)");
        assertThat(calls.get(1)).contains(", 3096, 1000)");
    }

    @Test
    void aSlowWriteHoldsUpNoRead() throws Exception {
        trace.inject("pwrite64:delay_enter=2s:when=1");

        String output = run("slow");

        assertThat(output).contains("slow=4096");
        assertThat(number(output, "ms")).isGreaterThanOrEqualTo(200);
        assertThat(number(output, "reads")).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"FULL, fsync", "DATA, fdatasync"})
    void aSyncThatFailsOncePoisonsTheFileAndIsNotAskedAgain(SyncMode mode, String function) throws Exception {
        trace.inject(function + ":error=EIO:when=1");

        assertThat(run("sync", mode.name()))
                .contains("write=4096")
                .contains("\nsync=EIO(5)")
                .contains("poisoned=true")
                .contains("laterSync=EIO(5)")
                .contains("laterWrite=EIO(5)")
                .contains("read=4096");

        assertThat(trace.calls(function)).hasSize(1);
        assertThat(trace.calls("pwrite64")).hasSize(1);
    }

    @Test
    void aSlowSyncHoldsUpNoRead() throws Exception {
        trace.inject("fsync:delay_enter=2s:when=1");

        String output = run("slowsync");

        assertThat(output).contains("slow=0");
        assertThat(number(output, "ms")).isGreaterThanOrEqualTo(200);
        assertThat(number(output, "reads")).isPositive();
    }

    @Test
    void aThreadThatIsRefusedIsEAGAINAfterAWhileAndAllGoesOnWhenThereAreThreadsAgain() throws Exception {
        FutureTask<String> child = new FutureTask<>(
                () -> Children.granted(ChildJvm.in(folder)).run(ChildMain.class, "refused", file.toString()));
        Thread running = new Thread(child, "test-child");
        running.start();
        awaitFile(ChildJvm.READY, child);
        long pid = Long.parseLong(Files.readString(folder.resolve(ChildJvm.READY)));
        Path log = folder.resolve("trace");
        Process strace = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-p",
                        Long.toString(pid),
                        "-o",
                        log.toString(),
                        "-e",
                        "trace=clone3,clone",
                        "-e",
                        "inject=clone3,clone:error=EAGAIN")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("strace.out").toFile())
                .start();
        try {
            Bounded.await("strace is attached", () -> isAttached());
            Files.createFile(folder.resolve(ChildJvm.GO));
            awaitFile(ChildJvm.READY + "2", child);
        } finally {
            // It lets go of the child.
            strace.destroy();
            assertThat(strace.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        Files.createFile(folder.resolve(ChildJvm.GO + "2"));

        assertThat(Bounded.get(child)).contains("refused=EAGAIN(11)").contains("again=4096");

        assertThat(Files.readString(log)).contains("EAGAIN").contains("INJECTED");
        Bounded.join(running);
    }

    /** It tells how many threads it follows. */
    private boolean isAttached() {
        try {
            return Files.readString(folder.resolve("strace.out")).contains("attached with");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitFile(String name, FutureTask<String> child) {
        Bounded.await(name, () -> Files.exists(folder.resolve(name)) || child.isDone());
        if (!Files.exists(folder.resolve(name))) {
            throw new AssertionError("the child has ended: " + Bounded.get(child));
        }
    }
}
