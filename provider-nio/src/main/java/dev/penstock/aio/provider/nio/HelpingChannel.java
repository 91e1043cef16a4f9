package dev.penstock.aio.provider.nio;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A second channel to an open file, for threads that are not ours: they help with their own requests, and if one is
 * interrupted in the middle, this channel is closed and not the one that everybody uses.
 *
 * <p>It is opened by a worker, once helpers have wished for it so many times, by the number of the descriptor that
 * everybody uses; so it is the same file for sure. Where that is impossible - no {@code /proc}, no permission, a device
 * that refuses the position - the file's requests are left to the workers. After an interrupt a worker opens it again.
 *
 * <p>Closing it drops the process's record locks on the file, as closing any descriptor does.
 */
final class HelpingChannel implements Closeable {
    private static final System.Logger LOG = System.getLogger(HelpingChannel.class.getName());
    /** A look takes a descriptor itself, and there may be none to be had for a while; so often it may fail. */
    private static final int TRIES_MAX = 3;

    private final DescriptorNumber main;
    private final Set<? extends OpenOption> options;
    private final int wishesNeeded;

    /** Wishes counted so far; threads may overwrite each other's, it need not be exact. */
    private int wishes;

    /** Set by helpers, cleared by the worker that fulfils the wish. */
    private volatile boolean wanted;
    /** Cleared for good when it was tried in vain. */
    private volatile boolean possible = true;

    private volatile @Nullable FileChannel channel;

    private final AtomicBoolean opening = new AtomicBoolean();
    /** Guarded by this. */
    private int tries;
    /** Guarded by this. */
    private boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param main of the channel that everybody uses
     * @param options READ, WRITE or both, as that channel has
     * @param wishesNeeded 1 or more
     */
    HelpingChannel(DescriptorNumber main, Set<? extends OpenOption> options, int wishesNeeded) {
        this.main = main;
        this.options = options;
        this.wishesNeeded = wishesNeeded;
    }

    /** Returns the channel if it is open; else {@code null}, and the wish is noted. */
    @Nullable
    FileChannel get() {
        FileChannel open = channel;
        if (open != null && open.isOpen()) {
            return open;
        }
        if (possible && ++wishes >= wishesNeeded) {
            wanted = true;
        }
        return null;
    }

    boolean isWanted() {
        return wanted;
    }

    /**
     * Opens the channel if it is wished for, unless another worker is at it. To be called by workers; may take milliseconds,
     * and longer where a call on the file hangs.
     */
    void open() {
        if (opening.compareAndSet(false, true)) {
            try {
                openNow();
            } finally {
                opening.set(false);
            }
        }
    }

    private synchronized void openNow() {
        wanted = false;
        FileChannel present = channel;
        if (closed || !possible || (present != null && present.isOpen())) {
            return;
        }
        try {
            channel = main.reopen(options);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "no second channel for helpers", e);
        }
        tries = channel == present ? tries + 1 : 0;
        possible = tries < TRIES_MAX;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        FileChannel open = channel;
        if (open != null) {
            open.close();
        }
    }
}
