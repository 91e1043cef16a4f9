package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes, syncs, reads back and cancels by the functions that transfers will use, on a real file.
 *
 * <p>Where no file can be written - a container may have a read-only root - a file of the Java runtime is read instead,
 * for the provider may be needed for files elsewhere.
 */
final class SelfTest {
    private static final byte[] TEXT = {'p', 'e', 'n', 's', 't', 'o', 'c', 'k'};
    private static final long WAIT_MAX_NS = 10_000_000_000L;
    private static final long SLICE_NS = 1_000_000;

    /** Attempts with a request that did not end: glibc may use its descriptor and touch its memory for ever. */
    private static final Queue<Attempt> STUCK = new ConcurrentLinkedQueue<>();

    private final Path temporaryFolder;

    SelfTest(Path temporaryFolder) {
        this.temporaryFolder = temporaryFolder;
    }

    Probe run() {
        Path file;
        try {
            file = Files.createTempFile(temporaryFolder, "penstock-native-", null);
        } catch (IOException | RuntimeException readOnly) {
            return probe(Path.of(System.getProperty("java.home"), "lib", "modules"), Abi.O_RDONLY);
        }
        try {
            return probe(file, Abi.O_RDWR);
        } finally {
            remove(file);
        }
    }

    /** All options are those of open(2), and a file system that lacks one says so at the open. */
    private static Probe probe(Path file, int access) {
        try {
            test(file, access);
            return Probe.available(EnumSet.allOf(Capability.class));
        } catch (IOException | RuntimeException e) {
            return Probe.unavailable("self-test with " + file + ": " + e.getMessage(), "use the provider nio");
        }
    }

    private static void test(Path file, int access) throws IOException {
        int fd = check("open", LibC.open(PosixOpening.bytes(file), access | Abi.O_CLOEXEC, 0));
        Attempt attempt = new Attempt(fd);
        try {
            check("statx", LibC.statx(fd).error());
            check("fcntl", LibC.fcntl(fd, Abi.F_GETFL, 0));
            if (access == Abi.O_RDWR) {
                attempt.writeSyncAndReadBack();
            } else {
                attempt.read();
            }
            attempt.suspendWithoutWaiting();
            attempt.cancelNothing();
        } finally {
            // glibc knows its requests by the number, which the next open of anybody may get.
            if (!STUCK.contains(attempt)) {
                check("close", LibC.close(fd));
            }
        }
    }

    private static int check(String function, int result) throws IOException {
        if (result < 0) {
            throw new IOException(function + ": " + Errno.of(-result) + " (" + -result + ")");
        }
        return result;
    }

    /** One aiocb and its memory. */
    private static final class Attempt {
        private final int fd;
        private final MemorySegment aiocb;
        private final MemorySegment buffer;
        private final MemorySegment list;
        private final MemorySegment timespec;
        private final MemorySegment errno;

        Attempt(int fd) {
            this.fd = fd;
            // Collected when nobody has the attempt any more.
            Arena arena = Arena.ofAuto();
            this.aiocb = arena.allocate(Abi.AIOCB);
            this.buffer = arena.allocate(TEXT.length);
            this.list = arena.allocate(JAVA_LONG);
            this.timespec = arena.allocate(Abi.TIMESPEC);
            this.errno = Library.errnoMemory(arena);
            list.set(JAVA_LONG, 0, aiocb.address());
            timespec.set(JAVA_LONG, Abi.TV_NSEC, SLICE_NS);
        }

        void writeSyncAndReadBack() throws IOException {
            MemorySegment.copy(TEXT, 0, buffer, JAVA_BYTE, 0, TEXT.length);
            Slot.describe(aiocb, fd, Abi.LIO_WRITE, buffer.address(), TEXT.length, 0);
            requireStarted("aio_write", LibRt.aio_write(aiocb));
            expect("aio_write", TEXT.length);
            Slot.describe(aiocb, fd, 0, 0, 0, 0);
            check("aio_fsync", LibRt.aio_fsync(errno, Abi.O_SYNC, aiocb));
            expect("aio_fsync", 0);
            buffer.fill((byte) 0);
            Slot.describe(aiocb, fd, Abi.LIO_READ, buffer.address(), TEXT.length, 0);
            requireStarted("lio_listio", LibRt.lio_listio(list, 1));
            expect("lio_listio", TEXT.length);
            if (buffer.mismatch(MemorySegment.ofArray(TEXT)) >= 0) {
                throw new IOException("what was written could not be read back");
            }
        }

        void read() throws IOException {
            Slot.describe(aiocb, fd, Abi.LIO_READ, buffer.address(), TEXT.length, 0);
            requireStarted("aio_read", LibRt.aio_read(aiocb));
            expect("aio_read", TEXT.length);
        }

        /** It must answer at once, for the one request is done. */
        void suspendWithoutWaiting() throws IOException {
            if (LibRt.aio_suspend(list, 1, timespec) != 0) {
                throw new IOException("aio_suspend of what is done waited");
            }
        }

        void cancelNothing() throws IOException {
            int answer = check("aio_cancel", LibRt.aio_cancel(errno, fd, aiocb));
            if (answer != Abi.AIO_ALLDONE) {
                throw new IOException("aio_cancel of what is done answered " + answer);
            }
        }

        private void requireStarted(String function, int answer) throws IOException {
            if (answer != 0) {
                check(function, -LibRt.aio_error(aiocb));
                throw new IOException(function + ": there is no memory or no thread for it");
            }
        }

        private void expect(String function, long expected) throws IOException {
            long deadline = System.nanoTime() + WAIT_MAX_NS;
            int error;
            while ((error = LibRt.aio_error(aiocb)) == Errno.EINPROGRESS.number()) {
                if (System.nanoTime() - deadline > 0) {
                    STUCK.add(this);
                    throw new IOException(function + " did not end within " + WAIT_MAX_NS / 1_000_000_000 + " s");
                }
                LibRt.aio_suspend(list, 1, timespec);
            }
            check(function, -error);
            long result = LibRt.aio_return(aiocb);
            if (result != expected) {
                throw new IOException(function + " moved " + result + " bytes of " + expected);
            }
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Left behind in the folder for temporary files.
        }
    }
}
