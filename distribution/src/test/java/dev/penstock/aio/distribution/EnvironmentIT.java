package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the environment does to a copy: no space, a limit on file sizes, no permission. */
class EnvironmentIT {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

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
        aio.leftNothing();
    }

    @Test
    void noSpaceIsToldWithFileAndOffsetAndTheNewTargetIsRemoved() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeTrue(
                status("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString()) == 0,
                "not run: this user may not mount a small tmpfs");
        try {
            Outcome outcome = aio.run("copy", "from", small.resolve("to").toString());

            outcome.failsInOneLine(1);
            assertThat(outcome.err())
                    .matches("aio: write file=\\S+/small/to offset=\\d+ length=\\d+.*: ENOSPC \\(28\\).*\\n");
            assertThat(small).isEmptyDirectory();
        } finally {
            assertThat(status("umount", small.toString())).as("umount").isZero();
        }
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
        assertThat(process.waitFor(10, TimeUnit.SECONDS))
                .as("%s ends", command[0])
                .isTrue();
        return process.exitValue();
    }
}
