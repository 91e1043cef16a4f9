package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.TransferKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The order of one file's requests: appends one after the other, syncs after exactly the requests before them,
 * truncates alone.
 *
 * <h2>How</h2>
 *
 * Each accepted request gets a place. A read or a write goes to its lane at once; the lane may let it wait for room.
 * An append waits for the append before it. A sync waits until no transfer with a smaller place is left; then one
 * transfer of the file's own serves every sync that waits and is covered by then. While a sync waits and an earlier
 * request has not been dispatched, and while a truncate waits or runs, later requests stay in the backlog: so nothing
 * overtakes what a sync covers, and otherwise nothing is delayed.
 *
 * <h2>Which thread</h2>
 *
 * Any, under {@link #lock}; a lane's lock may be taken inside it. Requests are ended outside of it, because that
 * wakes and notifies.
 */
final class FileOrder {
    private final OpenFile file;
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by the lock.
    private long places;
    /** Reads, writes, truncates and sizes that are admitted and not done, by place. */
    private final BlockList transfers = new BlockList();
    /** Requests behind a barrier, by place. */
    private final BlockList backlog = new BlockList();
    /** Admitted appends behind the one that is dispatched. */
    private final BlockList appends = new BlockList();
    /** Admitted syncs that are not being served. */
    private final BlockList syncs = new BlockList();
    /** Syncs that the sync transfer serves. */
    private final BlockList served = new BlockList();

    private @Nullable Block append;
    private @Nullable Block truncate;
    private boolean truncateDispatched;
    private @Nullable Block syncTransfer;
    private boolean syncing;
    /** Admitted transfers that no lane has started; counted for the barrier of a waiting sync. */
    private int undispatched;
    /** A sync waits and something before it is not dispatched. */
    private boolean syncBarrier;

    private volatile boolean poisoned;
    /** Its provider is gone and no other took it over: everything ends with ESTALE. */
    private volatile boolean stale;

    FileOrder(OpenFile file) {
        this.file = file;
    }

    boolean isPoisoned() {
        return poisoned;
    }

    // ---- accept

    /**
     * Accepts a claimed block as a request.
     *
     * @throws AioException EBADF if the file is closed
     */
    void submit(Block block) throws AioException {
        Errno refusal;
        boolean empty;
        lock.lock();
        try {
            file.closing().admit(block);
            block.place = ++places;
            refusal = refusal(block.flight);
            empty = block.flight.moves() && block.flight.asked() == 0;
            block.begin();
            if (refusal != null || empty) {
                block.endQueued();
            } else if (isBarred()) {
                backlog.add(block.queued);
            } else {
                admit(block);
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            Settlement.end(block, -refusal.number(), detail(refusal));
        } else if (empty) {
            Settlement.end(block, 0, null);
        }
    }

    /** The error that every such request ends with now, or null. */
    private @Nullable Errno refusal(Flight flight) {
        if (stale) {
            return Errno.ESTALE;
        }
        return poisoned && flight.modifies() ? Errno.EIO : null;
    }

    private static String detail(Errno refusal) {
        return refusal == Errno.EIO
                ? "an earlier write-back failed; open the file again and check what it holds"
                : "the provider of the file is gone";
    }

    private boolean isBarred() {
        return syncBarrier || truncate != null || !backlog.isEmpty();
    }

    private void admit(Block block) {
        Flight flight = block.flight;
        if (flight.isSync()) {
            syncs.add(block.queued);
            syncBarrier = undispatched > 0;
            serveSyncs();
            return;
        }
        transfers.add(block.outstanding);
        if (flight.kind() == TransferKind.TRUNCATE) {
            truncate = block;
            truncateDispatched = false;
            truncateIfAlone();
        } else if (!flight.isAppend()) {
            offer(block);
        } else if (append == null) {
            append = block;
            offer(block);
        } else {
            appends.add(block.queued);
            wait(block);
        }
    }

    private void offer(Block block) {
        if (!requireNonNull(block.driver).offer(block)) {
            wait(block);
        } else {
            noLongerWaits(block);
        }
    }

    private void wait(Block block) {
        if (!block.undispatched) {
            block.undispatched = true;
            undispatched++;
        }
    }

    private void noLongerWaits(Block block) {
        if (block.undispatched) {
            block.undispatched = false;
            undispatched--;
        }
    }

    /** Lets in what the barriers hold back no longer. */
    private void drainBacklog() {
        if (undispatched == 0) {
            syncBarrier = false;
        }
        while (!syncBarrier && truncate == null) {
            Block next = backlog.poll();
            if (next == null) {
                return;
            }
            admit(next);
        }
    }

    // ---- progress

    /** A block that waited in a lane was dispatched; its request may have ended since. */
    void dispatched(Block block, long place) {
        lock.lock();
        try {
            if (block == syncTransfer) {
                markServed();
            } else if (block.place == place && block.flight.targetOrNull() == file) {
                noLongerWaits(block);
                drainBacklog();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A transfer ended; the outcome is not published yet. */
    void ended(Block block) {
        lock.lock();
        try {
            if (block.outstanding.isIn(transfers)) {
                transfers.remove(block.outstanding);
            }
            noLongerWaits(block);
            if (block == append) {
                nextAppend();
            }
            if (block == truncate) {
                truncate = null;
            }
            serveSyncs();
            truncateIfAlone();
            drainBacklog();
        } finally {
            lock.unlock();
        }
        if (block.flight.kind() == TransferKind.WRITE && file.spec().isSynchronous()) {
            poisonIf(block.outcomeErrno());
        }
    }

    private void nextAppend() {
        append = appends.poll();
        if (append != null) {
            offer(append);
        }
    }

    private void truncateIfAlone() {
        Block waiting = truncate;
        if (waiting != null
                && !truncateDispatched
                && transfers.first() == waiting
                && syncs.isEmpty()
                && !syncing) {
            truncateDispatched = true;
            offer(waiting);
        }
    }

    // ---- syncs

    /** Serves every waiting sync whose transfers before it are all done, by one transfer of the file's own. */
    private void serveSyncs() {
        if (syncing || !isCovered(syncs.first())) {
            return;
        }
        TransferKind mode = TransferKind.DATA_SYNC;
        LaneDriver driver = null;
        while (isCovered(syncs.first())) {
            Block sync = requireNonNull(syncs.poll());
            served.add(sync.queued);
            driver = sync.driver;
            if (sync.flight.kind() == TransferKind.SYNC) {
                mode = TransferKind.SYNC;
            }
        }
        syncing = true;
        Block transfer = syncTransfer();
        transfer.flight.other(mode, file, 0);
        transfer.driver = driver;
        transfer.claim();
        transfer.begin();
        if (requireNonNull(driver).offer(transfer)) {
            markServed();
        }
    }

    private boolean isCovered(@Nullable Block sync) {
        Block oldest = transfers.first();
        return sync != null && (oldest == null || oldest.place > sync.place);
    }

    private Block syncTransfer() {
        Block transfer = syncTransfer;
        if (transfer == null) {
            transfer = new Block(file.consumer());
            syncTransfer = transfer;
        }
        return transfer;
    }

    boolean isSyncTransfer(Block block) {
        return block.flight.isSync() && block == syncTransfer;
    }

    private void markServed() {
        for (Block sync = served.first(); sync != null; sync = sync.queued.next()) {
            sync.dispatch();
        }
    }

    /** The sync transfer ended: so do all the syncs it served. */
    void syncEnded(Block transfer, long result, @Nullable String text) {
        List<Block> ending = new ArrayList<>();
        lock.lock();
        try {
            if (!transfer.endFlight()) {
                return;
            }
            transfer.publish(Life.DONE, false);
            transfer.retrieve(transfer.word());
            for (Block sync = served.poll(); sync != null; sync = served.poll()) {
                if (sync.endQueued() || sync.endFlight()) {
                    ending.add(sync);
                }
            }
            syncing = false;
        } finally {
            lock.unlock();
        }
        poisonIf(result < 0 ? Errno.of((int) -result) : Errno.SUCCESS);
        for (Block sync : ending) {
            Settlement.end(sync, result, text);
        }
        lock.lock();
        try {
            serveSyncs();
            truncateIfAlone();
            drainBacklog();
        } finally {
            lock.unlock();
        }
        requireNonNull(transfer.driver).submitted(true);
    }

    // ---- poison

    private void poisonIf(Errno errno) {
        if (errno == Errno.EIO || errno == Errno.ENOSPC || errno == Errno.EDQUOT) {
            poisoned = true;
            endRefused();
        }
    }

    /** The provider leaves: what no lane has ends now, and so does whatever comes. */
    void strand() {
        stale = true;
        endRefused();
    }

    private void endRefused() {
        List<Block> ending = new ArrayList<>();
        lock.lock();
        try {
            for (Block block : snapshot()) {
                if (refusal(block.flight) != null && block.endQueued()) {
                    withdraw(block);
                    ending.add(block);
                }
            }
        } finally {
            lock.unlock();
        }
        for (Block block : ending) {
            Errno refusal = requireNonNull(refusal(block.flight));
            Settlement.end(block, -refusal.number(), detail(refusal));
        }
    }

    /** Takes a block that was moved to ENDING while it was queued out of whatever list it waits in. */
    private void withdraw(Block block) {
        for (BlockList list : List.of(backlog, appends, syncs, served)) {
            if (block.queued.isIn(list)) {
                list.remove(block.queued);
                return;
            }
        }
        requireNonNull(block.driver).withdraw(block);
    }

    /** Every block of the file that may not have ended, oldest first among equals. */
    private List<Block> snapshot() {
        List<Block> blocks = new ArrayList<>();
        for (Block each = transfers.first(); each != null; each = each.outstanding.next()) {
            blocks.add(each);
        }
        for (BlockList list : List.of(served, syncs, backlog)) {
            for (Block each = list.first(); each != null; each = each.queued.next()) {
                blocks.add(each);
            }
        }
        return blocks;
    }

    List<Block> pending() {
        lock.lock();
        try {
            return snapshot();
        } finally {
            lock.unlock();
        }
    }

    // ---- cancel

    CancelResult cancel(Block block) {
        return cancel(block, block.sequence(), true);
    }

    private CancelResult cancel(Block block, long number, boolean alsoInFlight) {
        boolean ours;
        lock.lock();
        try {
            if (block.hasEnded(number)) {
                return CancelResult.ALL_DONE;
            }
            ours = block.endQueued();
            if (ours) {
                withdraw(block);
            }
        } finally {
            lock.unlock();
        }
        if (ours) {
            Settlement.end(block, -Errno.ECANCELED.number(), null);
            return CancelResult.CANCELED;
        }
        if (alsoInFlight && !isServed(block) && block.cancelAsked() && !requireNonNull(block.driver).cancel(block)) {
            block.cancelRefused();
        }
        return answer(block, number);
    }

    /** Whether it is a sync: the lane knows only the transfer that serves it, together with others. */
    private static boolean isServed(Block block) {
        return block.flight.isSync();
    }

    /** The answer that agrees with the status; another thread may be about to publish that. */
    private static CancelResult answer(Block block, long number) {
        long now = block.word();
        while (Life.number(now) == number && Life.state(now) == Life.ENDING) {
            Thread.onSpinWait();
            now = block.word();
        }
        if (Life.number(now) == number && Life.isPending(now)) {
            return CancelResult.NOT_CANCELED;
        }
        return Life.number(now) == number && Life.state(now) == Life.CANCELED
                ? CancelResult.CANCELED
                : CancelResult.ALL_DONE;
    }

    CancelReport cancelAll() {
        return cancelEach(true);
    }

    /** Cancels what no lane has; for an end that is in a hurry. */
    void cancelQueued() {
        cancelEach(false);
    }

    /** The youngest first, so that room that a canceled one makes is not taken by one that is canceled next. */
    private CancelReport cancelEach(boolean alsoInFlight) {
        List<Block> blocks = pending();
        long[] numbers = blocks.stream().mapToLong(Block::sequence).toArray();
        int canceled = 0;
        int running = 0;
        for (int i = blocks.size() - 1; i >= 0; i--) {
            switch (cancel(blocks.get(i), numbers[i], alsoInFlight)) {
                case CANCELED -> canceled++;
                case NOT_CANCELED -> running++;
                case ALL_DONE -> {}
            }
        }
        return new CancelCount(canceled, running, blocks.size() - canceled - running);
    }
}
