package dev.penstock.aio.provider.uring;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.StructLayout;

/**
 * The structures and numbers of {@code <linux/io_uring.h>}, {@code <fcntl.h>}, {@code <sys/mman.h>} and
 * {@code <sys/stat.h>} on Linux x86-64, and nowhere else; a test compares them with what a C compiler says. Names are those
 * of C, and pointers are numbers.
 */
final class Abi {
    static final StructLayout IO_SQRING_OFFSETS = structLayout(
            JAVA_INT.withName("head"),
            JAVA_INT.withName("tail"),
            JAVA_INT.withName("ring_mask"),
            JAVA_INT.withName("ring_entries"),
            JAVA_INT.withName("flags"),
            JAVA_INT.withName("dropped"),
            JAVA_INT.withName("array"),
            paddingLayout(12));

    static final StructLayout IO_CQRING_OFFSETS = structLayout(
            JAVA_INT.withName("head"),
            JAVA_INT.withName("tail"),
            JAVA_INT.withName("ring_mask"),
            JAVA_INT.withName("ring_entries"),
            JAVA_INT.withName("overflow"),
            JAVA_INT.withName("cqes"),
            paddingLayout(16));

    static final StructLayout IO_URING_PARAMS = structLayout(
            JAVA_INT.withName("sq_entries"),
            JAVA_INT.withName("cq_entries"),
            JAVA_INT.withName("flags"),
            paddingLayout(8),
            JAVA_INT.withName("features"),
            paddingLayout(16),
            IO_SQRING_OFFSETS.withName("sq_off"),
            IO_CQRING_OFFSETS.withName("cq_off"));

    static final StructLayout IO_URING_SQE = structLayout(
            JAVA_BYTE.withName("opcode"),
            JAVA_BYTE.withName("flags"),
            JAVA_SHORT.withName("ioprio"),
            JAVA_INT.withName("fd"),
            JAVA_LONG.withName("off"),
            JAVA_LONG.withName("addr"),
            JAVA_INT.withName("len"),
            JAVA_INT.withName("fsync_flags"),
            JAVA_LONG.withName("user_data"),
            JAVA_SHORT.withName("buf_index"),
            paddingLayout(22));

    static final StructLayout IO_URING_CQE =
            structLayout(JAVA_LONG.withName("user_data"), JAVA_INT.withName("res"), JAVA_INT.withName("flags"));

    static final StructLayout IO_URING_GETEVENTS_ARG = structLayout(
            JAVA_LONG.withName("sigmask"), JAVA_INT.withName("sigmask_sz"), paddingLayout(4), JAVA_LONG.withName("ts"));

    static final StructLayout IO_URING_SYNC_CANCEL_REG = structLayout(
            JAVA_LONG.withName("addr"),
            JAVA_INT.withName("fd"),
            JAVA_INT.withName("flags"),
            structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"))
                    .withName("timeout"),
            paddingLayout(32));

    static final StructLayout IO_URING_RSRC_REGISTER = structLayout(
            JAVA_INT.withName("nr"),
            JAVA_INT.withName("flags"),
            paddingLayout(8),
            JAVA_LONG.withName("data"),
            JAVA_LONG.withName("tags"));

    static final StructLayout IO_URING_RSRC_UPDATE2 = structLayout(
            JAVA_INT.withName("offset"),
            paddingLayout(4),
            JAVA_LONG.withName("data"),
            JAVA_LONG.withName("tags"),
            JAVA_INT.withName("nr"),
            paddingLayout(4));

    static final StructLayout IO_URING_PROBE =
            structLayout(JAVA_BYTE.withName("last_op"), JAVA_BYTE.withName("ops_len"), paddingLayout(14));

    static final StructLayout IO_URING_PROBE_OP =
            structLayout(JAVA_BYTE.withName("op"), paddingLayout(1), JAVA_SHORT.withName("flags"), paddingLayout(4));

    static final StructLayout IOVEC = structLayout(JAVA_LONG.withName("iov_base"), JAVA_LONG.withName("iov_len"));

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

    static final int IORING_OP_NOP = 0;
    static final int IORING_OP_FSYNC = 3;
    static final int IORING_OP_READ_FIXED = 4;
    static final int IORING_OP_WRITE_FIXED = 5;
    static final int IORING_OP_READ = 22;
    static final int IORING_OP_WRITE = 23;
    static final int IO_URING_OP_SUPPORTED = 1;
    static final int IOSQE_FIXED_FILE = 1;
    static final int IORING_FSYNC_DATASYNC = 1;

    static final int IORING_SETUP_CQSIZE = 8;
    static final int IORING_FEAT_SINGLE_MMAP = 1;
    static final int IORING_FEAT_NODROP = 2;
    static final int IORING_FEAT_EXT_ARG = 0x100;
    static final int IORING_FEAT_RW_ATTR = 0x10000;
    static final long IORING_OFF_SQ_RING = 0;
    static final long IORING_OFF_SQES = 0x10000000;
    static final int IORING_SQ_CQ_OVERFLOW = 2;

    static final int IORING_ENTER_GETEVENTS = 1;
    static final int IORING_ENTER_EXT_ARG = 8;

    static final int IORING_REGISTER_PROBE = 8;
    static final int IORING_REGISTER_FILES2 = 13;
    static final int IORING_REGISTER_FILES_UPDATE2 = 14;
    static final int IORING_REGISTER_BUFFERS2 = 15;
    static final int IORING_REGISTER_BUFFERS_UPDATE = 16;
    static final int IORING_REGISTER_SYNC_CANCEL = 24;
    static final int IORING_RSRC_REGISTER_SPARSE = 1;

    /** Of preadv2: do not wait for what is not in memory. */
    static final int RWF_NOWAIT = 8;

    static final int SYS_IO_URING_SETUP = 425;
    static final int SYS_IO_URING_ENTER = 426;
    static final int SYS_IO_URING_REGISTER = 427;

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    static final int MAP_POPULATE = 0x8000;

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
    static final int SEEK_END = 2;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_STATX_DONT_SYNC = 0x4000;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int STATX_DIOALIGN = 0x2000;
    static final int S_IFMT = 0170000;
    static final int S_IFREG = 0100000;
    static final int S_IFBLK = 0060000;
    static final int S_IFDIR = 0040000;

    private Abi() {}

    static long offset(StructLayout struct, String member) {
        return struct.byteOffset(groupElement(member));
    }
}
