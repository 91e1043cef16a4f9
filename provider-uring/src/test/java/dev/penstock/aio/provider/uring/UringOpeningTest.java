package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UringOpeningTest {
    private static final int O_SYNC_ALONE = 04000000;

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(folder.resolve("f"), "0123456789");
    }

    private static UringFile open(TestSpec spec) throws AioException {
        return new UringOpening(spec).open();
    }

    private static Errno refusal(TestSpec spec) {
        return catchThrowableOfType(AioException.class, () -> open(spec).close())
                .errno();
    }

    private int flags(OpenOption... options) throws IOException {
        UringFile file = open(new TestSpec(path, options));
        int flags = flags(file);
        file.close();
        return flags;
    }

    private static int flags(UringFile file) throws IOException {
        String info = Files.readString(Path.of("/proc/self/fdinfo/" + file.fd()));
        String flags = info.lines()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        // O_LARGEFILE is the kernel's own addition.
        return Integer.parseInt(flags.substring("flags:".length()).trim(), 8) & ~0100000;
    }

    @Test
    void everyOptionIsItsFlagAndNoChildInheritsADescriptor() throws IOException {
        assertThat(flags(READ)).isEqualTo(Abi.O_RDONLY | Abi.O_CLOEXEC);
        assertThat(flags(WRITE)).isEqualTo(Abi.O_WRONLY | Abi.O_CLOEXEC);
        assertThat(flags(READ, WRITE)).isEqualTo(Abi.O_RDWR | Abi.O_CLOEXEC);
        assertThat(flags(APPEND)).isEqualTo(Abi.O_WRONLY | Abi.O_APPEND | Abi.O_CLOEXEC);
        assertThat(flags(READ, APPEND)).isEqualTo(Abi.O_RDWR | Abi.O_APPEND | Abi.O_CLOEXEC);
        assertThat(flags(WRITE, DSYNC)).isEqualTo(Abi.O_WRONLY | Abi.O_DSYNC | Abi.O_CLOEXEC);
        assertThat(flags(WRITE, SYNC)).isEqualTo(Abi.O_WRONLY | Abi.O_DSYNC | O_SYNC_ALONE | Abi.O_CLOEXEC);
        assertThat(flags(READ, FileOption.DIRECT)).isEqualTo(Abi.O_DIRECT | Abi.O_CLOEXEC);
        assertThat(flags(READ, LinkOption.NOFOLLOW_LINKS)).isEqualTo(Abi.O_NOFOLLOW | Abi.O_CLOEXEC);
    }

    private static UringFile takeOver(TestSpec spec, int descriptor) throws AioException {
        return new UringOpening(spec).takeOver(descriptor);
    }

    @Test
    void aDescriptorInTheRightModeIsTakenOverByADuplicateThatNoChildInherits() throws IOException {
        UringFile first = open(new TestSpec(path, READ, WRITE));
        Files.delete(path);
        Files.writeString(path, "another");

        UringFile second = takeOver(new TestSpec(path, READ, WRITE), first.descriptor());
        first.close();

        assertThat(second.size()).isEqualTo(10);
        assertThat(flags(second)).isEqualTo(Abi.O_RDWR | Abi.O_CLOEXEC);
        second.close();
    }

    /** A duplicate shares its flags with the original: both are one open file. */
    @Test
    void aDescriptorInAnotherModeIsTakenOverByOpeningWhatItHasOpen() throws IOException {
        UringFile first = open(new TestSpec(path, READ));
        Files.delete(path);

        UringFile second = takeOver(new TestSpec(path, READ, APPEND, LinkOption.NOFOLLOW_LINKS), first.descriptor());
        first.close();

        assertThat(second.size()).isEqualTo(10);
        assertThat(second.isAppend()).isTrue();
        assertThat(flags(second)).isEqualTo(Abi.O_RDWR | Abi.O_APPEND | Abi.O_CLOEXEC);
        second.close();
    }

    @Test
    void aTakeOverNeitherCreatesNorTruncatesNorNeedsThatTheFileIsNew() throws IOException {
        UringFile first = open(new TestSpec(path, READ));

        UringFile second = takeOver(new TestSpec(path, READ, WRITE, CREATE_NEW, TRUNCATE_EXISTING), first.fd());

        assertThat(second.size()).isEqualTo(10);
        first.close();
        second.close();
    }

    @Test
    void aDescriptorThatIsNotOpenIsEBADF() {
        AioException refusal =
                catchThrowableOfType(AioException.class, () -> takeOver(new TestSpec(path, READ), Integer.MAX_VALUE));

        assertThat(refusal.errno()).isEqualTo(Errno.EBADF);
    }

    @Test
    void createAndTruncateDoWhatTheySay() throws IOException {
        open(new TestSpec(folder.resolve("new"), WRITE, CREATE_NEW)).close();
        open(new TestSpec(folder.resolve("other"), READ, APPEND, CREATE)).close();
        open(new TestSpec(path, READ, WRITE, TRUNCATE_EXISTING)).close();

        assertThat(folder.resolve("new")).isEmptyFile();
        assertThat(folder.resolve("other")).isEmptyFile();
        assertThat(path).isEmptyFile();
    }

    @Test
    void errorsOfOpenHaveTheirNames() throws IOException {
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);

        assertThat(refusal(new TestSpec(folder.resolve("missing"), READ))).isEqualTo(Errno.ENOENT);
        assertThat(refusal(new TestSpec(folder, WRITE))).isEqualTo(Errno.EISDIR);
        assertThat(refusal(new TestSpec(folder, READ))).isEqualTo(Errno.EISDIR);
        assertThat(refusal(new TestSpec(path, WRITE, CREATE_NEW))).isEqualTo(Errno.EEXIST);
        assertThat(refusal(new TestSpec(path.resolve("below"), READ))).isEqualTo(Errno.ENOTDIR);
        assertThat(refusal(new TestSpec(folder.resolve("n".repeat(300)), READ))).isEqualTo(Errno.ENAMETOOLONG);
        assertThat(refusal(new TestSpec(loop, READ))).isEqualTo(Errno.ELOOP);
        assertThat(refusal(new TestSpec(link, READ, LinkOption.NOFOLLOW_LINKS))).isEqualTo(Errno.ELOOP);
        assertThat(refusal(new TestSpec(Path.of("/dev/null"), READ, WRITE))).isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void aRefusalNamesTheFile() {
        AioException refusal =
                catchThrowableOfType(AioException.class, () -> open(new TestSpec(folder.resolve("missing"), READ)));

        assertThat(refusal).hasMessage("open path=" + folder.resolve("missing") + " options=[READ]: ENOENT (2)");
        assertThat(refusal.errorNumber()).isEqualTo(2);
    }

    @Test
    void whatIsRefusedAfterItsOpenIsClosedAgain() throws IOException {
        long before = descriptors();

        for (int i = 0; i < 50; i++) {
            assertThat(refusal(new TestSpec(Path.of("/dev/null"), READ))).isEqualTo(Errno.EOPNOTSUPP);
        }

        assertThat(descriptors()).isLessThan(before + 25);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void aFileIsCreatedWithItsPermissions() throws IOException {
        for (String permissions : List.of("rw-------", "r--r-----", "rwx------")) {
            FileAttribute<?> attribute =
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
            Path created = folder.resolve(permissions);

            open(new TestSpec(created, Set.of(READ, WRITE, CREATE_NEW), List.of(attribute)))
                    .close();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
                    .isEqualTo(permissions);
        }
    }

    @Test
    void anUnknownAttributeIsEOPNOTSUPPAndNothingIsCreated() {
        FileAttribute<?> strange = new FileAttribute<String>() {
            @Override
            public String name() {
                return "test:strange";
            }

            @Override
            public String value() {
                return "";
            }
        };

        assertThat(refusal(new TestSpec(folder.resolve("new"), Set.of(WRITE, CREATE), List.of(strange))))
                .isEqualTo(Errno.EOPNOTSUPP);

        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void aDirectFileNamesWhatTheKernelDemands() throws IOException {
        UringFile direct = open(new TestSpec(path, READ, FileOption.DIRECT));
        UringFile cached = open(new TestSpec(path, READ));

        assertThat(direct.alignmentBytes()).isIn(512, 1_024, 2_048, 4_096);
        assertThat(cached.alignmentBytes()).isEqualTo(1);
        direct.close();
        cached.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "with space", "%41", "100%", "a#b?c", "a+b&c;d", "~"})
    void aNameIsItsBytes(String name) {
        String expected = folder.toAbsolutePath() + "/" + name;

        assertThat(UringOpening.bytes(folder.resolve(name))).isEqualTo(expected.getBytes(StandardCharsets.US_ASCII));
    }

    /** What the JVM's charset cannot say either way comes from the file system itself. */
    @Test
    void aNameThatIsNotTextIsOpened() throws IOException {
        byte[] name = {'n', (byte) 0xff, (byte) 0xc3, (byte) 0x28, (byte) 0xc3, (byte) 0xa4};
        Path strange = Files.createDirectory(folder.resolve("strange"));
        byte[] parent = (strange.toAbsolutePath() + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] full = Arrays.copyOf(parent, parent.length + name.length);
        System.arraycopy(name, 0, full, parent.length, name.length);
        int fd = LibC.open(full, Abi.O_CREAT | Abi.O_WRONLY | Abi.O_CLOEXEC, 0600);
        assertThat(fd).isNotNegative();
        LibC.close(fd);

        try (DirectoryStream<Path> all = Files.newDirectoryStream(strange)) {
            Path found = all.iterator().next();

            assertThat(UringOpening.bytes(found)).isEqualTo(full);
            UringFile file = open(new TestSpec(found, READ));
            assertThat(file.size()).isZero();
            file.close();
            Files.delete(found);
        }
    }

    @Test
    void aRelativePathIsOpenedFromTheWorkingDirectory() throws IOException {
        Path relative = Path.of("").toAbsolutePath().relativize(path.toAbsolutePath());

        UringFile file = open(new TestSpec(relative, READ));

        assertThat(file.size()).isEqualTo(10);
        file.close();
    }
}
