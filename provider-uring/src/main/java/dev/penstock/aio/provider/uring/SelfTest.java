package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

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
 * Opens a ring, and writes, syncs, reads back and cancels by it, on a real file.
 *
 * <p>Where no file can be written - a container may have a read-only root - a file of the Java runtime is read instead,
 * for the provider may be needed for files elsewhere.
 */
final class SelfTest {
    private static final byte[] TEXT = {'p', 'e', 'n', 's', 't', 'o', 'c', 'k'};
    private static final long WAIT_MAX_NS = 10_000_000_000L;
    private static final int TOKEN = 7;

    /** Attempts with a request that did not end: the kernel may use its ring and touch its memory for ever. */
    private static final Queue<Attempt> STUCK = new ConcurrentLinkedQueue<>();

    private final Path temporaryFolder;
    private final UringSettings settings;

    SelfTest(Path temporaryFolder, UringSettings settings) {
        this.temporaryFolder = temporaryFolder;
        this.settings = settings;
    }

    Probe run() {
        Path file;
        try {
            file = Files.createTempFile(temporaryFolder, "penstock-uring-", null);
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
    private Probe probe(Path file, int access) {
        try {
            test(file, access);
            return Probe.available(EnumSet.allOf(Capability.class));
        } catch (RingProblem e) {
            return Probe.unavailable(String.valueOf(e.getMessage()), e.remedy());
        } catch (IOException | RuntimeException | AssertionError e) {
            return Probe.unavailable("self-test with " + file + ": " + e.getMessage(), "use another provider");
        }
    }

    private void test(Path file, int access) throws IOException, RingProblem {
        int fd = check("open", LibC.open(UringOpening.bytes(file), access | Abi.O_CLOEXEC, 0));
        try {
            Ring ring = Ring.open(settings.entries(), settings.completions());
            Attempt attempt = new Attempt(ring, fd);
            try {
                check("statx", LibC.statx(fd).error());
                if (access == Abi.O_RDWR) {
                    attempt.writeSyncAndReadBack();
                } else {
                    attempt.read();
                }
                attempt.cancelNothing();
            } finally {
                if (!STUCK.contains(attempt)) {
                    ring.close();
                }
            }
        } finally {
            LibC.close(fd);
        }
    }

    private static int check(String function, int result) throws IOException {
        if (result < 0) {
            throw new IOException(function + ": " + Errno.of(-result) + " (" + -result + ")");
        }
        return result;
    }

    /** A ring and the memory that it is given. */
    private static final class Attempt {
        private final Ring ring;
        private final int fd;
        private final MemorySegment buffer;
        private final MemorySegment errno;

        Attempt(Ring ring, int fd) {
            this.ring = ring;
            this.fd = fd;
            // Collected when nobody has the attempt any more.
            Arena arena = Arena.ofAuto();
            this.buffer = arena.allocate(TEXT.length);
            this.errno = Library.errnoMemory(arena);
        }

        void writeSyncAndReadBack() throws IOException, RingProblem {
            MemorySegment.copy(TEXT, 0, buffer, JAVA_BYTE, 0, TEXT.length);
            move(Abi.IORING_OP_WRITE);
            ring.submissions().sync(SubmissionQueue.descriptor(fd), 0, TOKEN);
            expect("a sync", 0);
            buffer.fill((byte) 0);
            read();
            if (buffer.mismatch(MemorySegment.ofArray(TEXT)) >= 0) {
                throw new IOException("what was written could not be read back");
            }
        }

        void read() throws IOException, RingProblem {
            move(Abi.IORING_OP_READ);
        }

        /** What has ended cannot be canceled; before Linux 6.0 nothing can that the kernel has. */
        void cancelNothing() throws IOException, RingProblem {
            int answer = ring.cancel(TOKEN);
            if (answer != -Errno.ENOENT.number() && answer != -Errno.EINVAL.number()) {
                RingProblem.check("a cancel by io_uring_register", answer);
                throw new IOException("a cancel of what has ended succeeded");
            }
        }

        private void move(int opcode) throws IOException, RingProblem {
            ring.submissions().move(opcode, SubmissionQueue.descriptor(fd), 0, buffer.address(), TEXT.length, 0, TOKEN);
            expect(opcode == Abi.IORING_OP_READ ? "a read" : "a write", TEXT.length);
        }

        private void expect(String what, int expected) throws IOException, RingProblem {
            ring.submissions().publish();
            long sinceNs = System.nanoTime();
            while (ring.completions().isEmpty()) {
                if (System.nanoTime() - sinceNs > WAIT_MAX_NS) {
                    STUCK.add(this);
                    throw new IOException(what + " did not end within " + WAIT_MAX_NS / 1_000_000_000 + " s");
                }
                int answer = IoUring.io_uring_enter(
                        errno, ring.fd(), ring.submissions().left(), Abi.IORING_ENTER_GETEVENTS);
                if (answer != -Errno.EINTR.number()
                        && answer != -Errno.EAGAIN.number()
                        && answer != -Errno.EBUSY.number()) {
                    RingProblem.check("io_uring_enter", answer);
                }
            }
            int result = ring.completions().result(0);
            ring.completions().advance(1);
            check(what, result);
            if (result != expected) {
                throw new IOException(what + " moved " + result + " bytes of " + expected);
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
