package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of the very calls that a ring is driven by, put there by strace. A missing strace is a failure. */
@Tag("strace")
@Timeout(120)
class TracedTest {
    @TempDir
    Path folder;

    private String run(String... injected) throws Exception {
        Needs.command("strace");
        Path file = Files.write(folder.resolve("f"), new byte[8_192]);
        List<String> words = new ArrayList<>(List.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                folder.resolve("trace").toString(),
                "-e",
                "trace=io_uring_setup,io_uring_enter,io_uring_register,preadv2,pwrite64"));
        for (String each : injected) {
            words.addAll(List.of("-e", "inject=" + each));
        }
        return Children.granted(ChildJvm.under(folder, words)).run(ChildMain.class, "traced", file.toString());
    }

    /** The lines that tell what these calls returned; a call that another thread's came in between has two lines. */
    private List<String> returned(String call) throws Exception {
        try (var lines = Files.lines(folder.resolve("trace"))) {
            return lines.filter(line -> line.contains(call) && !line.contains("<unfinished"))
                    .toList();
        }
    }

    private long injections() throws Exception {
        try (var lines = Files.lines(folder.resolve("trace"))) {
            return lines.filter(line -> line.contains("INJECTED")).count();
        }
    }

    /**
     * EINTR: a signal came. EAGAIN: no memory. EBUSY: too much is to be collected. None of them loses an entry; neither where
     * the call that is made to learn why succeeds, nor where all fail for a time.
     */
    @ParameterizedTest
    @CsvSource({"EINTR,5+3", "EAGAIN,5+3", "EBUSY,5+3", "EINTR,5..400", "EAGAIN,5..400", "EBUSY,5..400"})
    void anEnterThatFailsLosesNothing(String errno, String when) throws Exception {
        assertThat(run("io_uring_enter:error=" + errno + ":when=" + when, "preadv2:error=EOPNOTSUPP"))
                .contains("right=401");

        assertThat(injections()).isGreaterThan(50);
    }

    /** The page cache has nothing of it, now and then: the ring reads it. */
    @Test
    void aReadThatThePageCacheDoesNotServeGoesThroughTheRing() throws Exception {
        assertThat(run("preadv2:error=EAGAIN:when=1+2")).contains("right=401");

        assertThat(injections()).isGreaterThan(50);
    }

    @Test
    void aFileSystemThatCannotTellWhatIsCachedIsAskedOnce() throws Exception {
        assertThat(run("preadv2:error=EOPNOTSUPP")).contains("right=401");

        assertThat(injections()).isEqualTo(1);
    }

    /** How many of the 200 writes their waiter gets at before the keeper starts them is a matter of their pace. */
    @Test
    void aWriteThatItsWaiterCannotDoNowGoesThroughTheRing() throws Exception {
        assertThat(run("pwrite64:error=EAGAIN")).contains("right=401");

        assertThat(returned("pwrite64")).isNotEmpty().allMatch(line -> line.contains("EAGAIN"));
    }

    /** It may have written something, and a device tells of an error once: so it is not tried again. */
    @Test
    void aWriteThatFailsForItsWaiterHasFailed() throws Exception {
        assertThat(run("pwrite64:error=EIO:when=1")).contains("right=400");

        assertThat(injections()).isEqualTo(1);
    }

    /** The others bind a ring to one thread, or have completions come late if that one computes. */
    @Test
    void aRingHasNoFlagButTheSizeOfItsCompletionQueue() throws Exception {
        run();

        try (var lines = Files.lines(folder.resolve("trace"))) {
            assertThat(lines.filter(line -> line.contains("io_uring_setup") && line.contains("flags=")))
                    .hasSizeGreaterThan(1)
                    .allMatch(line -> line.contains("{flags=IORING_SETUP_CQSIZE,"), "no other flag");
        }
    }

    /** By then the kernel has been asked for each of the operations. */
    @Test
    void aCancelThatIsRefusedMakesTheProviderUnavailable() {
        assertThat(catchThrowable(() -> run("io_uring_register:error=EPERM:when=5+")))
                .hasMessageContaining("a cancel by io_uring_register: EPERM (1)");
    }

    @Test
    void aRingThatIsRefusedAfterTheProbeIsTheReasonOfTheRefusal() {
        assertThat(catchThrowable(() -> run("io_uring_setup:error=ENOMEM:when=2+")))
                .hasMessageContaining("io_uring_setup: ENOMEM (12)");
    }
}
