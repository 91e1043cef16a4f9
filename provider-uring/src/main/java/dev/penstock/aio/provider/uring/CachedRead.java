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
    /** Nothing is known of the memory, and the read is still to be started. */
    static final long NOT_DONE = -1;

    /** What is copied in vain if the end is missing. From some pages on the ring costs little beside the copy. */
    private static final int BYTES_MAX = 64 << 10;

    private static final long IOV_LEN = Abi.offset(Abi.IOVEC, "iov_len");
    private static final int EAGAIN = Errno.EAGAIN.number();
    private static final int EINTR = Errno.EINTR.number();

    // For one thread at a time.
    private final MemorySegment iovec;
    private final MemorySegment errno;

    CachedRead(Arena arena) {
        this.iovec = arena.allocate(Abi.IOVEC);
        this.errno = Library.errnoMemory(arena);
    }

    /** Tries to read what a slot wants; returns how much that is, 0 at the end of the file, or {@link #NOT_DONE}. */
    long read(Slot slot) {
        UringFile file = slot.file();
        if (slot.bytes > BYTES_MAX || !file.mayReadCached()) {
            return NOT_DONE;
        }
        iovec.set(JAVA_LONG, 0, slot.address);
        iovec.set(JAVA_LONG, IOV_LEN, slot.bytes);
        // The address stays valid: errno is of the same arena, and kept during the call.
        long moved = LibC.preadv2(errno, file.fd(), iovec.address(), slot.offset(), Abi.RWF_NOWAIT);
        if (moved < 0 && moved != -EAGAIN && moved != -EINTR) {
            // The file system does not know the flag, or it is a pipe, or the call is forbidden.
            file.cannotReadCached();
        }
        return moved == slot.bytes || moved == 0 ? moved : NOT_DONE;
    }
}
