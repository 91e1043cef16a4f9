package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits and rights of a process: each has the errno that a program in C would see, or none, and ends nothing else. */
@Timeout(120)
class LimitsTest {
    @TempDir
    Path folder;

    private Path file() throws Exception {
        Path file = Files.write(folder.resolve("f"), new byte[8_192]);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    /** By a waiter; and by the ring, whose short count is looked into by a call. */
    @ParameterizedTest
    @ValueSource(strings = {"big", "big-dsync"})
    void theLimitOfFileSizeIsAShortCountAndThenEFBIG(String scenario) throws Exception {
        String output = Children.granted(ChildJvm.limited(folder, "-f 8"))
                .run(ChildMain.class, scenario, folder.resolve("f").toString());

        assertThat(output)
                .contains("first=8192")
                .contains("second=EFBIG(27)")
                .contains("fully=8192 EFBIG")
                .contains("read=4096");
    }

    @Test
    void aFileThatMayNotBeReadIsEACCES() throws Exception {
        Path secret = Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("---------"));

        String output = Children.granted(ChildJvm.asNobody(folder)).run(ChildMain.class, "open", secret.toString());

        assertThat(output).contains("refused=EACCES").contains("uring=ACTIVE");
    }

    @Test
    void theLimitOfDescriptorsIsEMFILEOfOpenAndHarmsNoOpenFile() throws Exception {
        String output = Children.granted(ChildJvm.limited(folder, "-n 64"))
                .run(ChildMain.class, "descriptors", file().toString());

        assertThat(output).contains("open=EMFILE(24)").contains("right=true").contains("again=4096");
        // Where there are registered files, 64 are too few for their table.
        assertThat(output.contains("files are used unregistered")).isEqualTo(FixedFilesTest.areThere());
    }

    /** The kernel hands such transfers back with ECANCELED, which nobody asked for. */
    @Test
    void withoutWorkerThreadsEverythingIsCarriedOutNevertheless() throws Exception {
        String output = Children.granted(ChildJvm.asNobodyWithoutThreads(folder))
                .run(ChildMain.class, "nothreads", file().toString());

        assertThat(output)
                .contains("read=4096")
                .contains("write=4096")
                .contains("\nsync=0")
                .contains("dataSync=0")
                .contains("append=100")
                .contains("appendSync=0")
                .contains("syncedWrite=4096")
                .contains("syncedAppend=100")
                .contains("length=8392");
    }

    /** Root has no such limit. */
    @Test
    void memoryThatMayNotBeLockedIsUsedUnregisteredAndThatIsSaid() throws Exception {
        Needs.command("bash");
        List<String> words = new ArrayList<>();
        if (Needs.isRoot()) {
            Needs.command("setpriv");
            words.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        words.addAll(List.of("bash", "-c", "ulimit -l 512 || exit; exec \"$@\"", "bash"));

        String output =
                Children.granted(ChildJvm.under(folder, words)).run(ChildMain.class, "lease", file().toString());

        assertThat(output).contains("read=4096").contains("used unregistered").contains("ENOMEM (12)");
    }
}
