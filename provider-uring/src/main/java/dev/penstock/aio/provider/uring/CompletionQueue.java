package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The queue of completions, in memory shared with the kernel. For one thread at a time, but for {@link #isEmpty}.
 *
 * <p>The indices run freely through all 32 bits and wrap, so only their differences mean anything.
 */
final class CompletionQueue {
    /** No transfer has it: its low half, as a slot, would be negative. */
    static final long NOBODY = 0xffff_ffffL;

    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final long CQE_BYTES = Abi.IO_URING_CQE.byteSize();
    private static final long USER_DATA = Abi.offset(Abi.IO_URING_CQE, "user_data");
    private static final long RES = Abi.offset(Abi.IO_URING_CQE, "res");

    private final MemorySegment ring;
    private final long headAt;
    private final long tailAt;
    private final long cqesAt;
    private final int mask;

    /**
     * @param ring the shared memory with the indices and the completions
     * @param offsets where what lies in the ring, an io_cqring_offsets
     */
    CompletionQueue(MemorySegment ring, MemorySegment offsets) {
        StructLayout where = Abi.IO_CQRING_OFFSETS;
        this.ring = ring;
        this.headAt = offsets.get(JAVA_INT, Abi.offset(where, "head"));
        this.tailAt = offsets.get(JAVA_INT, Abi.offset(where, "tail"));
        this.cqesAt = offsets.get(JAVA_INT, Abi.offset(where, "cqes"));
        this.mask = ring.get(JAVA_INT, offsets.get(JAVA_INT, Abi.offset(where, "ring_mask")));
    }

    /** Returns how many completions there are. The acquire pairs with the kernel's release of a new tail. */
    int count() {
        return (int) INT.getAcquire(ring, tailAt) - (int) INT.getAcquire(ring, headAt);
    }

    /** Whether there is none. Any thread; a hint. */
    boolean isEmpty() {
        return count() == 0;
    }

    private long at(int index) {
        return cqesAt + ((int) INT.get(ring, headAt) + index & mask) * CQE_BYTES;
    }

    /** Returns whose completion it is; the index counts from the oldest. */
    long userData(int index) {
        return ring.get(JAVA_LONG, at(index) + USER_DATA);
    }

    int result(int index) {
        return ring.get(JAVA_INT, at(index) + RES);
    }

    /** Makes one of the completions be nobody's. */
    void blank(int index) {
        ring.set(JAVA_LONG, at(index) + USER_DATA, NOBODY);
    }

    /** Gives the room of the oldest ones back. The release keeps the reads of them before it. */
    void advance(int count) {
        INT.setRelease(ring, headAt, (int) INT.get(ring, headAt) + count);
    }
}
