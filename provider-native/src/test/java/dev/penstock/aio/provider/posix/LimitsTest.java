package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.system.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits and rights of a process: each has the errno that a program in C would see, and ends nothing else. */
@Timeout(120)
class LimitsTest {
    @TempDir
    Path folder;

    private Path file() throws Exception {
        return Files.write(folder.resolve("f"), new byte[8_192]);
    }

    /** glibc would queue a signal for each notification, and overwrite a good result if it cannot. */
    @Test
    void aWriteWithACallbackSucceedsAndIsToldWithoutPendingSignals() throws Exception {
        String output = Children.granted(ChildJvm.limited(folder, "-i 0"))
                .run(ChildMain.class, "callback", folder.resolve("f").toString());

        assertThat(output).contains("write=4096").contains("told=true");
        assertThat(folder.resolve("f")).hasSize(4_096);
    }

    @Test
    void theLimitOfFileSizeIsAShortCountAndThenEFBIG() throws Exception {
        String output = Children.granted(ChildJvm.limited(folder, "-f 8"))
                .run(ChildMain.class, "big", folder.resolve("f").toString());

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

        assertThat(output).contains("refused=EACCES").contains("provider=native");
    }

    @Test
    void theLimitOfDescriptorsIsEMFILEOfOpenAndHarmsNoOpenFile() throws Exception {
        String output = Children.granted(ChildJvm.limited(folder, "-n 64"))
                .run(ChildMain.class, "descriptors", file().toString());

        assertThat(output).contains("open=EMFILE(24)").contains("right=true").contains("again=4096");
    }

    @Test
    void withoutThreadsARequestIsEAGAINAfterAWhileAndTheEngineLivesOn() throws Exception {
        String output = Children.granted(ChildJvm.asNobodyWithoutThreads(folder))
                .run(ChildMain.class, "nothreads", writable(file()).toString());

        assertThat(output)
                .contains("before=4096")
                .contains("read=EAGAIN(11)")
                .contains("sync=EAGAIN(11)")
                .contains("other=EAGAIN(11)")
                .contains("size=8192");
        assertThat(number(output, "ms")).isBetween(1_000L, 20_000L);
    }

    @Test
    void withoutFurtherThreadsARequestWaitsForTheOneThereIs() throws Exception {
        String output = Children.granted(ChildJvm.asNobodyWithoutThreads(folder))
                .run(ChildMain.class, "onethread", writable(file()).toString());

        assertThat(output)
                .contains("before=4096")
                .contains("inTime=false")
                .contains("read=4096")
                .contains("sync=0")
                .contains("other=4096");
    }

    private static Path writable(Path path) throws Exception {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    private static long number(String output, String name) {
        return output.lines()
                .filter(line -> line.startsWith(name + "="))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
