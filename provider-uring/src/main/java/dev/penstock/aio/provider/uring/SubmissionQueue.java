package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
    // An entry is written in words: the first one, and that of the length, are of several fields.
    private static final long HEAD = Abi.offset(Abi.IO_URING_SQE, "opcode");
    private static final int FLAGS_SHIFT = shift("flags");
    private static final int FD_SHIFT = shift("fd");
    private static final long OFF = Abi.offset(Abi.IO_URING_SQE, "off");
    private static final long ADDR = Abi.offset(Abi.IO_URING_SQE, "addr");
    private static final long LEN = Abi.offset(Abi.IO_URING_SQE, "len");
    private static final int FSYNC_FLAGS_SHIFT = shift("fsync_flags");
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

    /** How an entry names a file by its descriptor. */
    static long descriptor(int fd) {
        return (long) fd << FD_SHIFT;
    }

    /** How an entry names a registered file. */
    static long registered(int index) {
        return (long) index << FD_SHIFT | Abi.IOSQE_FIXED_FILE << FLAGS_SHIFT;
    }

    private static int shift(String field) {
        return (int) (Abi.offset(Abi.IO_URING_SQE, field) % Long.BYTES) * Byte.SIZE;
    }

    /**
     * Adds an entry that moves bytes; the caller has seen that there is room.
     *
     * @param offset in the file; never -1, which would be the descriptor's own position, nor any other below 0
     * @param buffer the index of a registered buffer, if the opcode wants one
     */
    void move(int opcode, long file, long offset, long address, int bytes, int buffer, long userData) {
        if (offset < 0) {
            throw new AssertionError("offset=" + offset);
        }
        add(opcode | file, offset, address, bytes, userData, buffer);
    }

    /** Adds an entry that synchronizes a file. */
    void sync(long file, int flags, long userData) {
        add(Abi.IORING_OP_FSYNC | file, 0, 0, (long) flags << FSYNC_FLAGS_SHIFT, userData, 0);
    }

    /** Adds an entry that only completes. */
    void nothing(long userData) {
        add(Abi.IORING_OP_NOP, 0, 0, 0, userData, 0);
    }

    /** The words behind that of the buffer are never written, so they stay 0. */
    private void add(long head, long offset, long address, long lengthAndFlags, long userData, long buffer) {
        long sqe = (tail & entries - 1) * SQE_BYTES;
        sqes.set(JAVA_LONG, sqe + HEAD, head);
        sqes.set(JAVA_LONG, sqe + OFF, offset);
        sqes.set(JAVA_LONG, sqe + ADDR, address);
        sqes.set(JAVA_LONG, sqe + LEN, lengthAndFlags);
        sqes.set(JAVA_LONG, sqe + USER_DATA, userData);
        sqes.set(JAVA_LONG, sqe + BUF_INDEX, buffer);
        tail++;
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
