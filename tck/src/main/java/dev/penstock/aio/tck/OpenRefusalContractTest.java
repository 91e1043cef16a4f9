package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What open refuses: each with its errno and the path, and nothing is done. */
class OpenRefusalContractTest extends TckTest {
    private static final OpenOption UNKNOWN_OPTION = new OpenOption() {
        @Override
        public String toString() {
            return "UNKNOWN_OPTION";
        }
    };

    @Test
    void aMissingFileIsENOENTAndNothingIsCreated() {
        Path missing = path("missing");

        AioException refusal = expectErrno(Errno.ENOENT, () -> open(missing, READ, WRITE));

        assertTrue(refusal.getMessage().contains(missing.toString()), refusal::getMessage);
        assertFalse(Files.exists(missing));
        expectErrno(Errno.ENOENT, () -> open(missing));
        expectErrno(Errno.ENOENT, () -> open(path("missing/too"), WRITE, CREATE));
    }

    @Test
    void theEndOfADanglingLinkIsENOENT() throws IOException {
        Path link = Files.createSymbolicLink(path("link"), path("missing"));

        expectErrno(Errno.ENOENT, () -> open(link, READ));
        expectErrno(Errno.EEXIST, () -> open(link, WRITE, CREATE_NEW));

        assertFalse(Files.exists(path("missing")));
    }

    @Test
    @Asserts("ART-open-dir")
    void aDirectoryIsEISDIRForReadingAndForWriting() throws IOException {
        Path link = Files.createSymbolicLink(path("link"), directory);

        AioException refusal = expectErrno(Errno.EISDIR, () -> open(directory, READ));

        assertTrue(refusal.getMessage().contains(directory.toString()), refusal::getMessage);
        expectErrno(Errno.EISDIR, () -> open(directory, WRITE));
        expectErrno(Errno.EISDIR, () -> open(link, READ));
    }

    @Test
    void aFileThatMayNotBeReadIsEACCES() throws IOException {
        Path path = fileOf("f", 1);
        Files.setPosixFilePermissions(path, Set.of());
        assumeTrue(!Files.isReadable(path), "this user may read everything");

        AioException refusal = expectErrno(Errno.EACCES, () -> open(path, READ));

        assertTrue(refusal.getMessage().contains(path.toString()), refusal::getMessage);
    }

    @Test
    void aReadOnlyFileSystemIsEROFS() throws IOException {
        Path mounted = readOnlyDirectory();
        assumeTrue(mounted != null, "no directory on a read-only file system");
        Path path = mounted.resolve("penstock-tck-is-not-created");

        AioException refusal = expectErrno(Errno.EROFS, () -> open(path, WRITE, CREATE_NEW));

        assertTrue(refusal.getMessage().contains(path.toString()), refusal::getMessage);
        assertFalse(Files.exists(path));
    }

    private static Path readOnlyDirectory() throws IOException {
        Path mounts = Path.of("/proc/self/mounts");
        if (!Files.isReadable(mounts)) {
            return null;
        }
        for (String line : Files.readAllLines(mounts)) {
            String[] fields = line.split(" ");
            boolean isReadOnly = Set.of(fields[3].split(",")).contains("ro");
            Path point = Path.of(fields[1]);
            if (isReadOnly
                    && Files.isDirectory(point)
                    && Files.getFileStore(point).isReadOnly()) {
                return point;
            }
        }
        return null;
    }

    @Test
    void CREATE_NEWOfAnExistingFileIsEEXISTAndTheFileIsAsBefore() throws IOException {
        Path path = fileOf("f", 100);

        AioException refusal = expectErrno(Errno.EEXIST, () -> open(path, WRITE, CREATE_NEW));

        assertTrue(refusal.getMessage().contains(path.toString()), refusal::getMessage);
        expectErrno(Errno.EEXIST, () -> open(path, WRITE, CREATE_NEW, TRUNCATE_EXISTING));
        Pattern.checkFile(path, 0, 100);
    }

    @Test
    void whatThePathItselfForbidsHasTheErrnoOfOpen() throws IOException {
        Path file = fileOf("f", 1);
        Path loop = path("loop");
        Files.createSymbolicLink(loop, loop);

        expectErrno(Errno.ENOTDIR, () -> open(file.resolve("below"), READ));
        expectErrno(Errno.ENAMETOOLONG, () -> open(path("n".repeat(300)), READ));
        expectErrno(Errno.ELOOP, () -> open(loop, READ));
    }

    @Test
    void aPathOfAnotherFileSystemIsEOPNOTSUPP() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(path("z.zip"), Map.of("create", "true"))) {
            Path inside = zip.getPath("/f");
            Files.write(inside, new byte[10]);

            AioException refusal = expectErrno(Errno.EOPNOTSUPP, () -> open(inside, READ));

            assertTrue(refusal.getMessage().contains(inside.toString()), refusal::getMessage);
            expectErrno(Errno.EOPNOTSUPP, () -> open(zip.getPath("/new"), WRITE, CREATE));
            assertFalse(Files.exists(zip.getPath("/new")));
        }
    }

    @Test
    void aFifoIsEOPNOTSUPPAndOpeningItWaitsForNobody() throws Exception {
        Path fifo = path("fifo");
        Process mkfifo =
                new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
        Bounded.await("mkfifo to end", () -> !mkfifo.isAlive());
        assertEquals(0, mkfifo.exitValue());

        Bounded.get(background(() -> {
            expectErrno(Errno.EOPNOTSUPP, () -> open(fifo, READ));
            expectErrno(Errno.EOPNOTSUPP, () -> open(fifo, WRITE));
            return expectErrno(Errno.EOPNOTSUPP, () -> open(fifo, READ, WRITE));
        }));
    }

    @Test
    void aSocketIsEOPNOTSUPP() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path socket = path("s");
            server.bind(UnixDomainSocketAddress.of(socket));

            expectErrno(Errno.EOPNOTSUPP, () -> open(socket, READ, WRITE));
        }
    }

    @Test
    void aCharacterDeviceIsEOPNOTSUPP() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "there is no /dev/null");

        expectErrno(Errno.EOPNOTSUPP, () -> open(device, READ));
        expectErrno(Errno.EOPNOTSUPP, () -> open(device, WRITE));
    }

    @Test
    void anOptionNobodyKnowsIsRefusedAndNothingIsDone() throws IOException {
        Path path = fileOf("f", 100);

        for (OpenOption option : new OpenOption[] {DELETE_ON_CLOSE, UNKNOWN_OPTION}) {
            expectErrno(Errno.EOPNOTSUPP, () -> open(path, READ, option));
            expectErrno(Errno.EOPNOTSUPP, () -> open(path("new"), WRITE, CREATE, option));
        }

        assertTrue(Files.exists(path));
        assertFalse(Files.exists(path("new")));
    }

    @Test
    void SPARSEIsNotAmongTheOptionsAndIsNotSilentlyIgnored() throws IOException {
        expectErrno(Errno.EOPNOTSUPP, () -> open(path("new"), WRITE, CREATE_NEW, SPARSE));

        assertFalse(Files.exists(path("new")));
    }

    @Test
    void whatContradictsItselfIsEINVALAndNothingIsDone() throws IOException {
        Path path = fileOf("f", 100);

        expectErrno(Errno.EINVAL, () -> open(path, APPEND, TRUNCATE_EXISTING));

        Pattern.checkFile(path, 0, 100);
    }

    @Test
    void nullArgumentsAreNamed() {
        Nulls.refused("path", () -> io().open(null, Set.of(READ)));
        Nulls.refused("options", () -> io().open(path("f"), (Set<OpenOption>) null));
        Nulls.refused("attributes", () -> io().open(path("f"), Set.of(WRITE, CREATE), (FileAttribute<?>[]) null));
        assertFalse(Files.exists(path("f")));
    }
}
