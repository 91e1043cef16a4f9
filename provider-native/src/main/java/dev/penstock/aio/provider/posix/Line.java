package dev.penstock.aio.provider.posix;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of an open file as one lane uses it, and the lane's requests that glibc has for it. glibc runs one request
 * of a descriptor at a time, in the order in which they came; so only the first in line can be done next, and a file
 * wants several lines. Guarded by the lane's lock.
 *
 * <h2>What may be canceled</h2>
 *
 * glibc strands requests: if one that is first in its line, and waits for a thread, is canceled, those behind it are never
 * run. Nothing is behind the last one. So only the last in line is canceled, by the thread that has the sole right to
 * start, and only if no other lane uses the same descriptor.
 */
final class Line {
    private final PosixFile file;
    private final int fd;
    private final SlotList requests = new SlotList();
    /** Its place among the lane's busy lines, -1 if it is idle. */
    int busyIndex = -1;

    Line(PosixFile file, int fd) {
        this.file = file;
        this.fd = fd;
    }

    int fd() {
        return fd;
    }

    PosixFile file() {
        return file;
    }

    SlotList requests() {
        return requests;
    }

    @Nullable
    Slot first() {
        return requests.first();
    }

    /** Takes a request back from glibc, if that is safe and it is not running. The caller has the right to start. */
    boolean cancel(Slot slot, MemorySegment errno) {
        return requests.last() == slot
                && file.unlessShared(fd, () -> LibRt.aio_cancel(errno, fd, slot.aiocb) == Abi.AIO_CANCELED);
    }
}
