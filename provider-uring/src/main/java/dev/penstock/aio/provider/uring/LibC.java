package dev.penstock.aio.provider.uring;

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
 * The functions of the C library that are not io_uring. They may block, and are not on the path of a read or a write; except
 * preadv2, which is used without waiting, and the pwrite of a thread that waits anyway. Where C answers -1 and sets errno,
 * these answer the negative errno, but for the preadv2 that is given no memory for it; what EINTR interrupts is repeated, but
 * for preadv2, and for close, whose descriptor is gone then.
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

    /** int fsync(int fd) */
    private static final MethodHandle FSYNC = Library.settingErrno("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** int fdatasync(int fd) */
    private static final MethodHandle FDATASYNC =
            Library.settingErrno("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** off_t lseek(int fd, off_t offset, int whence) */
    private static final MethodHandle LSEEK =
            Library.settingErrno("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** ssize_t pread(int fd, void *buf, size_t count, off_t offset) */
    private static final MethodHandle PREAD =
            Library.settingErrno("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static final FunctionDescriptor PREADV2_PROTOTYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT);

    /** ssize_t preadv2(int fd, const struct iovec *iov, int iovcnt, off_t offset, int flags) */
    private static final MethodHandle PREADV2 = Library.plain("preadv2", PREADV2_PROTOTYPE);

    private static final MethodHandle PREADV2_ERRNO = Library.settingErrno("preadv2", PREADV2_PROTOTYPE);

    /** ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset) */
    private static final MethodHandle PWRITE =
            Library.settingErrno("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset) */
    private static final MethodHandle MMAP = Library.settingErrno(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

    /** int munmap(void *addr, size_t length) */
    private static final MethodHandle MUNMAP =
            Library.settingErrno("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private static final int EINTR = 4;

    private LibC() {}

    /**
     * What statx(2) says of an open file.
     *
     * @param error 0, or the negative errno of statx, and all else is 0
     * @param mode type and permissions
     * @param size in bytes; 0 for a block device
     * @param directBytes what O_DIRECT demands address, length and offset to be multiples of; 0 if it is not known
     */
    record Status(int error, int mode, long size, int directBytes) {
        int type() {
            return mode & Abi.S_IFMT;
        }
    }

    /** A call that sets errno, with memory for it. */
    private interface Call {
        long invoke(MemorySegment errno) throws Throwable;
    }

    private static long once(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Library.errnoMemory(arena);
            long result = call.invoke(errno);
            return result == -1 ? -Library.errno(errno) : result;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    private static long repeated(Call call) {
        long result;
        do {
            result = once(call);
        } while (result == -EINTR);
        return result;
    }

    /**
     * Opens a file.
     *
     * @param path in the file system's own bytes
     * @return the descriptor
     */
    static int open(byte[] path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pathname = arena.allocate(path.length + 1L);
            MemorySegment.copy(path, 0, pathname, JAVA_BYTE, 0, path.length);
            return (int) repeated(errno -> (int) OPEN.invokeExact(errno, pathname, flags, mode));
        }
    }

    static int close(int fd) {
        return (int) once(errno -> (int) CLOSE.invokeExact(errno, fd));
    }

    static int fcntl(int fd, int op, int arg) {
        return (int) once(errno -> (int) FCNTL.invokeExact(errno, fd, op, arg));
    }

    static Status statx(int fd) {
        return statx(fd, 0);
    }

    /**
     * The same.
     *
     * @param sync AT_STATX_DONT_SYNC if what is known here will do
     */
    static Status statx(int fd, int sync) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(Abi.STATX);
            MemorySegment empty = arena.allocate(1);
            int mask = Abi.STATX_BASIC_STATS | Abi.STATX_DIOALIGN;
            int flags = Abi.AT_EMPTY_PATH | sync;
            int result = (int) once(errno -> (int) STATX.invokeExact(errno, fd, empty, flags, mask, statx));
            return result == 0 ? status(statx) : new Status(result, 0, 0, 0);
        }
    }

    private static Status status(MemorySegment statx) {
        boolean knowsDirect = (statx.get(JAVA_INT, Abi.offset(Abi.STATX, "stx_mask")) & Abi.STATX_DIOALIGN) != 0;
        int direct = Math.max(
                statx.get(JAVA_INT, Abi.offset(Abi.STATX, "stx_dio_mem_align")),
                statx.get(JAVA_INT, Abi.offset(Abi.STATX, "stx_dio_offset_align")));
        return new Status(
                0,
                statx.get(JAVA_SHORT, Abi.offset(Abi.STATX, "stx_mode")) & 0xffff,
                statx.get(JAVA_LONG, Abi.offset(Abi.STATX, "stx_size")),
                knowsDirect ? direct : 0);
    }

    static int ftruncate(int fd, long length) {
        return (int) repeated(errno -> (int) FTRUNCATE.invokeExact(errno, fd, length));
    }

    static int fsync(int fd) {
        return (int) repeated(errno -> (int) FSYNC.invokeExact(errno, fd));
    }

    static int fdatasync(int fd) {
        return (int) repeated(errno -> (int) FDATASYNC.invokeExact(errno, fd));
    }

    static long lseek(int fd, long offset, int whence) {
        return once(errno -> (long) LSEEK.invokeExact(errno, fd, offset, whence));
    }

    /** The memory must stay until this returns. */
    static long pread(int fd, long address, long count, long offset) {
        return repeated(errno -> (long) PREAD.invokeExact(errno, fd, address, count, offset));
    }

    /** The same into the one area of memory that an iovec names; once. */
    static long preadv2(MemorySegment errno, int fd, MemorySegment iovec, long offset, int flags) {
        try {
            long result = (long) PREADV2_ERRNO.invokeExact(errno, fd, iovec, 1, offset, flags);
            return result == -1 ? -Library.errno(errno) : result;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** The same without a reason: -1. */
    static long preadv2(int fd, MemorySegment iovec, long offset, int flags) {
        try {
            return (long) PREADV2.invokeExact(fd, iovec, 1, offset, flags);
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** The memory must stay until this returns. */
    static long pwrite(int fd, long address, long count, long offset) {
        return repeated(errno -> (long) PWRITE.invokeExact(errno, fd, address, count, offset));
    }

    /**
     * The same with memory for the errno, for it is on the path of a write. Never made again to learn why it failed: it may
     * have written something, and an error of a device is told once.
     */
    static long pwrite(MemorySegment errno, int fd, long address, long count, long offset) {
        try {
            long result;
            do {
                result = (long) PWRITE.invokeExact(errno, fd, address, count, offset);
            } while (result == -1 && Library.errno(errno) == EINTR);
            return result == -1 ? -Library.errno(errno) : result;
        } catch (Throwable e) {
            throw Library.impossible(e);
        }
    }

    /** Maps a part of what a descriptor stands for, shared; returns its address, or a negative errno. */
    static long mmap(int fd, long offset, long length) {
        int prot = Abi.PROT_READ | Abi.PROT_WRITE;
        int flags = Abi.MAP_SHARED | Abi.MAP_POPULATE;
        return once(errno -> (long) MMAP.invokeExact(errno, 0L, length, prot, flags, fd, offset));
    }

    static void munmap(MemorySegment memory, long length) {
        long result = once(errno -> (int) MUNMAP.invokeExact(errno, memory, length));
        if (result != 0) {
            throw new AssertionError("munmap length=" + length + ": " + result);
        }
    }
}
