package dev.penstock.aio.provider.posix;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.StructLayout;

/**
 * The structures and numbers of {@code <aio.h>}, {@code <fcntl.h>}, {@code <sys/stat.h>} and {@code <time.h>} with glibc
 * on Linux x86-64, and nowhere else; a test compares them with what a C compiler says. Names are those of C, and
 * pointers are numbers.
 */
final class Abi {
    static final StructLayout SIGEVENT = structLayout(
            JAVA_LONG.withName("sigev_value"),
            JAVA_INT.withName("sigev_signo"),
            JAVA_INT.withName("sigev_notify"),
            paddingLayout(48));

    /** What lies between aio_sigevent and aio_offset, and behind, is glibc's own, and only looked at. */
    static final StructLayout AIOCB = structLayout(
            JAVA_INT.withName("aio_fildes"),
            JAVA_INT.withName("aio_lio_opcode"),
            JAVA_INT.withName("aio_reqprio"),
            paddingLayout(4),
            JAVA_LONG.withName("aio_buf"),
            JAVA_LONG.withName("aio_nbytes"),
            SIGEVENT.withName("aio_sigevent"),
            paddingLayout(16),
            JAVA_INT.withName("__error_code"),
            paddingLayout(12),
            JAVA_LONG.withName("aio_offset"),
            paddingLayout(32));

    static final StructLayout TIMESPEC = structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));

    static final StructLayout STATX = structLayout(
            JAVA_INT.withName("stx_mask"),
            JAVA_INT.withName("stx_blksize"),
            paddingLayout(20),
            JAVA_SHORT.withName("stx_mode"),
            paddingLayout(10),
            JAVA_LONG.withName("stx_size"),
            paddingLayout(104),
            JAVA_INT.withName("stx_dio_mem_align"),
            JAVA_INT.withName("stx_dio_offset_align"),
            paddingLayout(96));

    static final long AIO_FILDES = AIOCB.byteOffset(groupElement("aio_fildes"));
    static final long AIO_LIO_OPCODE = AIOCB.byteOffset(groupElement("aio_lio_opcode"));
    static final long AIO_BUF = AIOCB.byteOffset(groupElement("aio_buf"));
    static final long AIO_NBYTES = AIOCB.byteOffset(groupElement("aio_nbytes"));
    static final long AIO_SIGEV_NOTIFY = AIOCB.byteOffset(groupElement("aio_sigevent"), groupElement("sigev_notify"));
    static final long AIO_OFFSET = AIOCB.byteOffset(groupElement("aio_offset"));
    static final long AIO_ERROR_CODE = AIOCB.byteOffset(groupElement("__error_code"));
    static final long TV_SEC = TIMESPEC.byteOffset(groupElement("tv_sec"));
    static final long TV_NSEC = TIMESPEC.byteOffset(groupElement("tv_nsec"));
    static final long STX_MASK = STATX.byteOffset(groupElement("stx_mask"));
    static final long STX_BLKSIZE = STATX.byteOffset(groupElement("stx_blksize"));
    static final long STX_MODE = STATX.byteOffset(groupElement("stx_mode"));
    static final long STX_SIZE = STATX.byteOffset(groupElement("stx_size"));
    static final long STX_DIO_MEM_ALIGN = STATX.byteOffset(groupElement("stx_dio_mem_align"));
    static final long STX_DIO_OFFSET_ALIGN = STATX.byteOffset(groupElement("stx_dio_offset_align"));

    static final int LIO_READ = 0;
    static final int LIO_WRITE = 1;
    static final int LIO_NOWAIT = 1;
    static final int SIGEV_NONE = 1;
    static final int AIO_CANCELED = 0;
    static final int AIO_ALLDONE = 2;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_ACCMODE = 3;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;
    static final int O_NONBLOCK = 04000;
    static final int O_DSYNC = 010000;
    static final int O_DIRECT = 040000;
    static final int O_NOFOLLOW = 0400000;
    static final int O_CLOEXEC = 02000000;
    static final int O_SYNC = 04010000;
    static final int O_PATH = 010000000;
    static final int F_GETFL = 3;
    static final int F_SETFL = 4;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int SEEK_SET = 0;
    static final int SEEK_END = 2;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int STATX_DIOALIGN = 0x2000;
    static final int S_IFMT = 0170000;
    static final int S_IFREG = 0100000;
    static final int S_IFBLK = 0060000;
    static final int S_IFDIR = 0040000;

    private Abi() {}
}
