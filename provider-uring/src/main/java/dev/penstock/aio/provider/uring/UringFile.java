package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.OpenSpec;
import org.jspecify.annotations.Nullable;

/** An open file: one descriptor, for all lanes. */
final class UringFile implements BackendFile {
    /** Whether a read may ask the page cache, as far as one has shown. */
    enum CachedReads {
        UNTRIED,
        POSSIBLE,
        IMPOSSIBLE
    }

    private final String path;
    private final int fd;
    private final boolean append;
    private final int alignmentBytes;
    private final boolean direct;
    private final boolean helped;
    private volatile CachedReads cachedReads;
    // Written before the backend's caller has the file, and published by him.
    private int fixed = FixedFiles.NONE;
    private @Nullable FixedFiles fixedIn;
    private long inEntry;

    UringFile(int fd, OpenSpec spec, int alignmentBytes) {
        this.path = spec.path().toString();
        this.fd = fd;
        this.append = spec.append();
        this.alignmentBytes = alignmentBytes;
        this.direct = spec.direct();
        this.helped = !direct && !spec.sync() && !spec.dsync();
        this.cachedReads = direct ? CachedReads.IMPOSSIBLE : CachedReads.UNTRIED;
        this.inEntry = SubmissionQueue.descriptor(fd);
    }

    int fd() {
        return fd;
    }

    /** Has the rings know it until it is closed, if they can; once, before the first transfer. */
    void register(FixedFiles files) {
        fixed = files.register(fd);
        fixedIn = files;
        if (fixed != FixedFiles.NONE) {
            inEntry = SubmissionQueue.registered(fixed);
        }
    }

    /** Returns how an entry of a ring names it. */
    long inEntry() {
        return inEntry;
    }

    boolean isAppend() {
        return append;
    }

    boolean isDirect() {
        return direct;
    }

    /** Whether a write ends in the page cache, and waits for no device. */
    boolean isHelpedWith() {
        return helped;
    }

    CachedReads cachedReads() {
        return cachedReads;
    }

    /** Notes what a read has shown. */
    void cachedReads(CachedReads shown) {
        cachedReads = shown;
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    @Override
    public int descriptor() {
        return fd;
    }

    @Override
    public void close() throws AioException {
        int closed;
        try {
            if (fixedIn != null) {
                fixedIn.unregister(fixed);
            }
        } finally {
            closed = LibC.close(fd);
        }
        if (closed < 0) {
            throw Errors.exception("close path=" + path, -closed);
        }
    }

    /**
     * What {@link dev.penstock.aio.spi.TransferKind#TRUNCATE} does; blocks. A ring's FTRUNCATE would lengthen a file that is
     * shorter.
     */
    long truncate(long size) {
        long now = size();
        return now <= size ? Math.min(now, 0) : LibC.ftruncate(fd, size);
    }

    /** Returns the size in bytes, or a negative errno; blocks. */
    long size() {
        LibC.Status status = LibC.statx(fd);
        return status.error() < 0 ? status.error() : size(status);
    }

    private long size(LibC.Status status) {
        // No position is used for anything, so a block device may be asked by moving it.
        return status.type() == Abi.S_IFBLK ? LibC.lseek(fd, 0, Abi.SEEK_END) : status.size();
    }

    /** Whether nothing of the file is known to lie behind a position; asks nobody far away. What has no size ends anywhere. */
    boolean mayEndAt(long position) {
        return position >= size(LibC.statx(fd, Abi.AT_STATX_DONT_SYNC));
    }

    @Override
    public String toString() {
        return path;
    }
}
