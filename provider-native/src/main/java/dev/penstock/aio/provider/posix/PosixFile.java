package dev.penstock.aio.provider.posix;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.TransferKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * An open file: one descriptor at first, and duplicates of it as they pay. They all are one open file description, so an
 * append stays an append, and an error of a write-back is told once, whichever is synced.
 */
final class PosixFile implements BackendFile {
    private final String path;
    private final int fd;
    private final boolean append;
    private final boolean direct;
    private final int alignmentBytes;
    private final int linesMax;
    /** How many duplicates all files of the backend may still make. */
    private final AtomicInteger spare;
    /** By lane; each list is changed by the thread that starts in that lane, and read when nothing is in flight. */
    private final List<List<Line>> lines = new ArrayList<>();
    /** Held while a lane begins to share the first descriptor, and while somebody relies on its not being shared. */
    private final SpinLock sharing = new SpinLock();
    /** How many lanes use the first descriptor; guarded by {@link #sharing}. */
    private int sharers;
    /** The system refused a duplicate; this file does not ask again. */
    private volatile boolean enough;

    PosixFile(int fd, OpenSpec spec, int alignmentBytes, int lanes, int linesMax, AtomicInteger spare) {
        this.path = spec.path().toString();
        this.fd = fd;
        this.append = spec.append();
        this.direct = spec.direct();
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

    @Override
    public int descriptor() {
        return fd;
    }

    boolean isAppend() {
        return append;
    }

    /** Does something, unless several lanes use the descriptor; answers whether it was done, and said yes. */
    boolean unlessShared(int descriptor, BooleanSupplier something) {
        sharing.lock();
        try {
            return (descriptor != fd || sharers == 1) && something.getAsBoolean();
        } finally {
            sharing.unlock();
        }
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    /**
     * Returns the line of a lane in which the fewest wait, a new one if all are busy and one more is allowed. Called by the
     * thread that starts in that lane.
     */
    Line shortestLine(int lane, TransferKind kind) {
        List<Line> own = lines.get(lane);
        // The kernel lets one write into the pages of a file at a time; a second one would only wait there.
        int most = kind == TransferKind.WRITE && !direct ? 1 : linesMax;
        Line shortest = null;
        for (int i = 0; i < Math.min(most, own.size()); i++) {
            Line each = own.get(i);
            if (shortest == null || each.requests().size() < shortest.requests().size()) {
                shortest = each;
            }
        }
        if (shortest == null) {
            return add(own, firstDescriptor());
        }
        if (!shortest.requests().isEmpty() && own.size() < most) {
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
        if (share(true)) {
            return fd;
        }
        int duplicate = duplicate();
        if (duplicate < 0) {
            share(false);
        }
        return duplicate < 0 ? fd : duplicate;
    }

    private boolean share(boolean onlyAsTheFirst) {
        sharing.lock();
        try {
            boolean shares = sharers == 0 || !onlyAsTheFirst;
            sharers += shares ? 1 : 0;
            return shares;
        } finally {
            sharing.unlock();
        }
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
        LibC.Status status = LibC.statx(fd);
        if (status.error() < 0) {
            return status.error();
        }
        // No position is used for anything, so a block device may be asked by moving it.
        return status.type() == Abi.S_IFBLK ? LibC.lseek(fd, 0, Abi.SEEK_END) : status.size();
    }

    @Override
    public String toString() {
        return path;
    }
}
