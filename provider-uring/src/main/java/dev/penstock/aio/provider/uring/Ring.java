package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.penstock.aio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An instance of io_uring: its descriptor, and the two queues in memory that is shared with the kernel.
 *
 * <p>It has no flags that bind it to a thread. COOP_TASKRUN would let completions wait for the next tick if one thread
 * submits and then computes while another waits, and DEFER_TASKRUN and SINGLE_ISSUER refuse every other thread.
 */
final class Ring implements AutoCloseable {
    private static final int FEATURES = Abi.IORING_FEAT_SINGLE_MMAP | Abi.IORING_FEAT_NODROP | Abi.IORING_FEAT_EXT_ARG;
    private static final int[] OPCODES = {
        Abi.IORING_OP_NOP, Abi.IORING_OP_READ, Abi.IORING_OP_WRITE, Abi.IORING_OP_FSYNC
    };

    private final int fd;
    /** A thread that comes late gets an exception, and touches no memory that is gone. */
    private final Arena arena = Arena.ofShared();

    private final SubmissionQueue submissions;
    private final CompletionQueue completions;

    private final boolean letsGoOfFiles;

    private Ring(int fd, MemorySegment params) throws RingProblem {
        this.fd = fd;
        // Of 6.14; the change that matters is of 6.13, and has no sign of its own.
        this.letsGoOfFiles = (features(params) & Abi.IORING_FEAT_RW_ATTR) != 0;
        MemorySegment sq = params.asSlice(Abi.offset(Abi.IO_URING_PARAMS, "sq_off"), Abi.IO_SQRING_OFFSETS);
        MemorySegment cq = params.asSlice(Abi.offset(Abi.IO_URING_PARAMS, "cq_off"), Abi.IO_CQRING_OFFSETS);
        long sqEntries = params.get(JAVA_INT, Abi.offset(Abi.IO_URING_PARAMS, "sq_entries"));
        long cqEntries = params.get(JAVA_INT, Abi.offset(Abi.IO_URING_PARAMS, "cq_entries"));
        long array = sq.get(JAVA_INT, Abi.offset(Abi.IO_SQRING_OFFSETS, "array"));
        long cqes = cq.get(JAVA_INT, Abi.offset(Abi.IO_CQRING_OFFSETS, "cqes"));
        boolean mapped = false;
        try {
            MemorySegment ring = map(
                    Abi.IORING_OFF_SQ_RING,
                    Math.max(array + 4 * sqEntries, cqes + Abi.IO_URING_CQE.byteSize() * cqEntries));
            MemorySegment sqes = map(Abi.IORING_OFF_SQES, Abi.IO_URING_SQE.byteSize() * sqEntries);
            this.submissions = new SubmissionQueue(ring, sqes, sq);
            this.completions = new CompletionQueue(ring, cq);
            requireOpcodes();
            mapped = true;
        } finally {
            if (!mapped) {
                close();
            }
        }
    }

    /**
     * Opens a ring.
     *
     * @param entries how many can be submitted by one call, a power of two
     * @param completions for how many there is room at least, as many or more
     */
    static Ring open(int entries, int completions) throws RingProblem {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(Abi.IO_URING_PARAMS);
            params.set(JAVA_INT, Abi.offset(Abi.IO_URING_PARAMS, "flags"), Abi.IORING_SETUP_CQSIZE);
            params.set(JAVA_INT, Abi.offset(Abi.IO_URING_PARAMS, "cq_entries"), completions);
            int fd = RingProblem.check(
                    "io_uring_setup", IoUring.io_uring_setup(Library.errnoMemory(arena), entries, params));
            if ((features(params) & FEATURES) != FEATURES) {
                LibC.close(fd);
                throw new RingProblem("the io_uring of this kernel is too old", Errno.EOPNOTSUPP.number());
            }
            return new Ring(fd, params);
        }
    }

    private static int features(MemorySegment params) {
        return params.get(JAVA_INT, Abi.offset(Abi.IO_URING_PARAMS, "features"));
    }

    private MemorySegment map(long offset, long bytes) throws RingProblem {
        long address = LibC.mmap(fd, offset, bytes);
        if (address < 0 && address > -4096) {
            throw new RingProblem("mmap of io_uring", (int) -address);
        }
        return Library.mapped(address, bytes, arena);
    }

    private void requireOpcodes() throws RingProblem {
        for (int opcode : OPCODES) {
            if (!supports(opcode)) {
                throw new RingProblem("this kernel's io_uring has no operation " + opcode, Errno.EOPNOTSUPP.number());
            }
        }
    }

    /** Asks the kernel by IORING_REGISTER_PROBE whether it has an operation. */
    boolean supports(int opcode) throws RingProblem {
        int count = opcode + 1;
        try (Arena own = Arena.ofConfined()) {
            long headBytes = Abi.IO_URING_PROBE.byteSize();
            long opBytes = Abi.IO_URING_PROBE_OP.byteSize();
            MemorySegment probe = own.allocate(headBytes + opBytes * count, 8);
            RingProblem.check("io_uring_register", register(Abi.IORING_REGISTER_PROBE, probe, count));
            int told = probe.get(JAVA_BYTE, Abi.offset(Abi.IO_URING_PROBE, "ops_len")) & 0xff;
            long at = headBytes + opBytes * opcode + Abi.offset(Abi.IO_URING_PROBE_OP, "flags");
            return opcode < told && (probe.get(JAVA_SHORT, at) & Abi.IO_URING_OP_SUPPORTED) != 0;
        }
    }

    int fd() {
        return fd;
    }

    /** Whether a file that is taken out of the table of registered ones is let go of at once. */
    boolean letsGoOfFiles() {
        return letsGoOfFiles;
    }

    SubmissionQueue submissions() {
        return submissions;
    }

    CompletionQueue completions() {
        return completions;
    }

    /**
     * Makes an empty table of registered buffers or files.
     *
     * @return 0, or a negative errno; EINVAL before Linux 5.19
     */
    int makeTable(int opcode, int entries) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment table = own.allocate(Abi.IO_URING_RSRC_REGISTER);
            table.set(JAVA_INT, Abi.offset(Abi.IO_URING_RSRC_REGISTER, "nr"), entries);
            table.set(JAVA_INT, Abi.offset(Abi.IO_URING_RSRC_REGISTER, "flags"), Abi.IORING_RSRC_REGISTER_SPARSE);
            return register(opcode, table, (int) table.byteSize());
        }
    }

    /**
     * Puts something into an entry of such a table.
     *
     * @param what where it is told what
     * @return how many entries were changed, or a negative errno
     */
    int putIntoTable(int opcode, int index, MemorySegment what) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment update = own.allocate(Abi.IO_URING_RSRC_UPDATE2);
            update.set(JAVA_INT, Abi.offset(Abi.IO_URING_RSRC_UPDATE2, "offset"), index);
            update.set(JAVA_LONG, Abi.offset(Abi.IO_URING_RSRC_UPDATE2, "data"), what.address());
            update.set(JAVA_INT, Abi.offset(Abi.IO_URING_RSRC_UPDATE2, "nr"), 1);
            return register(opcode, update, (int) update.byteSize());
        }
    }

    /**
     * Asks the kernel to cancel what was submitted with a token, by IORING_REGISTER_SYNC_CANCEL, with no time to wait for
     * what runs.
     *
     * @return not negative if it says that it did, or a negative errno: ENOENT if it has no such thing, EALREADY if that runs,
     *     EINVAL before Linux 6.0
     */
    int cancel(long token) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment cancel = own.allocate(Abi.IO_URING_SYNC_CANCEL_REG);
            cancel.set(JAVA_LONG, Abi.offset(Abi.IO_URING_SYNC_CANCEL_REG, "addr"), token);
            cancel.set(JAVA_INT, Abi.offset(Abi.IO_URING_SYNC_CANCEL_REG, "fd"), -1);
            return register(Abi.IORING_REGISTER_SYNC_CANCEL, cancel, 1);
        }
    }

    private int register(int opcode, MemorySegment arg, int count) {
        try (Arena own = Arena.ofConfined()) {
            return IoUring.io_uring_register(Library.errnoMemory(own), fd, opcode, arg, count);
        }
    }

    /** Nobody uses it any more. */
    @Override
    public void close() {
        LibC.close(fd);
        arena.close();
    }
}
