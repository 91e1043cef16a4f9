package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the environment does to a copy: no space, much space, limits, permissions, locale, temp directory. */
class EnvironmentIT {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private final List<Path> mounted = new ArrayList<>();
    private Aio aio;
    private Path from;

    @BeforeEach
    void prepare() throws Exception {
        aio = new Aio(folder);
        from = aio.currentDirectory().resolve("from");
        byte[] content = new byte[6 * MIB];
        new Random(1).nextBytes(content);
        Files.write(from, content);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            aio.leftNothing();
        } finally {
            for (Path each : mounted) {
                assertThat(status("umount", each.toString())).as("umount").isZero();
            }
        }
    }

    /** Returns a file system in memory, which is unmounted after the test; without it the test is not run. */
    private Path tmpfs(String name, String options) throws Exception {
        Path point = Files.createDirectory(folder.resolve(name));
        assumeTrue(
                status("mount", "-t", "tmpfs", "-o", options, "tmpfs", point.toString()) == 0,
                "not run: this user may not mount a tmpfs");
        mounted.add(point);
        return point;
    }

    @Test
    void noSpaceIsToldWithFileAndOffsetAndTheNewTargetIsRemoved() throws Exception {
        Path small = tmpfs("small", "size=2m");

        Outcome outcome = aio.run("copy", "from", small.resolve("to").toString());

        outcome.failsInOneLine(1);
        assertThat(outcome.err())
                .matches("aio: write file=\\S+/small/to offset=\\d+ length=\\d+.*: ENOSPC \\(28\\).*\\n");
        assertThat(small).isEmptyDirectory();
    }

    /** In memory: on a disk it takes a minute. */
    @Test
    void aSparseFileOfFiveGibibytesIsCopiedToItsLastByte() throws Exception {
        long size = 5L * 1024 * MIB + 5;
        assumeTrue(availableBytes() > 8L * 1024 * MIB, "not run: less than 8 GiB of memory are available");
        Path large = tmpfs("large", "size=6g");
        long[] places = {2048L * MIB, 4096L * MIB, size - 1}; // where counts of 32 bits end, and the file
        try (RandomAccessFile file = new RandomAccessFile(large.resolve("from").toFile(), "rw")) {
            file.setLength(size);
            for (long place : places) {
                file.seek(place);
                file.write(7);
            }
        }

        Outcome outcome = aio.run(
                "copy", large.resolve("from").toString(), large.resolve("to").toString(), "--block", "1M");

        assertThat(outcome.hasStatus(0).lastLine()).startsWith("copied bytes=" + size + " ");
        try (RandomAccessFile file = new RandomAccessFile(large.resolve("to").toFile(), "r")) {
            assertThat(file.length()).isEqualTo(size);
            for (long place : places) {
                file.seek(place - 1);
                assertThat(new int[] {file.read(), file.read(), file.read()})
                        .as("around offset=%d", place)
                        .containsExactly(0, 7, place == size - 1 ? -1 : 0);
            }
        }
    }

    private static long availableBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    @Test
    void aLimitOnFileSizesIsToldWithFileAndOffset() throws Exception {
        List<String> limited = List.of("bash", "-c", "ulimit -f 2048; exec \"$0\" \"$@\"");

        Outcome outcome = aio.runIn(limited, "", "copy", "from", "to").failsInOneLine(1);

        assertThat(outcome.err()).matches("aio: write file=to offset=\\d+ length=\\d+.*: EFBIG \\(27\\).*\\n");
        assertThat(aio.currentDirectory().resolve("to")).doesNotExist();
    }

    @Test
    void aSourceThatMayNotBeReadIsToldWithItsErrno() throws Exception {
        Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("---------"));

        Outcome outcome = asOrdinaryUser("copy", "from", "to");

        outcome.failsInOneLine(1);
        assertThat(outcome.err()).startsWith("aio: open path=from").contains("EACCES (13)");
        assertThat(aio.currentDirectory().resolve("to")).doesNotExist();
    }

    @Test
    void filesOfAnyNameAreCopiedInTheLocaleC() throws Exception {
        // Written by the shell, for the Java of this test may be in that locale itself.
        List<String> inC = List.of(
                "env",
                "LC_ALL=C",
                "bash",
                "-c",
                "cp from $'\\303\\244 \\303\\266' && exec \"$0\" copy $'\\303\\244 \\303\\266' $'\\342\\202\\254'");

        aio.runIn(inC, "").hasStatus(0);

        assertThat(status("cmp", from.toString(), aio.currentDirectory() + "/from"))
                .isZero();
        assertThat(status(
                        "bash",
                        "-c",
                        "cmp \"$0\"/from \"$0\"/$'\\342\\202\\254'",
                        aio.currentDirectory().toString()))
                .isZero();
    }

    @Test
    void aFailureToOpenNamesTheFileAsItWasGivenInTheLocaleC() throws Exception {
        List<String> inC = List.of("env", "LC_ALL=C", "bash", "-c", "exec \"$0\" copy $'\\303\\244' to");

        assertThat(aio.runIn(inC, "").failsInOneLine(1).err()).startsWith("aio: open path=\u00e4 ");
    }

    @Test
    void aTempDirectoryThatCannotBeUsedIsToldWithItsReason() throws Exception {
        Path missing = folder.resolve("missing");

        Outcome outcome = aio.runIn(List.of("env", "TMPDIR=" + missing), "", "providers");

        assertThat(outcome.failsInOneLine(1).err()).isEqualTo("aio: TMPDIR=" + missing + ": there is no such folder\n");
    }

    @Test
    void aTempDirectoryThatIsFullIsToldWithItsReason() throws Exception {
        Path full = tmpfs("full", "nr_inodes=1");

        Outcome outcome = aio.runIn(List.of("env", "TMPDIR=" + full), "", "providers");

        assertThat(outcome.failsInOneLine(1).err())
                .startsWith("aio: the framework did not start: TMPDIR=" + full + " cannot be used: ")
                .contains("No space left on device");
    }

    @Test
    void theComparisonTellsOfAJavaThatIsTooOldForIt() throws Exception {
        Path old = Files.createDirectories(folder.resolve("old"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.createDirectory(old.resolve("bin"));
        Files.createSymbolicLink(old.resolve("bin/java"), Path.of("/bin/true"));

        Outcome outcome = aio.runIn(List.of("env", "AIO_JAVA_HOME=" + old), "", "compare");

        assertThat(outcome.failsInOneLine(1).err()).startsWith("aio: there is no Java 22 or newer here");
    }

    /** Root may read everything: it runs the command as nobody, on a copy of the distribution that nobody can reach. */
    private Outcome asOrdinaryUser(String... arguments) throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            return aio.run(arguments);
        }
        Path script = Path.of(System.getProperty("basedir", "."), "..", "aio").toRealPath();
        Path copy = folder.resolve("copy");
        copyTree(script, copy.resolve("aio"));
        String home = "distribution/target/penstock";
        copyTree(script.resolveSibling(home), copy.resolve(home));
        assertThat(status(
                        "chmod",
                        "-R",
                        "a+rwX",
                        copy.toString(),
                        aio.tempDirectory().toString()))
                .isZero();
        assertThat(status(
                        "chmod",
                        "a+rwx",
                        folder.toString(),
                        aio.currentDirectory().toString()))
                .isZero();
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        return new Aio(folder, copy.resolve("aio")).runIn(nobody, "", arguments);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static int status(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("%s ends", command[0])
                .isTrue();
        return process.exitValue();
    }
}
