package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;

/** A file that no engine knows, whose requests end when the test says so; and the request that ended last. */
final class Ended implements TappedFile, EndedRequest {
    private final Path path;
    private final long number;
    private final FileTap tap;
    private TransferKind kind = TransferKind.READ;
    private Errno errno = Errno.SUCCESS;
    private String tag;
    private long sequence;

    Ended(FanOut fanOut, String path, long number) {
        this(fanOut, Path.of(path), number);
    }

    Ended(FanOut fanOut, Path path, long number) {
        this.path = path;
        this.number = number;
        this.tap = fanOut.tap().opened(this);
    }

    FileTap tap() {
        return tap;
    }

    Ended kind(TransferKind newKind) {
        kind = newKind;
        return this;
    }

    Ended errno(Errno newErrno) {
        errno = newErrno;
        return this;
    }

    Ended tag(String newTag) {
        tag = newTag;
        return this;
    }

    /** A request ends, as the engine does it; like there, one at a time. */
    synchronized void end() {
        boolean wanted = tap.isWanted(kind);
        sequence++;
        if (wanted && tap.ended(this)) {
            tap.tell();
        }
    }

    @Override
    public String instance() {
        return "default";
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long owner() {
        return PROGRAM;
    }

    @Override
    public String ownerName() {
        return "the program";
    }

    @Override
    public TransferKind kind() {
        return kind;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public long requested() {
        return 1;
    }

    @Override
    public long transferred() {
        return errno == Errno.SUCCESS ? 1 : 0;
    }

    @Override
    public Errno errno() {
        return errno;
    }

    @Override
    public int errorNumber() {
        return errno.number();
    }

    @Override
    public String provider() {
        return "none";
    }

    @Override
    public String tag() {
        return tag;
    }

    @Override
    public long startedNs() {
        return 0;
    }

    @Override
    public long dispatchedNs() {
        return 0;
    }

    @Override
    public long endedNs() {
        return 0;
    }

    @Override
    public boolean isDispatchTimed() {
        return false;
    }
}
