package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.aio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads what the page cache holds, in the calling thread and without waiting for anything. For a read that is alone this is
 * a good deal cheaper than a ring, which would do the same inside the call that submits it.
 */
final class CachedRead {
    private static final long IOV_LEN = Abi.offset(Abi.IOVEC, "iov_len");
    private static final int EOPNOTSUPP = Errno.EOPNOTSUPP.number();

    // For one thread at a time.
    private final MemorySegment iovec;
    private final MemorySegment errno;

    CachedRead(Arena arena) {
        this.iovec = arena.allocate(Abi.IOVEC);
        this.errno = Library.errnoMemory(arena);
    }

    /**
     * Tries to read all that a slot wants.
     *
     * @return false if something is missing, at the end of the file too: then nothing is known of the memory, and the read
     *     is still to be started
     */
    boolean isDone(Slot slot) {
        UringFile file = slot.file();
        if (!file.mayReadCached()) {
            return false;
        }
        iovec.set(JAVA_LONG, 0, slot.address);
        iovec.set(JAVA_LONG, IOV_LEN, slot.bytes);
        long moved = LibC.preadv2(errno, file.fd(), iovec.address(), slot.offset(), Abi.RWF_NOWAIT);
        if (moved == -EOPNOTSUPP) {
            file.cannotReadCached();
        }
        return moved == slot.bytes;
    }
}
