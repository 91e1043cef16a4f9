package dev.penstock.aio.benchmarks.loop;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The calls of Linux x86-64 that a ring by hand takes. What fails is told with its errno as a number. */
@SuppressWarnings("restricted") // all restricted calls of the module are in this class
final class LinuxCalls {
    static final int O_RDWR = 2;
    static final int O_DIRECT = 040000;
    static final int REGISTER_BUFFERS = 0;
    static final int REGISTER_FILES = 2;

    private static final int O_CLOEXEC = 02000000;
    private static final long SYS_SETUP = 425;
    private static final long SYS_ENTER = 426;
    private static final long SYS_REGISTER = 427;
    private static final int ENTER_GETEVENTS = 1;
    private static final int PROT_READ_AND_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int EINTR = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_AT =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private static final MethodHandle SETUP = syscall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
    private static final FunctionDescriptor ENTER_PROTOTYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle ENTER =
            LINKER.downcallHandle(find("syscall"), ENTER_PROTOTYPE, Linker.Option.firstVariadicArg(1));
    private static final MethodHandle ENTER_AGAIN = syscall(ENTER_PROTOTYPE);
    private static final MethodHandle REGISTER =
            syscall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MMAP = LINKER.downcallHandle(
            find("mmap"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            ERRNO);
    private static final MethodHandle MUNMAP =
            LINKER.downcallHandle(find("munmap"), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            find("open"), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            LINKER.downcallHandle(find("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);

    private LinuxCalls() {}

    private static MethodHandle syscall(FunctionDescriptor prototype) {
        return LINKER.downcallHandle(find("syscall"), prototype, ERRNO, Linker.Option.firstVariadicArg(1));
    }

    private static MemorySegment find(String function) {
        return LINKER.defaultLookup().find(function).orElseThrow();
    }

    /** Memory for the errno of the calls of one thread. */
    static MemorySegment errnoMemory(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    static int open(Path path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = errnoMemory(arena);
            return (int) require(
                    "open " + path,
                    (int) OPEN.invokeExact(errno, arena.allocateFrom(path.toString()), flags | O_CLOEXEC),
                    errno);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    static void close(int fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = errnoMemory(arena);
            require("close", (int) CLOSE.invokeExact(errno, fd), errno);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    static int io_uring_setup(int entries, MemorySegment params) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = errnoMemory(arena);
            return (int) require("io_uring_setup", (long) SETUP.invokeExact(errno, SYS_SETUP, entries, params), errno);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    static void io_uring_register(int ring, int opcode, MemorySegment what, int count) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = errnoMemory(arena);
            long answer = (long) REGISTER.invokeExact(errno, SYS_REGISTER, ring, opcode, what, count);
            require("io_uring_register", answer, errno);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /**
     * Submits and waits for a completion at least; a signal may end the wait before. As in provider uring errno is asked
     * for only by a second call, if the first has failed and so has taken nothing.
     */
    static void io_uring_enter(MemorySegment errno, int ring, int submit) throws IOException {
        long answer;
        try {
            answer = (long) ENTER.invokeExact(SYS_ENTER, ring, submit, 1, ENTER_GETEVENTS, 0L, 0L);
            if (answer < 0) {
                answer = (long) ENTER_AGAIN.invokeExact(errno, SYS_ENTER, ring, submit, 1, ENTER_GETEVENTS, 0L, 0L);
            }
        } catch (Throwable e) {
            throw thrown(e);
        }
        if (answer < 0 && errno.get(JAVA_INT, ERRNO_AT) != EINTR) {
            require("io_uring_enter", answer, errno);
        }
    }

    /** Maps memory of a ring, for as long as nobody calls {@link #munmap}. */
    static MemorySegment mmap(int ring, long offset, long bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = errnoMemory(arena);
            long address =
                    (long) MMAP.invokeExact(errno, 0L, bytes, PROT_READ_AND_WRITE, MAP_SHARED_POPULATE, ring, offset);
            return MemorySegment.ofAddress(require("mmap", address, errno)).reinterpret(bytes);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    static void munmap(MemorySegment memory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = errnoMemory(arena);
            require("munmap", (int) MUNMAP.invokeExact(errno, memory, memory.byteSize()), errno);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static long require(String call, long answer, MemorySegment errno) throws IOException {
        if (answer == -1) {
            throw new IOException(call + ": errno=" + errno.get(JAVA_INT, ERRNO_AT));
        }
        return answer;
    }

    /** Handles throw nothing of their own. */
    private static IOException thrown(Throwable e) {
        return e instanceof IOException why ? why : new IOException(e);
    }
}
