package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The queue of entries that the kernel is to take, in memory shared with it. For one thread at a time.
 *
 * <p>The indices run freely through all 32 bits and wrap, so only their differences mean anything. The kernel takes
 * entries inside io_uring_enter and at no other time, so what it has left there afterwards can be taken back.
 */
final class SubmissionQueue {
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final long SQE_BYTES = Abi.IO_URING_SQE.byteSize();
    private static final long OPCODE = Abi.offset(Abi.IO_URING_SQE, "opcode");
    private static final long FLAGS = Abi.offset(Abi.IO_URING_SQE, "flags");
    private static final long FD = Abi.offset(Abi.IO_URING_SQE, "fd");
    private static final long OFF = Abi.offset(Abi.IO_URING_SQE, "off");
    private static final long ADDR = Abi.offset(Abi.IO_URING_SQE, "addr");
    private static final long LEN = Abi.offset(Abi.IO_URING_SQE, "len");
    private static final long FSYNC_FLAGS = Abi.offset(Abi.IO_URING_SQE, "fsync_flags");
    private static final long USER_DATA = Abi.offset(Abi.IO_URING_SQE, "user_data");
    private static final long BUF_INDEX = Abi.offset(Abi.IO_URING_SQE, "buf_index");

    private final MemorySegment ring;
    private final MemorySegment sqes;
    private final long headAt;
    private final long tailAt;
    private final long flagsAt;
    private final int entries;
    /** What the kernel will be shown by {@link #publish}. */
    private int tail;
    /** Where the entry that was begun last lies. */
    private long sqe;

    /**
     * @param ring the shared memory with the indices
     * @param sqes the entries
     * @param offsets where what lies in the ring, an io_sqring_offsets
     */
    SubmissionQueue(MemorySegment ring, MemorySegment sqes, MemorySegment offsets) {
        StructLayout where = Abi.IO_SQRING_OFFSETS;
        this.ring = ring;
        this.sqes = sqes;
        this.headAt = offsets.get(JAVA_INT, Abi.offset(where, "head"));
        this.tailAt = offsets.get(JAVA_INT, Abi.offset(where, "tail"));
        this.flagsAt = offsets.get(JAVA_INT, Abi.offset(where, "flags"));
        this.entries = (int) (sqes.byteSize() / SQE_BYTES);
        this.tail = (int) INT.getAcquire(ring, tailAt);
        long arrayAt = offsets.get(JAVA_INT, Abi.offset(where, "array"));
        for (int i = 0; i < entries; i++) {
            ring.set(JAVA_INT, arrayAt + 4L * i, i);
        }
    }

    int entries() {
        return entries;
    }

    /** Begins the next entry, zeroed; the caller has seen that there is one. What follows fills it in. */
    void begin(int opcode, int fd, long userData) {
        sqe = (tail & entries - 1) * SQE_BYTES;
        for (long i = 0; i < SQE_BYTES; i += Long.BYTES) {
            sqes.set(JAVA_LONG, sqe + i, 0);
        }
        sqes.set(JAVA_BYTE, sqe + OPCODE, (byte) opcode);
        sqes.set(JAVA_INT, sqe + FD, fd);
        sqes.set(JAVA_LONG, sqe + USER_DATA, userData);
        tail++;
    }

    /**
     * Says what is to be moved.
     *
     * @param offset in the file; never -1, which would be the descriptor's own position, nor any other below 0
     */
    void move(long offset, long address, int bytes) {
        if (offset < 0) {
            throw new AssertionError("offset=" + offset);
        }
        sqes.set(JAVA_LONG, sqe + OFF, offset);
        sqes.set(JAVA_LONG, sqe + ADDR, address);
        sqes.set(JAVA_INT, sqe + LEN, bytes);
    }

    /** Says that the file is a registered one, in place of the descriptor. */
    void ofFile(int index) {
        sqes.set(JAVA_BYTE, sqe + FLAGS, (byte) Abi.IOSQE_FIXED_FILE);
        sqes.set(JAVA_INT, sqe + FD, index);
    }

    /** Says that the memory is of a registered buffer. */
    void ofBuffer(int index) {
        sqes.set(JAVA_SHORT, sqe + BUF_INDEX, (short) index);
    }

    void syncFlags(int flags) {
        sqes.set(JAVA_INT, sqe + FSYNC_FLAGS, flags);
    }

    /** Shows the kernel all that was filled in. The release pairs with the acquire of the kernel's io_uring_enter. */
    void publish() {
        INT.setRelease(ring, tailAt, tail);
    }

    /** Returns how many entries the kernel has not taken. */
    int left() {
        return tail - (int) INT.getAcquire(ring, headAt);
    }

    /** Takes back what the kernel has not taken, the youngest entries. */
    void takeBack() {
        tail = (int) INT.getAcquire(ring, headAt);
        publish();
    }

    /** Whether the kernel keeps completions that had no room. Any thread. */
    boolean isOverflown() {
        return ((int) INT.getAcquire(ring, flagsAt) & Abi.IORING_SQ_CQ_OVERFLOW) != 0;
    }
}
