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
        UringFile.CachedReads possible = file.cachedReads();
        if (slot.bytes > BYTES_MAX || possible == UringFile.CachedReads.IMPOSSIBLE) {
            return NOT_DONE;
        }
        iovec.set(JAVA_LONG, 0, slot.address);
        iovec.set(JAVA_LONG, IOV_LEN, slot.bytes);
        long moved = possible == UringFile.CachedReads.POSSIBLE
                ? LibC.preadv2(file.fd(), iovec, slot.offset(), Abi.RWF_NOWAIT)
                : tryOut(file, slot.offset());
        return moved == slot.bytes || moved == 0 ? moved : NOT_DONE;
    }

    /** The file system may not know the flag, or it is a pipe, or the call is forbidden. */
    private long tryOut(UringFile file, long offset) {
        long moved = LibC.preadv2(errno, file.fd(), iovec, offset, Abi.RWF_NOWAIT);
        if (moved != -EINTR) {
            file.cachedReads(
                    moved >= 0 || moved == -EAGAIN ? UringFile.CachedReads.POSSIBLE : UringFile.CachedReads.IMPOSSIBLE);
        }
        return moved;
    }
}
