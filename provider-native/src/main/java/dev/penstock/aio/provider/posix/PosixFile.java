package dev.penstock.aio.provider.posix;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file: one descriptor at first, and duplicates of it as they pay. They all are one open file description, so an
 * append stays an append, and an error of a write-back is told once, whichever is synced.
 */
final class PosixFile implements BackendFile {
    private final String path;
    private final int fd;
    private final boolean append;
    private final int alignmentBytes;
    private final int linesMax;
    /** How many duplicates all files of the backend may still make. */
    private final AtomicInteger spare;
    /** By lane; each list is changed by the thread that starts in that lane, and read when nothing is in flight. */
    private final List<List<Line>> lines = new ArrayList<>();
    /** How many lanes use the first descriptor. */
    private final AtomicInteger sharers = new AtomicInteger();
    /** The system refused a duplicate; this file does not ask again. */
    private volatile boolean enough;

    PosixFile(String path, int fd, boolean append, int alignmentBytes, int lanes, int linesMax, AtomicInteger spare) {
        this.path = path;
        this.fd = fd;
        this.append = append;
        this.alignmentBytes = alignmentBytes;
        this.linesMax = linesMax;
        this.spare = spare;
        for (int i = 0; i < lanes; i++) {
            lines.add(new ArrayList<>());
        }
    }

    int fd() {
        return fd;
    }

    boolean isAppend() {
        return append;
    }

    /** Whether several lanes use a descriptor. */
    boolean isShared(int descriptor) {
        return descriptor == fd && sharers.get() > 1;
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    /**
     * Returns the line of a lane in which the fewest wait, a new one if all are busy and one more is allowed. Called by the
     * thread that starts in that lane.
     */
    Line shortestLine(int lane) {
        List<Line> own = lines.get(lane);
        Line shortest = null;
        for (int i = 0; i < own.size(); i++) {
            Line each = own.get(i);
            if (shortest == null || each.requests().size() < shortest.requests().size()) {
                shortest = each;
            }
        }
        if (shortest == null) {
            return add(own, firstDescriptor());
        }
        if (!shortest.requests().isEmpty() && own.size() < linesMax) {
            int duplicate = duplicate();
            return duplicate < 0 ? shortest : add(own, duplicate);
        }
        return shortest;
    }

    private Line add(List<Line> own, int descriptor) {
        Line line = new Line(this, descriptor);
        own.add(line);
        return line;
    }

    /** The file's own descriptor goes to the lane that comes first; another has to share it if there is no other. */
    private int firstDescriptor() {
        if (sharers.compareAndSet(0, 1)) {
            return fd;
        }
        int duplicate = duplicate();
        if (duplicate >= 0) {
            return duplicate;
        }
        sharers.incrementAndGet();
        return fd;
    }

    /** Returns a duplicate, or a negative number if there is none to be had. */
    private int duplicate() {
        if (enough) {
            return -1;
        }
        if (spare.decrementAndGet() < 0) {
            spare.incrementAndGet();
            return -1;
        }
        int duplicate = LibC.fcntl(fd, Abi.F_DUPFD_CLOEXEC, 0);
        if (duplicate < 0) {
            spare.incrementAndGet();
            enough = true;
        }
        return duplicate;
    }

    @Override
    public void close() throws AioException {
        int failure = 0;
        for (List<Line> own : lines) {
            for (Line line : own) {
                if (line.fd() != fd) {
                    failure = Math.min(failure, LibC.close(line.fd()));
                    spare.getAndIncrement();
                }
            }
        }
        failure = Math.min(failure, LibC.close(fd));
        if (failure < 0) {
            throw Errors.exception("close path=" + path, -failure);
        }
    }

    /** What {@link dev.penstock.aio.spi.TransferKind#TRUNCATE} does; blocks. */
    long truncate(long size) {
        long now = size();
        return now <= size ? Math.min(now, 0) : LibC.ftruncate(fd, size);
    }

    /** Returns the size in bytes, or a negative errno; blocks. */
    long size() {
        LibC.Status[] status = new LibC.Status[1];
        int result = LibC.statx(fd, status);
        if (result < 0) {
            return result;
        }
        // No position is used for anything, so a block device may be asked by moving it.
        return status[0].type() == Abi.S_IFBLK ? LibC.lseek(fd, 0, Abi.SEEK_END) : status[0].size();
    }

    @Override
    public String toString() {
        return path;
    }
}
