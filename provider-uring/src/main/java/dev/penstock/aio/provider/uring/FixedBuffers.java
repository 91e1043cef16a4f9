package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.aio.Errno;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Memory that is registered with every ring of a backend, under the same index, so that a transfer in it costs no look-up
 * of its pages. What cannot be registered is used as it is. Registering is a system call for each ring, and pins the
 * memory.
 */
final class FixedBuffers {
    /** The index of what is not registered. */
    static final int NONE = -1;

    private static final System.Logger LOG = System.getLogger(FixedBuffers.class.getName());
    private static final int BUFFERS_MAX = 1_024;

    private final List<Ring> rings;
    /** How many there may be; 0 if nothing can be registered. */
    private final int most;

    /**
     * For some instructions only, and no monitor: who starts or collects comes here, and as a virtual thread would be
     * unmounted with the right to do so.
     */
    private final SpinLock lock = new SpinLock();
    /** Guarded by the lock. */
    private final BitSet used = new BitSet();

    private final AtomicBoolean warned = new AtomicBoolean();

    /** Makes room in the rings; where the kernel has no sparse tables (before Linux 5.19), nothing is registered. */
    FixedBuffers(List<Ring> rings, boolean wanted) {
        this.rings = rings;
        this.most = wanted && rings.stream().allMatch(FixedBuffers::makeRoom) ? BUFFERS_MAX : 0;
    }

    private static boolean makeRoom(Ring ring) {
        return ring.makeTable(Abi.IORING_REGISTER_BUFFERS2, BUFFERS_MAX) == 0;
    }

    /** Returns the index, or {@link #NONE}. */
    int register(long address, long bytes) {
        int index = claim();
        if (index == NONE) {
            return NONE;
        }
        int answer = 0;
        boolean registered = false;
        try {
            for (int i = 0; i < rings.size() && answer >= 0; i++) {
                answer = update(rings.get(i), index, address, bytes);
            }
            registered = answer >= 0;
        } finally {
            if (!registered) {
                unregister(index);
            }
        }
        if (!registered) {
            warn(bytes, -answer);
        }
        return registered ? index : NONE;
    }

    private int claim() {
        lock.lock();
        try {
            int index = used.nextClearBit(0);
            if (index >= most) {
                return NONE;
            }
            used.set(index);
            return index;
        } finally {
            lock.unlock();
        }
    }

    private void warn(long bytes, int number) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(
                    Level.INFO,
                    "memory for leases is used unregistered, registering " + bytes + " bytes: " + Errno.of(number)
                            + " (" + number + "); the limit of locked memory (ulimit -l) may be too low");
        }
    }

    void unregister(int index) {
        if (index != NONE) {
            rings.forEach(ring -> update(ring, index, 0, 0));
            lock.lock();
            used.clear(index);
            lock.unlock();
        }
    }

    /** Puts a buffer into a ring's table; none if the address is 0. */
    private static int update(Ring ring, int index, long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment iovec = arena.allocate(Abi.IOVEC);
            iovec.set(JAVA_LONG, Abi.offset(Abi.IOVEC, "iov_base"), address);
            iovec.set(JAVA_LONG, Abi.offset(Abi.IOVEC, "iov_len"), bytes);
            return ring.putIntoTable(Abi.IORING_REGISTER_BUFFERS_UPDATE, index, iovec);
        }
    }
}
