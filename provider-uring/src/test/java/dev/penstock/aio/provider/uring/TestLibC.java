package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of C that only tests call. They throw where C answers -1. */
final class TestLibC {
    /** int pipe(int pipefd[2]) */
    private static final MethodHandle PIPE = Library.settingErrno("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    /** ssize_t write(int fd, const void *buf, size_t count) */
    private static final MethodHandle WRITE =
            Library.settingErrno("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    /** pid_t gettid(void) */
    private static final MethodHandle GETTID = Library.settingErrno("gettid", FunctionDescriptor.of(JAVA_INT));

    /** int tgkill(pid_t tgid, pid_t tid, int sig) */
    private static final MethodHandle TGKILL =
            Library.settingErrno("tgkill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

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

    static void writeByte(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            MemorySegment one = arena.allocate(JAVA_BYTE);
            check("write", errno, (long) WRITE.invokeExact(errno, fd, one, 1L));
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

    /** Sends a signal to a thread of this process. */
    static void signal(int tid, int signal) {
        int pid = (int) ProcessHandle.current().pid();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            check("tgkill", errno, (int) TGKILL.invokeExact(errno, pid, tid, signal));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    private static void check(String function, MemorySegment errno, long result) {
        if (result == -1) {
            throw new IllegalStateException(function + ": errno=" + Library.errno(errno));
        }
    }
}
