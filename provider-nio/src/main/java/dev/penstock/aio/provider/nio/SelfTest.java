package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Writes, syncs and reads back a file, tries each open option, and provokes errors to learn what the system calls
 * them.
 *
 * <p>Where no file can be written - a container may have a read-only root - the provider may still be needed for files
 * elsewhere. Then a file of the Java runtime is read, and the capabilities are those that Java promises.
 */
final class SelfTest {
    private static final String FOLDER_PREFIX = "penstock-nio-";
    private static final byte[] TEXT = {'p', 'e', 'n', 's', 't', 'o', 'c', 'k'};

    private final Path temporaryFolder;
    private final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    private ErrnoText errors = ErrnoText.ofCLocale();

    /** Makes a test that writes in this folder. To be run by a {@link SteadyThread}. */
    SelfTest(Path temporaryFolder) {
        this.temporaryFolder = temporaryFolder;
    }

    /** Returns what the system calls its errors, as far as was learnt. */
    ErrnoText errors() {
        return errors;
    }

    Probe run() {
        if (DirectOption.find() != null) {
            capabilities.add(Capability.DIRECT);
        }
        Path folder;
        try {
            folder = Files.createTempDirectory(temporaryFolder, FOLDER_PREFIX);
        } catch (IOException | RuntimeException e) {
            return readOnly(e);
        }
        try {
            writeAndReadBack(folder.resolve("file"));
            tryOptions(folder.resolve("file"));
            provokeErrors(folder);
            return Probe.available(capabilities);
        } catch (IOException | RuntimeException e) {
            return Probe.unavailable("self-test in " + temporaryFolder + ": " + e, "check the file system");
        } finally {
            remove(folder);
        }
    }

    private static void writeAndReadBack(Path file) throws IOException {
        Files.createFile(file);
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            channel.write(ByteBuffer.wrap(TEXT), 1);
            channel.force(true);
            ByteBuffer back = ByteBuffer.allocate(TEXT.length);
            channel.read(back, 1);
            if (!back.flip().equals(ByteBuffer.wrap(TEXT))) {
                throw new IOException("what was written could not be read back");
            }
        }
    }

    // ---- open options

    /** Something that fails where an option does not work. */
    private interface Attempt {
        void run() throws IOException;
    }

    private void tryOptions(Path file) {
        attempt(Capability.APPEND, () -> write(file, APPEND));
        attempt(Capability.DSYNC, () -> write(file, WRITE, DSYNC));
        attempt(Capability.SYNC, () -> write(file, WRITE, SYNC));
        attempt(Capability.NOFOLLOW_LINKS, () -> write(file, WRITE, LinkOption.NOFOLLOW_LINKS));
        attempt(Capability.FILE_ATTRIBUTES, () -> createPrivate(file.resolveSibling("private")));
        attempt(Capability.READ_APPEND, () -> {
            try (FileChannel appends = FileChannel.open(file, APPEND)) {
                reopen(appends).close();
            }
        });
    }

    private void attempt(Capability capability, Attempt attempt) {
        try {
            attempt.run();
            capabilities.add(capability);
        } catch (IOException | RuntimeException e) {
            // Then the capability is not claimed, and the engine says so at open.
        }
    }

    private static void write(Path file, OpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            channel.write(ByteBuffer.wrap(TEXT));
        }
    }

    private static FileChannel reopen(FileChannel channel) throws IOException {
        return new DescriptorNumbers(NioSettings.THREAD_PREFIX).of(channel).reopen(Set.of(READ));
    }

    private static void createPrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-------");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(permissions));
    }

    // ---- errors

    private void provokeErrors(Path folder) {
        provoke(Errno.EISDIR, () -> read(folder));
        provoke(Errno.ENOTDIR, () -> read(folder.resolve("file").resolve("below")));
        provoke(Errno.ENAMETOOLONG, () -> read(folder.resolve("n".repeat(300))));
        provoke(Errno.ENOSPC, () -> write(Path.of("/dev/full"), WRITE));
        // Nothing is mapped at address 0, and the kernel says so by EIO.
        provoke(Errno.EIO, () -> read(Path.of("/proc/self/mem")));
        provoke(Errno.ELOOP, () -> read(Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"))));
    }

    private void provoke(Errno errno, Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException | RuntimeException e) {
            errors = errors.learn(errno, e);
        }
    }

    private static void read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ)) {
            channel.read(ByteBuffer.allocate(1), 0);
        }
    }

    // ---- where nothing can be written

    private Probe readOnly(Exception reason) {
        Path file = Path.of(System.getProperty("java.home"), "lib", "modules");
        try (FileChannel channel = FileChannel.open(file, READ)) {
            if (channel.read(ByteBuffer.allocate(TEXT.length), 0) <= 0) {
                throw new IOException(file + " is empty");
            }
            capabilities.addAll(
                    EnumSet.of(Capability.APPEND, Capability.DSYNC, Capability.SYNC, Capability.NOFOLLOW_LINKS));
            attempt(Capability.READ_APPEND, () -> reopen(channel).close());
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                capabilities.add(Capability.FILE_ATTRIBUTES);
            }
            return Probe.available(capabilities);
        } catch (IOException | RuntimeException e) {
            return Probe.unavailable(
                    "self-test in " + temporaryFolder + ": " + reason + ", and of " + file + ": " + e,
                    "set java.io.tmpdir to a folder that can be written");
        }
    }

    private static void remove(Path folder) {
        for (String name : new String[] {"file", "private", "loop", "."}) {
            try {
                Files.deleteIfExists(folder.resolve(name).normalize());
            } catch (IOException e) {
                // Left behind in the folder for temporary files.
            }
        }
    }
}
