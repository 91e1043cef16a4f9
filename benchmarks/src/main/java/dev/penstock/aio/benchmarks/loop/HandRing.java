package dev.penstock.aio.benchmarks.loop;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * As little of io_uring as one thread needs that submits and collects, without anything between it and the memory that is
 * shared with the kernel. No flags but for the size of the queues, as provider uring has them. Numbers are those of
 * {@code <linux/io_uring.h>}.
 */
final class HandRing implements AutoCloseable {
    static final int READ_FIXED = 4;
    static final int WRITE_FIXED = 5;
    static final int FSYNC = 3;
    static final int READ = 22;
    static final int WRITE = 23;
    static final byte FIXED_FILE = 1;
    /** The next entry starts when this one has ended well. */
    static final byte LINK = 4;

    private static final int FSYNC_DATASYNC = 1;
    private static final int SQE_BYTES = 64;
    private static final int CQE_BYTES = 16;
    private static final int PARAMS_BYTES = 120;
    private static final int SQ_OFFSETS = 40;
    private static final int CQ_OFFSETS = 80;
    private static final int FEATURES_AT = 20;
    private static final int FEAT_SINGLE_MMAP = 1;
    private static final long OFF_RINGS = 0;
    private static final long OFF_SQES = 0x10000000L;
    private static final VarHandle INDEX = JAVA_INT.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = LinuxCalls.errnoMemory(arena);
    private final int fd;
    private final MemorySegment rings;
    private final MemorySegment sqes;
    private final long sqHeadAt;
    private final long sqTailAt;
    private final int sqMask;
    private final long cqHeadAt;
    private final long cqTailAt;
    private final int cqMask;
    private final long cqesAt;
    /** Free-running, as those in the shared memory. */
    private int sqTail;

    private int cqHead;
    /** As last seen. */
    private int cqTail;

    /**
     * Opens a ring.
     *
     * @param entries how many can be submitted at a time; the kernel makes it a power of two
     */
    HandRing(int entries) throws IOException {
        MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
        this.fd = LinuxCalls.io_uring_setup(entries, params);
        if ((params.get(JAVA_INT, FEATURES_AT) & FEAT_SINGLE_MMAP) == 0) {
            LinuxCalls.close(fd);
            throw new UnsupportedOperationException("the io_uring of this kernel is too old");
        }
        int sqEntries = params.get(JAVA_INT, 0);
        int cqEntries = params.get(JAVA_INT, 4);
        this.sqHeadAt = params.get(JAVA_INT, SQ_OFFSETS);
        this.sqTailAt = params.get(JAVA_INT, SQ_OFFSETS + 4);
        long arrayAt = params.get(JAVA_INT, SQ_OFFSETS + 24);
        this.cqHeadAt = params.get(JAVA_INT, CQ_OFFSETS);
        this.cqTailAt = params.get(JAVA_INT, CQ_OFFSETS + 4);
        this.cqesAt = params.get(JAVA_INT, CQ_OFFSETS + 20);
        this.sqMask = sqEntries - 1;
        this.cqMask = cqEntries - 1;
        long bytes = Math.max(arrayAt + 4L * sqEntries, cqesAt + (long) CQE_BYTES * cqEntries);
        this.rings = LinuxCalls.mmap(fd, OFF_RINGS, bytes);
        this.sqes = LinuxCalls.mmap(fd, OFF_SQES, (long) SQE_BYTES * sqEntries);
        for (int i = 0; i < sqEntries; i++) {
            rings.set(JAVA_INT, arrayAt + 4L * i, i);
        }
    }

    /** Registers memory as buffer 0. */
    void registerBuffer(MemorySegment memory) throws IOException {
        MemorySegment iovec = arena.allocate(JAVA_LONG, 2);
        iovec.set(JAVA_LONG, 0, memory.address());
        iovec.set(JAVA_LONG, 8, memory.byteSize());
        LinuxCalls.io_uring_register(fd, LinuxCalls.REGISTER_BUFFERS, iovec, 1);
    }

    /** Registers a file as file 0. */
    void registerFile(int file) throws IOException {
        LinuxCalls.io_uring_register(fd, LinuxCalls.REGISTER_FILES, arena.allocateFrom(JAVA_INT, file), 1);
    }

    /** Fills in the next entry; the caller has no more in flight than there are. */
    void prepare(int opcode, byte flags, int file, long offset, long address, int bytes, long userData) {
        long at = (long) (sqTail++ & sqMask) * SQE_BYTES;
        sqes.set(JAVA_BYTE, at, (byte) opcode);
        sqes.set(JAVA_BYTE, at + 1, flags);
        sqes.set(JAVA_SHORT, at + 2, (short) 0);
        sqes.set(JAVA_INT, at + 4, file);
        sqes.set(JAVA_LONG, at + 8, offset);
        sqes.set(JAVA_LONG, at + 16, address);
        sqes.set(JAVA_INT, at + 24, bytes);
        sqes.set(JAVA_INT, at + 28, opcode == FSYNC ? FSYNC_DATASYNC : 0);
        sqes.set(JAVA_LONG, at + 32, userData);
        sqes.set(JAVA_LONG, at + 40, 0);
    }

    /** Makes a completion the current one: one that is there, or else one that is waited for after all is submitted. */
    void next() throws IOException {
        while (cqHead == cqTail) {
            cqTail = (int) INDEX.getAcquire(rings, cqTailAt);
            if (cqHead == cqTail) {
                INDEX.setRelease(rings, sqTailAt, sqTail);
                LinuxCalls.io_uring_enter(errno, fd, sqTail - (int) INDEX.getAcquire(rings, sqHeadAt));
            }
        }
    }

    long userData() {
        return rings.get(JAVA_LONG, cqesAt + (long) (cqHead & cqMask) * CQE_BYTES);
    }

    int result() {
        return rings.get(JAVA_INT, cqesAt + (long) (cqHead & cqMask) * CQE_BYTES + 8);
    }

    /** Gives the current completion back. */
    void seen() {
        INDEX.setRelease(rings, cqHeadAt, ++cqHead);
    }

    /** The kernel cancels what is in flight, or lets it end before the descriptor is gone. */
    @Override
    public void close() throws IOException {
        LinuxCalls.munmap(sqes);
        LinuxCalls.munmap(rings);
        LinuxCalls.close(fd);
        arena.close();
    }
}
