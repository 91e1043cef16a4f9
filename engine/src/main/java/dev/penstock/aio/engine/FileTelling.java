package dev.penstock.aio.engine;

import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the notification service learns of one file's completions. While there is none, it costs a request one volatile
 * read.
 */
final class FileTelling implements TappedFile {
    private final OpenFile file;
    private final long number;
    private final boolean tellsAll;
    /** Whose tap it is; guarded by this. */
    private @Nullable CompletionTap owner;
    /** Guarded by this. */
    private boolean closed;

    private volatile @Nullable FileTap tap;
    /** Completions so far; guarded by the file's lock. */
    private long sequence;
    /** What the tap looks at; guarded by the file's lock. */
    private final Ending ending = new Ending();

    FileTelling(OpenFile file, Engine engine) {
        this.file = file;
        this.number = engine.tapPoint().nextFile();
        this.tellsAll = engine.config().publishAll();
    }

    /** Puts a tap on the file, or takes it off; twice has no effect. */
    synchronized void put(@Nullable CompletionTap newOwner) {
        if (closed || owner == newOwner) {
            return;
        }
        owner = newOwner;
        takeOff();
        if (newOwner != null) {
            try {
                tap = newOwner.opened(this);
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    /** The file is closed: it lets go of the tap, for a user may keep the file. */
    synchronized void close() {
        closed = true;
        owner = null;
        takeOff();
    }

    private void takeOff() {
        FileTap former = tap;
        tap = null;
        try {
            if (former != null) {
                former.closed();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Whether the end of a request with such an event, started now, is to be told. */
    boolean tells(SigEvent event) {
        return event.notification() == SigEvent.Notify.LISTENERS || (tellsAll && tap != null);
    }

    /** Whether somebody might listen to what requests of a kind do to the file. */
    boolean isWanted(TransferKind kind) {
        FileTap now = tap;
        try {
            return now != null && now.isWanted(kind);
        } catch (Throwable e) {
            failed(e);
            return false;
        }
    }

    /**
     * A request ends, its outcome is written. Under the file's lock.
     *
     * @param wanted whether it is to be told, as far as was known outside the lock
     * @return what {@link #tell} is to be called with, outside the lock; null if nothing is to be told
     */
    @Nullable
    FileTap ended(Block block, boolean wanted) {
        sequence++;
        FileTap now = tap;
        // Once more: who has begun to listen since then, and sees the request in progress, is told of its end.
        if (now == null || !(wanted || block.flight.ends())) {
            return null;
        }
        ending.block = block;
        try {
            return now.ended(ending) ? now : null;
        } catch (Throwable e) {
            failed(e);
            return null;
        } finally {
            ending.block = null;
        }
    }

    /**
     * Sees to it that something is told.
     *
     * @param took answered that this is to be called; since then it may have been taken off the file
     */
    void tell(@Nullable FileTap took) {
        try {
            if (took != null) {
                took.tell();
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    void poisoned(Errno errno) {
        FileTap now = tap;
        try {
            if (now != null) {
                now.poisoned(errno);
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable why) {
        file.consumer().engine().warnings().repeated("the notification service failed", why);
    }

    // ---- what the tap sees

    @Override
    public String instance() {
        return file.consumer().name();
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long owner() {
        return file.consumer().owner();
    }

    @Override
    public String ownerName() {
        return file.consumer().user();
    }

    /** A view of the block that is ending. */
    private final class Ending implements EndedRequest {
        private @Nullable Block block;

        private Block block() {
            Block now = block;
            if (now == null) {
                throw new IllegalStateException("the request may be looked at during the call only");
            }
            return now;
        }

        @Override
        public TransferKind kind() {
            return block().flight.kind();
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public long offset() {
            Flight flight = block().flight;
            return flight.isAppend() ? 0 : flight.start();
        }

        @Override
        public long requested() {
            return block().flight.asked();
        }

        @Override
        public long transferred() {
            return block().flight.moves() ? block().outcomeBytes() : 0;
        }

        @Override
        public Errno errno() {
            return block().outcomeErrno();
        }

        @Override
        public int errorNumber() {
            return block().outcomeNumber();
        }

        @Override
        public String provider() {
            return file.backend().name();
        }

        @Override
        public @Nullable String tag() {
            return block().flight.telling().tag();
        }

        @Override
        public long startedNs() {
            return block().flight.startedNs();
        }

        @Override
        public long dispatchedNs() {
            return block().flight.dispatchedNs();
        }

        @Override
        public long endedNs() {
            return block().flight.endedNs();
        }

        @Override
        public boolean isDispatchTimed() {
            return block().flight.isDispatchTimed();
        }
    }
}
