package dev.penstock.aio.tck;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What open promises: every option works, or is refused by a provider that does not claim it. */
class OpenContractTest extends TckTest {
    @Test
    void withoutOptionsAFileIsOpenForReadingOnly() throws IOException {
        Path path = fileOf("f", 100);

        AsyncFile file = io().open(path);

        assertTrue(file.isOpen());
        assertFalse(file.isPoisoned());
        assertEquals(100, answer(file.read(ByteBuffer.allocate(100), 0)));
        expectFailure(Errno.EBADF, file.write(ByteBuffer.allocate(1), 0));
        expectFailure(Errno.EBADF, file.truncate(0));
        Pattern.checkFile(path, 0, 100);
    }

    @Test
    void aFileOpenForWritingOnlyRefusesReadsWithEBADFButTellsItsSize() throws IOException {
        AsyncFile file = open(fileOf("f", 100), WRITE);

        expectFailure(Errno.EBADF, file.read(ByteBuffer.allocate(1), 0));
        expectErrno(Errno.EBADF, () -> io().read(block(file, ByteBuffer.allocate(1), 0)));

        assertEquals(100, answer(file.size()));
        assertEquals(1, answer(file.write(ByteBuffer.allocate(1), 0)));
    }

    @Test
    void pathAndOptionsAreThoseGiven() throws IOException {
        Path path = fileOf("f", 1);

        AsyncFile file = open(path, WRITE, READ);

        assertSame(path, file.path());
        assertEquals(Set.of(READ, WRITE), file.options());
    }

    @Test
    void aRelativePathIsFoundFromTheWorkingDirectoryAndKeptAsGiven() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        assumeTrue(here.getRoot().equals(directory.toAbsolutePath().getRoot()), "no relative path leads there");
        Path relative = here.relativize(fileOf("f", 10).toAbsolutePath());

        AsyncFile file = open(relative, READ);

        assertSame(relative, file.path());
        assertEquals(10, answer(file.size()));
    }

    @Test
    void aFileNotOpenedWithDIRECTHasAnAlignmentOfOne() throws IOException {
        assertEquals(1, open(fileOf("f", 1), READ).alignmentBytes());
    }

    @Test
    void CREATEMakesAMissingFileAndOpensAnExistingOne() throws IOException {
        Path existing = fileOf("existing", 100);

        AsyncFile made = open(path("made"), READ, WRITE, CREATE);
        AsyncFile found = open(existing, READ, WRITE, CREATE);

        assertEquals(0, answer(made.size()));
        assertTrue(Files.exists(path("made")));
        assertEquals(100, answer(found.size()));
    }

    @Test
    void CREATE_NEWMakesTheFile() throws IOException {
        AsyncFile file = open(path("f"), READ, WRITE, CREATE_NEW);

        assertEquals(10, answer(file.write(Pattern.heap(10, 0, 0), 0)));

        Pattern.checkFile(path("f"), 0, 10);
    }

    @Test
    void TRUNCATE_EXISTINGEmptiesTheFileAtOpen() throws IOException {
        Path path = fileOf("f", 100);

        AsyncFile file = open(path, WRITE, TRUNCATE_EXISTING);

        assertEquals(0, answer(file.size()));
        assertEquals(0, Files.size(path));
    }

    @Test
    void APPENDImpliesWRITEAndEveryOffsetMeansTheEnd() throws IOException {
        Path path = fileOf("f", 100);
        assumeCapability("APPEND", path, APPEND);

        AsyncFile file = open(path, APPEND);

        assertEquals(50, answer(file.write(Pattern.heap(50, 0, 100), 0)));
        assertEquals(50, answer(file.write(Pattern.direct(50, 0, 150), -1)));
        expectFailure(Errno.EBADF, file.read(ByteBuffer.allocate(1), 0));
        Pattern.checkFile(path, 0, 200);
    }

    @Test
    void READGoesWithAPPEND() throws IOException {
        Path path = fileOf("f", 100);
        assumeCapability("READ_APPEND", path, READ, APPEND);
        AsyncFile file = open(path, READ, APPEND);

        assertEquals(50, answer(file.write(Pattern.heap(50, 0, 100), 0)));

        ByteBuffer target = ByteBuffer.allocate(200);
        assertEquals(150, answer(file.read(target, 0)));
        Pattern.check(target.limit(150), 0, 0);
        Pattern.checkFile(path, 0, 150);
    }

    @ParameterizedTest
    @EnumSource(names = {"DSYNC", "SYNC"})
    void aFileWhoseWritesGoToStorageIsReadAndWrittenAsAnyOther(StandardOpenOption option) throws IOException {
        Path path = path("f");
        assumeCapability(option.name(), path, WRITE, CREATE, option);

        AsyncFile file = open(path, READ, WRITE, CREATE, option);

        assertEquals(100, answer(file.write(Pattern.direct(100, 0, 0), 0)));
        assertEquals(100, answer(file.write(Pattern.heap(100, 0, 100), 100)));
        ByteBuffer target = ByteBuffer.allocate(200);
        assertEquals(200, answer(file.read(target, 0)));
        Pattern.check(target, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"DSYNC", "SYNC"})
    void everyDescriptorThatWritesHasTheFlagThatWasAskedFor(StandardOpenOption option) throws IOException {
        int flag = option == SYNC ? Descriptors.O_SYNC : Descriptors.O_DSYNC;
        assumeCapability(option.name(), path("f"), WRITE, CREATE, option);

        open(path("f"), WRITE, CREATE, option);
        open(path("g"), READ, WRITE, CREATE_NEW, option);

        Descriptors.assertFlagOfWriters(flag, path("f"));
        Descriptors.assertFlagOfWriters(flag, path("g"));
        assumeCapability("APPEND", path("f"), APPEND);
        AsyncFile appended = open(path("h"), CREATE, APPEND, option);
        answer(appended.write(ByteBuffer.allocate(1), 0));
        Descriptors.assertFlagOfWriters(flag, path("h"));
        assumeCapability("READ_APPEND", path("f"), READ, APPEND);
        AsyncFile both = open(path("i"), CREATE, READ, APPEND, option);
        answer(both.write(ByteBuffer.allocate(1), 0));
        Descriptors.assertFlagOfWriters(flag, path("i"));
    }

    @Test
    void DSYNCWithSYNCAndAPPENDIsNoContradiction() throws IOException {
        Path path = path("f");
        assumeCapability("DSYNC", path, WRITE, CREATE, DSYNC);
        assumeCapability("SYNC", path, WRITE, CREATE, SYNC);
        assumeCapability("APPEND", path, CREATE, APPEND);

        AsyncFile file = open(path, CREATE, APPEND, DSYNC, SYNC);

        assertEquals(100, answer(file.write(Pattern.heap(100, 0, 0), 0)));
        Pattern.checkFile(path, 0, 100);
    }

    @Test
    void NOFOLLOW_LINKSRefusesALinkWithELOOPAndOpensAFile() throws IOException {
        Path path = fileOf("f", 100);
        Path link = Files.createSymbolicLink(path("link"), path);
        assumeCapability("NOFOLLOW_LINKS", path, READ, NOFOLLOW_LINKS);

        expectErrno(Errno.ELOOP, () -> open(link, READ, NOFOLLOW_LINKS));

        assertEquals(100, answer(open(path, READ, NOFOLLOW_LINKS).size()));
        assertEquals(100, answer(open(link, READ).size()));
    }

    @Test
    void fileAttributesAreThoseOfTheFileMade() throws IOException {
        Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rw-------");
        FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(ownerOnly);
        if (!io().provider().capabilities().contains("FILE_ATTRIBUTES")) {
            expectErrno(Errno.EOPNOTSUPP, () -> io().open(path("f"), Set.of(WRITE, CREATE_NEW), attribute));
            assertFalse(Files.exists(path("f")));
            assumeTrue(false, "the provider refuses what it does not claim: FILE_ATTRIBUTES");
        }

        AsyncFile file = io().open(path("f"), Set.of(WRITE, CREATE_NEW), attribute);

        assertEquals(1, answer(file.write(ByteBuffer.allocate(1), 0)));
        assertEquals(ownerOnly, Files.getPosixFilePermissions(path("f")));
    }

    @Test
    void aFileThatExistsKeepsItsAttributes() throws IOException {
        Path path = fileOf("f", 1);
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(path);
        assumeTrue(io().provider().capabilities().contains("FILE_ATTRIBUTES"), "not claimed");

        io().open(
                        path,
                        Set.of(WRITE, CREATE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertEquals(before, Files.getPosixFilePermissions(path));
    }

    @Test
    void aBlockDeviceIsReadWrittenAndSyncedAsAFile() throws IOException {
        try (LoopDevice device = LoopDevice.of(fileOf("disk", 1 << 20))) {
            try (AsyncFile file = open(device.path(), READ, WRITE)) {
                ByteBuffer target = ByteBuffer.allocate(8192);

                assertEquals(1 << 20, answer(file.size()));
                assertEquals(8192, answer(file.read(target, 4096)));
                Pattern.check(target, 0, 4096);
                assertEquals(8192, answer(file.write(Pattern.direct(8192, 1, 4096), 4096)));
                assertEquals(8192, answer(file.read(target, 4096)));
                Pattern.check(target, 1, 4096);
                assertEquals(0, answer(file.read(target, 1 << 20)));
                answer(file.sync(SyncMode.FULL));
            }
            byte[] behind = Files.readAllBytes(path("disk"));
            Pattern.check(ByteBuffer.wrap(behind, 0, 4096), 0, 0);
            Pattern.check(ByteBuffer.wrap(behind, 4096, 8192), 1, 4096);
        }
    }

    @Test
    void oneFileMayBeOpenedManyTimes() throws IOException {
        Path path = path("f");
        AsyncFile writer = open(path, WRITE, CREATE_NEW);
        AsyncFile first = open(path, READ);
        AsyncFile second = open(path, READ, WRITE);

        answer(writer.write(Pattern.heap(100, 0, 0), 0));
        writer.close();

        for (AsyncFile reader : new AsyncFile[] {first, second}) {
            ByteBuffer target = ByteBuffer.allocate(100);
            assertEquals(100, answer(reader.read(target, 0)));
            Pattern.check(target, 0, 0);
        }
    }

    @Test
    void aFileThatIsRenamedOrDeletedGoesOnWorking() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        Files.move(path("f"), path("g"));

        assertEquals(100, answer(file.write(Pattern.heap(100, 0, 100), 100)));
        Pattern.checkFile(path("g"), 0, 200);
        Files.delete(path("g"));

        ByteBuffer target = ByteBuffer.allocate(200);
        assertEquals(200, answer(file.read(target, 0)));
        Pattern.check(target, 0, 0);
    }

    @Test
    void anOpenFileDoesNotTakeTheOptionsSetItWasGiven() throws IOException {
        Set<OpenOption> options = new HashSet<>(Set.of(READ, WRITE));
        AsyncFile file = io().open(fileOf("f", 1), options);

        options.remove(WRITE);

        assertEquals(Set.of(READ, WRITE), file.options());
        assertEquals(1, answer(file.write(ByteBuffer.allocate(1), 0)));
    }

    @Test
    void fileOptionsAreOpenOptions() {
        assertArrayEquals(new FileOption[] {FileOption.DIRECT}, FileOption.values());
        assertTrue(OpenOption.class.isInstance(FileOption.DIRECT));
    }
}
