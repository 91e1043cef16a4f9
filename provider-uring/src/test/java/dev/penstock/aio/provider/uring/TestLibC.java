package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Functions of C that only tests call. They throw where C answers -1. */
final class TestLibC {
    /** int pipe(int pipefd[2]) */
    private static final MethodHandle PIPE = Library.settingErrno("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /** ssize_t write(int fd, const void *buf, size_t count) */
    private static final MethodHandle WRITE =
            Library.settingErrno("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    /** int fcntl(int fd, int op, ...) */
    private static final MethodHandle FCNTL =
            Library.settingErrno("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** pid_t gettid(void) */
    private static final MethodHandle GETTID = Library.settingErrno("gettid", FunctionDescriptor.of(JAVA_INT));

    /** int dup2(int oldfd, int newfd) */
    private static final MethodHandle DUP2 =
            Library.settingErrno("dup2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** int posix_fadvise(int fd, off_t offset, off_t len, int advice) */
    private static final MethodHandle POSIX_FADVISE = Library.settingErrno(
            "posix_fadvise", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    /** int madvise(void *addr, size_t length, int advice) */
    private static final MethodHandle MADVISE =
            Library.settingErrno("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private static final int F_GETPIPE_SZ = 1_032;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final int MADV_DONTNEED = 4;

    private TestLibC() {}

    /** Makes a pipe; returns the end to read and the end to write. */
    static int[] pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            check("pipe", errno, (int) PIPE.invokeExact(errno, ends));
            return ends.toArray(JAVA_INT);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** How many bytes a pipe holds. */
    static int pipeBytes(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            int bytes = (int) FCNTL.invokeExact(errno, fd, F_GETPIPE_SZ);
            check("fcntl", errno, bytes);
            return bytes;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static void writeByte(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            MemorySegment one = arena.allocate(JAVA_BYTE);
            check("write", errno, (long) WRITE.invokeExact(errno, fd, one, 1L));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Makes a descriptor be one of what another one has open. */
    static void dup2(int from, int to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            check("dup2", errno, (int) DUP2.invokeExact(errno, from, to));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Gives up the pages of memory that begins and ends with a page: at its next use it has new ones, of zeros. */
    static void giveUp(ByteBuffer memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            MemorySegment all = MemorySegment.ofBuffer(memory);
            check("madvise", errno, (int) MADVISE.invokeExact(errno, all, all.byteSize(), MADV_DONTNEED));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Returns the number that the kernel has for the calling thread. */
    static int gettid() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) GETTID.invokeExact(Library.errnoMemory(arena));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Lets the kernel forget what it has of a file in its pages. */
    static void dropFromCache(Path path) {
        int fd = LibC.open(UringOpening.bytes(path), Abi.O_RDWR | Abi.O_CLOEXEC, 0);
        try (Arena arena = Arena.ofConfined()) {
            LibC.fsync(fd);
            int answer = (int) POSIX_FADVISE.invokeExact(Library.errnoMemory(arena), fd, 0L, 0L, POSIX_FADV_DONTNEED);
            if (answer != 0) {
                throw new IllegalStateException("posix_fadvise: " + answer);
            }
        } catch (Throwable e) {
            throw Library.impossible(e);
        } finally {
            LibC.close(fd);
        }
    }

    private static void check(String function, MemorySegment errno, long result) {
        if (result == -1) {
            throw new IllegalStateException(function + ": errno=" + Library.errno(errno));
        }
    }
}
