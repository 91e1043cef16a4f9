package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.spi.TransferKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file's syncs. Those that are covered, because every transfer with a smaller place is done, are served together
 * by one transfer that belongs to the file; those that come while it runs are served by the next. Guarded by the
 * lock of {@link FileOrder}.
 */
final class FileSyncs {
    private final OpenFile file;
    /** Admitted and not being served. */
    private final BlockList waiting = new BlockList();
    /** Served by the transfer that is under way. */
    private final BlockList served = new BlockList();

    /** Made by {@link #prepare}; its place counts its lives. While it is on its way it holds the file as a request does. */
    private @Nullable Block transfer;

    private boolean running;
    /** Whether the transfer that runs serves syncs of other lanes than its own. */
    private boolean shared;

    FileSyncs(OpenFile file) {
        this.file = file;
    }

    /** Makes the transfer, if there is none yet: before a sync is accepted, which can be refused if there is no memory. */
    void prepare() {
        if (transfer == null) {
            transfer = new Block(file.consumer());
        }
    }

    void add(Block sync) {
        waiting.add(sync.queued);
    }

    /** Whether it is not being served, because something that it covers has not ended, or another one is. */
    boolean isWaiting(Block sync) {
        return sync.queued.isIn(waiting);
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether no sync waits or runs. */
    boolean isIdle() {
        return waiting.isEmpty() && !running;
    }

    List<BlockList> lists() {
        return List.of(served, waiting);
    }

    /** Serves every sync that is covered, if none is being served. */
    void serve(@Nullable Block oldestTransfer) {
        if (!running && isCovered(waiting.first(), oldestTransfer)) {
            begin(oldestTransfer);
            if (home().offer(transfer())) {
                dispatched(transfer().place);
            }
        }
    }

    /**
     * Has the old backend of a file that moves carry out a sync, for its own sake and for those syncs that are covered:
     * the one that was held, or a new one. The caller hands it to its lane.
     */
    Block serveBeforeMove(@Nullable Block oldestTransfer) {
        if (running) {
            home().withdraw(transfer());
        } else {
            begin(oldestTransfer);
        }
        return transfer();
    }

    /** The transfer, if it runs or waits for room. */
    @Nullable
    Block running() {
        return running ? transfer : null;
    }

    private Block transfer() {
        return requireNonNull(transfer);
    }

    private FileHome home() {
        return file.home();
    }

    /** Begins the transfer, for all syncs that are covered. */
    private void begin(@Nullable Block oldestTransfer) {
        prepare();
        TransferKind mode = TransferKind.DATA_SYNC;
        LaneDriver driver = null;
        shared = false;
        while (isCovered(waiting.first(), oldestTransfer)) {
            Block sync = requireNonNull(waiting.poll());
            served.add(sync.queued);
            shared |= driver != null && driver != sync.driver;
            driver = sync.driver;
            if (sync.flight.kind() == TransferKind.SYNC) {
                mode = TransferKind.SYNC;
            }
        }
        running = true;
        home().syncBegins();
        make(mode, driver == null ? home().bound().lane(Thread.currentThread()) : driver);
    }

    private static boolean isCovered(@Nullable Block sync, @Nullable Block oldestTransfer) {
        return sync != null && (oldestTransfer == null || oldestTransfer.place > sync.place);
    }

    private void make(TransferKind mode, LaneDriver driver) {
        Block own = transfer();
        if (!own.claim()) {
            throw new AssertionError("the sync transfer of " + file + " runs already");
        }
        own.flight.other(mode, file, 0);
        own.driver = driver;
        own.place++;
        file.closing().hold();
        own.begin();
    }

    /** Returns the transfer that runs, if it serves syncs of several lanes. */
    @Nullable
    Block sharedTransfer() {
        return running && shared ? transfer : null;
    }

    /** Whether a block is the file's own transfer, and not a user's request. */
    boolean isTransfer(Block block) {
        return block == transfer;
    }

    /**
     * The transfer is in flight, and so are those it serves.
     *
     * @param place the transfer's at that time: it may have ended since, and wait to serve others
     */
    void dispatched(long place) {
        if (transfer == null || transfer.place != place) {
            return;
        }
        for (Block sync = served.first(); sync != null; sync = sync.queued.next()) {
            sync.handOver();
        }
    }

    /** Takes the transfer back if nobody whom it serves is left and no lane has it. */
    void withdrawIdleTransfer() {
        Block own = transfer;
        if (own == null || !served.isEmpty() || own.isAwaited || !own.endQueued()) {
            return;
        }
        home().withdraw(own);
        home().syncFailed();
        over(own);
        // Not the last hold: the sync that was taken out has one.
        file.released();
    }

    private void over(Block own) {
        own.drop();
        own.publish(Life.DONE, false);
        own.retrieve(own.word());
        running = false;
    }

    /**
     * The transfer ended.
     *
     * @return the first of the syncs to be ended by its result, each with the next, in state ENDING; null if there is none
     */
    @Nullable
    Block ended(Block own) {
        Block first = null;
        if (own.endFlight()) {
            Block last = null;
            for (Block sync = served.poll(); sync != null; sync = served.poll()) {
                if (sync.endQueued() || sync.endFlight()) {
                    if (last == null) {
                        first = sync;
                    } else {
                        last.nextToEnd = sync;
                    }
                    last = sync;
                }
            }
            over(own);
        }
        return first;
    }
}
