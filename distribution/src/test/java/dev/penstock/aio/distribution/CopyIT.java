package dev.penstock.aio.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.distribution.Aio.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code aio copy} on files of every kind. */
class CopyIT {
    private static final Pattern COPIED = Pattern.compile(
            "copied bytes=(\\d+) seconds=\\d+\\.\\d{3} provider=([a-z]+) requests=(\\d+) sha256=([0-9a-f]{64})");
    private static final int MIB = 1 << 20;

    // In the build folder: it is on a disk, and the system's temp directory need not take direct transfers.
    @TempDir(factory = BuildFolder.class)
    Path folder;

    private Aio aio;
    private Path from;
    private Path to;

    @BeforeEach
    void prepare() throws Exception {
        aio = new Aio(folder);
        from = aio.currentDirectory().resolve("from");
        to = aio.currentDirectory().resolve("to");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        aio.leftNothing();
    }

    @Test
    void copiesAFileAndEndsWithALineForScripts() throws Exception {
        byte[] content = randomFile(5 * MIB + 321);

        Outcome outcome = aio.run("copy", "from", "to", "--sync", "--depth", "8", "--block", "64k");

        Matcher line = copied(outcome);
        assertThat(line.group(1)).isEqualTo(Integer.toString(content.length));
        assertThat(aio.run("providers").out()).containsPattern("(?m)^" + line.group(2) + " .*state=active ");
        assertThat(Integer.parseInt(line.group(3))).isGreaterThanOrEqualTo(2 * 81 + 1);
        assertThat(line.group(4)).isEqualTo(sha256(content));
        assertThat(outcome.err()).isEmpty();
        assertThat(to).hasBinaryContent(content);
    }

    @Test
    void theTargetGetsThePermissionsOfTheSource() throws Exception {
        randomFile(10);
        Files.setPosixFilePermissions(from, PosixFilePermissions.fromString("rw-------"));

        aio.run("copy", "from", "to").hasStatus(0);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "native", "uring"})
    void aProviderCanBeChosenByName(String provider) throws Exception {
        byte[] content = randomFile(100_000);

        Matcher line = copied(aio.run("copy", "from", "to", "--provider", provider));

        assertThat(line.group(2)).isEqualTo(provider);
        assertThat(to).hasBinaryContent(content);
    }

    @Test
    void directTransfersCopyATailThatIsNotAligned() throws Exception {
        byte[] content = randomFile(MIB + 1);

        Matcher line = copied(aio.run("copy", "from", "to", "--direct", "--block", "64k"));

        assertThat(line.group(4)).isEqualTo(sha256(content));
        assertThat(to).hasBinaryContent(content);
    }

    @Test
    void anEmptyFileIsCopied() throws Exception {
        byte[] content = randomFile(0);

        Matcher line = copied(aio.run("copy", "from", "to"));

        assertThat(line.group(1)).isEqualTo("0");
        assertThat(line.group(4)).isEqualTo(sha256(content));
        assertThat(to).isEmptyFile();
    }

    @Test
    void theHolesOfASparseFileAreCopiedAsZeros() throws Exception {
        long size = 96L * MIB + 5;
        try (RandomAccessFile file = new RandomAccessFile(from.toFile(), "rw")) {
            file.setLength(size);
            file.seek(64L * MIB);
            file.write(7);
        }

        Matcher line = copied(aio.run("copy", "from", "to"));

        assertThat(line.group(1)).isEqualTo(Long.toString(size));
        assertThat(to).hasSameBinaryContentAs(from);
    }

    @Test
    void anExistingTargetIsRefusedWithoutForceAndStaysAsItIs() throws Exception {
        randomFile(100);
        Files.writeString(to, "mine");

        Outcome outcome = aio.run("copy", "from", "to").failsInOneLine(1);

        assertThat(outcome.err()).contains("EEXIST (17)").contains("--force");
        assertThat(to).hasContent("mine");
    }

    @Test
    void withForceAnExistingTargetIsWrittenOverAndCut() throws Exception {
        byte[] content = randomFile(100_000);
        Files.write(to, new byte[300_000]);

        copied(aio.run("copy", "from", "to", "--force"));

        assertThat(to).hasBinaryContent(content);
    }

    @Test
    void theSameFileUnderAnotherNameIsRefusedAsTarget() throws Exception {
        byte[] content = randomFile(100_000);
        Files.createSymbolicLink(to, from);
        Files.createLink(aio.currentDirectory().resolve("hard"), from);

        for (String name : new String[] {"from", "to", "hard", "../cwd/from"}) {
            Outcome outcome = aio.run("copy", "from", name, "--force").failsInOneLine(1);
            assertThat(outcome.err()).contains("source and target are the same file");
        }

        assertThat(from).hasBinaryContent(content);
    }

    @Test
    void aMissingFileIsToldWithItsErrno() throws Exception {
        Outcome outcome = aio.run("copy", "from", "to").failsInOneLine(1);

        assertThat(outcome.err()).startsWith("aio: open path=from").contains("ENOENT (2)");
        assertThat(to).doesNotExist();
    }

    @Test
    void aDirectoryIsRefusedAsSourceAndAsTarget() throws Exception {
        randomFile(100);
        Files.createDirectory(to);

        assertThat(aio.run("copy", "to", "other").failsInOneLine(1).err()).contains("EISDIR (21)");
        assertThat(aio.run("copy", "from", "to").failsInOneLine(1).err()).contains("EISDIR (21)");
        assertThat(aio.run("copy", "from", "to", "--force").failsInOneLine(1).err())
                .contains("EISDIR (21)");
        assertThat(aio.currentDirectory().resolve("other")).doesNotExist();
    }

    @Test
    void aFileWithoutASizeOfItsOwnIsRefused() throws Exception {
        Outcome outcome = aio.run("copy", "/proc/self/status", "to").failsInOneLine(1);

        assertThat(outcome.err()).contains("has no fixed size");
        assertThat(to).doesNotExist();
    }

    private byte[] randomFile(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Files.write(from, content);
        return content;
    }

    private static Matcher copied(Outcome outcome) {
        outcome.hasStatus(0);
        Matcher line = COPIED.matcher(outcome.lastLine());
        assertThat(line.matches()).as(outcome.lastLine()).isTrue();
        return line;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
