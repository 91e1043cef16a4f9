package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions on descriptors that {@code <aio.h>} does not reach. They may block; on the path of a read or a write only a
 * descriptor may be duplicated. Where C answers -1 and sets errno, these answer the negative errno; what EINTR interrupts
 * is repeated, but for close, whose descriptor is gone then.
 */
final class LibC {
    /** int open(const char *pathname, int flags, ... mode_t mode) */
    private static final MethodHandle OPEN =
            Library.settingErrno("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);

    /** int close(int fd) */
    private static final MethodHandle CLOSE = Library.settingErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** int fcntl(int fd, int op, ... int arg) */
    private static final MethodHandle FCNTL =
            Library.settingErrno("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);

    /** int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *statxbuf) */
    private static final MethodHandle STATX = Library.settingErrno(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

    /** int ftruncate(int fd, off_t length) */
    private static final MethodHandle FTRUNCATE =
            Library.settingErrno("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));

    /** off_t lseek(int fd, off_t offset, int whence) */
    private static final MethodHandle LSEEK =
            Library.settingErrno("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    private static final int EINTR = 4;

    private LibC() {}

    /**
     * What statx(2) says of an open file.
     *
     * @param error 0, or the negative errno of statx, and all else is 0
     * @param mode type and permissions
     * @param size in bytes; 0 for a block device
     * @param blockBytes preferred for I/O
     * @param directBytes what O_DIRECT demands address, length and offset to be multiples of; 0 if it is not known
     */
    record Status(int error, int mode, long size, int blockBytes, int directBytes) {
        int type() {
            return mode & Abi.S_IFMT;
        }
    }

    /**
     * Opens a file.
     *
     * @param path in the file system's own bytes
     * @return the descriptor
     */
    static int open(byte[] path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            MemorySegment pathname = arena.allocate(path.length + 1L);
            MemorySegment.copy(path, 0, pathname, JAVA_BYTE, 0, path.length);
            int result;
            do {
                result = answer(errno, (int) OPEN.invokeExact(errno, pathname, flags, mode));
            } while (result == -EINTR);
            return result;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static int close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            return answer(errno, (int) CLOSE.invokeExact(errno, fd));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static int fcntl(int fd, int op, int arg) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            return answer(errno, (int) FCNTL.invokeExact(errno, fd, op, arg));
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static Status statx(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            MemorySegment statx = arena.allocate(Abi.STATX);
            MemorySegment empty = arena.allocate(1);
            int mask = Abi.STATX_BASIC_STATS | Abi.STATX_DIOALIGN;
            int result = answer(errno, (int) STATX.invokeExact(errno, fd, empty, Abi.AT_EMPTY_PATH, mask, statx));
            return result == 0 ? status(statx) : new Status(result, 0, 0, 0, 0);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    private static Status status(MemorySegment statx) {
        boolean knowsDirect = (statx.get(JAVA_INT, Abi.STX_MASK) & Abi.STATX_DIOALIGN) != 0;
        int direct =
                Math.max(statx.get(JAVA_INT, Abi.STX_DIO_MEM_ALIGN), statx.get(JAVA_INT, Abi.STX_DIO_OFFSET_ALIGN));
        return new Status(
                0,
                statx.get(JAVA_SHORT, Abi.STX_MODE) & 0xffff,
                statx.get(JAVA_LONG, Abi.STX_SIZE),
                statx.get(JAVA_INT, Abi.STX_BLKSIZE),
                knowsDirect ? direct : 0);
    }

    static int ftruncate(int fd, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            int result;
            do {
                result = answer(errno, (int) FTRUNCATE.invokeExact(errno, fd, length));
            } while (result == -EINTR);
            return result;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    static long lseek(int fd, long offset, int whence) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            long result = (long) LSEEK.invokeExact(errno, fd, offset, whence);
            return result == -1 ? -Library.errno(errno) : result;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    private static int answer(MemorySegment errno, int result) {
        return result == -1 ? -Library.errno(errno) : result;
    }
}
