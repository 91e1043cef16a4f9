package dev.penstock.aio.provider.nio;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An open file: a channel, another one if it is to be read and appended to, and perhaps a third that waiters help
 * with. The first two are used by workers only.
 *
 * <p>Nothing but {@link #close} closes these channels, for workers cannot be interrupted. Should it happen
 * nevertheless, the file's requests end with EIO; it is not opened again, for the path may name another file by then.
 */
final class NioFile implements BackendFile {
    private static final System.Logger LOG = System.getLogger(NioFile.class.getName());

    private final Path path;
    private final FileChannel channel;
    /** What a channel opened with APPEND writes to; {@code null} for a file that is written at offsets. */
    private final @Nullable FileChannel appends;

    /** Of {@link #channel}. */
    private final DescriptorNumber number;

    private final int alignmentBytes;
    /** Whether each write is brought to storage. */
    private final boolean synchronous;

    private final @Nullable HelpingChannel helping;
    private final ErrnoText errors;

    NioFile(
            Path path,
            FileChannel channel,
            @Nullable FileChannel appends,
            DescriptorNumber number,
            int alignmentBytes,
            boolean synchronous,
            @Nullable HelpingChannel helping,
            ErrnoText errors) {
        this.path = path;
        this.channel = channel;
        this.appends = appends;
        this.number = number;
        this.alignmentBytes = alignmentBytes;
        this.synchronous = synchronous;
        this.helping = helping;
        this.errors = errors;
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    boolean isSynchronous() {
        return synchronous;
    }

    @Override
    public int descriptor() {
        try {
            return number.find();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.log(Level.DEBUG, "no number of the descriptor, path=" + path, e);
            return DescriptorNumber.UNKNOWN;
        }
    }

    /** Carries out a transfer of this file in a worker and returns its result. */
    long carryOut(Transfer transfer, Worker worker) throws IOException {
        FileChannel written = appends == null ? channel : appends;
        switch (transfer.kind()) {
            case READ:
                return Bytes.transfer(channel, transfer);
            case WRITE:
                return appends == null ? Bytes.transfer(channel, transfer) : append(appends, transfer, worker);
            case SYNC:
                written.force(true);
                return 0;
            case DATA_SYNC:
                written.force(false);
                return 0;
            case TRUNCATE:
                truncate(written, transfer.offset());
                return 0;
            case SIZE:
                return size();
        }
        throw new AssertionError("kind=" + transfer.kind());
    }

    // What moves a position, or keeps others from that, holds the lock of the number that is looked for by it.
    // Of the other channel nobody looks for a number.

    private long append(FileChannel to, Transfer transfer, Worker worker) throws IOException {
        if (to != channel) {
            return Bytes.append(to, transfer, worker);
        }
        number.lock().lock();
        try {
            return Bytes.append(to, transfer, worker);
        } finally {
            number.lock().unlock();
        }
    }

    private void truncate(FileChannel to, long size) throws IOException {
        if (to != channel) {
            to.truncate(size);
            return;
        }
        number.lock().lock();
        try {
            to.truncate(size);
        } finally {
            number.lock().unlock();
        }
    }

    private long size() throws IOException {
        number.lock().lock();
        try {
            return channel.size();
        } finally {
            number.lock().unlock();
        }
    }

    /** Returns the channel with which a waiter may carry out the transfer; {@code null} if workers have to. */
    @Nullable
    FileChannel channelForHelp(Transfer transfer) {
        if (helping == null || transfer.needsKeeper()) {
            return null;
        }
        TransferKind kind = transfer.kind();
        boolean mayRepeat = kind == TransferKind.READ || (kind == TransferKind.WRITE && appends == null);
        return mayRepeat ? helping.get() : null;
    }

    /** Opens the channel for helpers if they want it. To be called by workers. */
    void prepareHelp() {
        if (helping != null && helping.isWanted()) {
            helping.open();
        }
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws AioException {
        // The helpers' first: while it may be opened, the number of the other must not change hands.
        IOException failure = close(helping, null);
        number.forget();
        failure = close(channel, failure);
        failure = close(appends, failure);
        if (failure != null) {
            throw errors.exception("close path=" + path, failure);
        }
    }

    /** Closes one more thing and returns the first failure. */
    private static @Nullable IOException close(@Nullable Closeable what, @Nullable IOException before) {
        try {
            if (what != null) {
                what.close();
            }
            return before;
        } catch (IOException e) {
            return before == null ? e : before;
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
