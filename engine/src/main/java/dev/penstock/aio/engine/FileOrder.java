package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.TransferKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final BriefLock lock = new BriefLock();

    // All guarded by the lock.
    private long places;
    private final FileRequests requests;
    private final FileHome home;
    private boolean truncateDispatched;
    /** A sync waits and something before it is not dispatched. Written under the lock, read by {@link #leaves}. */
    private volatile boolean syncBarrier;

    // Guarded by no lock.
    /** Admitted transfers that no lane has been handed, without those of the file's own for syncs; counted for the barrier of a waiting sync. */
    private final AtomicInteger undispatched = new AtomicInteger();

    private final FileVerdict verdict = new FileVerdict();
    private final FileSwap swap;

    FileOrder(OpenFile file, FileHome home) {
        this.file = file;
        this.home = home;
        this.requests = new FileRequests(file, home);
        this.swap = new FileSwap(file, this, lock, requests, verdict);
    }

    /** What a move to another backend needs. */
    FileSwap swap() {
        return swap;
    }

    boolean isPoisoned() {
        return verdict.isPoisoned();
    }

    // ---- accept

    /**
     * Accepts a claimed block as a request.
     *
     * @return its lane, to be flushed
     * @throws AioException EBADF if the file is closed
     */
    LaneDriver submit(Block block) throws AioException {
        LaneDriver driver;
        Errno refusal;
        boolean empty;
        lock.lock();
        try {
            if (block.flight.isSync()) {
                requests.syncs.prepare();
            }
            file.closing().admit(block);
            block.place = ++places;
            home.admit(block);
            driver = requireNonNull(block.driver);
            refusal = verdict.refusal(block.flight);
            empty = block.flight.moves() && block.flight.asked() == 0;
            block.begin();
            if (refusal != null || empty) {
                block.endQueued();
            } else {
                home.lanes().add(driver);
                if (isBarred()) {
                    block.flight.waits();
                    requests.backlog.add(block.queued);
                } else {
                    admit(block);
                }
                needLanes();
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            Settlement.end(block, -refusal.number(), FileVerdict.detail(refusal));
        } else if (empty) {
            Settlement.end(block, 0, null);
        }
        return driver;
    }

    private boolean isBarred() {
        return syncBarrier || requests.truncate != null || home.isHolding() || !requests.backlog.isEmpty();
    }

    private void admit(Block block) {
        Flight flight = block.flight;
        if (flight.isSync()) {
            requests.syncs.add(block);
            // Shown before it looks: who dispatches counts down before he looks.
            syncBarrier = true;
            syncBarrier = undispatched.get() > 0;
            requests.syncs.serve(requests.transfers.first());
            return;
        }
        requests.transfers.add(block.outstanding);
        if (flight.kind() == TransferKind.TRUNCATE) {
            requests.truncate = block;
            truncateDispatched = false;
            truncateIfAlone();
        } else if (!flight.isAppend()) {
            home.offer(block);
        } else if (requests.append == null) {
            requests.append = block;
            home.offer(block);
        } else {
            requests.appends.add(block.queued);
            waits(block);
        }
    }

    /** A block is about to wait. By who holds the lock, and the lane's if the block waits there. */
    void waits(Block block) {
        block.flight.waits();
        if (!block.undispatched && !block.flight.isSync()) {
            block.undispatched = true;
            undispatched.incrementAndGet();
        }
    }

    /**
     * A block is about to be handed to its lane. By who holds the lane's lock.
     *
     * @return whether the file has to be told, by {@link #dispatched}, once that lock is free
     */
    boolean leaves(Block block) {
        noLongerWaits(block);
        return syncBarrier || block.flight.isSync();
    }

    private void noLongerWaits(Block block) {
        if (block.undispatched) {
            block.undispatched = false;
            undispatched.decrementAndGet();
        }
    }

    /** Lets in what the barriers hold back no longer. */
    private void drainBacklog() {
        if (undispatched.get() == 0 || !requests.syncs.isAnyWaiting()) {
            syncBarrier = false;
        }
        while (!syncBarrier && requests.truncate == null && !home.isHolding()) {
            Block next = requests.backlog.poll();
            if (next == null) {
                return;
            }
            admit(next);
        }
    }

    // ---- progress

    /** A block that waited was handed to its lane; its request may have ended since. */
    void dispatched(Block block, long place) {
        lock.lock();
        try {
            if (requests.syncs.isTransfer(block)) {
                requests.syncs.dispatched(place);
            } else {
                drainBacklog();
                needLanes();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A request ended, its outcome is written: publishes it, and lets in what waited for it. */
    void ended(Block block, int state, @Nullable EndQueue queue) {
        FileTelling telling = file.telling();
        boolean wanted = block.flight.ends();
        FileTap took;
        boolean drained;
        boolean writeBack =
                block.flight.kind() == TransferKind.WRITE && file.spec().isSynchronous();
        List<Block> ending;
        lock.lock();
        try {
            ending = writeBack ? poisonIf(block.outcomeErrno()) : List.of();
            if (block.outstanding.isIn(requests.transfers)) {
                requests.transfers.remove(block.outstanding);
            }
            noLongerWaits(block);
            if (block == requests.truncate) {
                requests.truncate = null;
            }
            boolean appended = block == requests.append;
            drained = home.ended(block);
            took = telling.ended(block, wanted);
            Settlement.publish(block, state, queue);
            // The block may be in use again from here on.
            if (appended) {
                nextAppend();
            }
            proceed();
        } finally {
            lock.unlock();
        }
        telling.tell(took);
        endRefused(ending);
        if (drained) {
            file.drained();
        }
    }

    /** An entry of a list was refused, and its outcome is written: it was never accepted, but is told while its file is open. */
    void refused(Block block) {
        FileTelling telling = file.telling();
        block.flight.observe(null);
        boolean wanted = block.flight.ends();
        FileTap took;
        lock.lock();
        try {
            took = telling.ended(block, wanted);
        } finally {
            lock.unlock();
        }
        telling.tell(took);
    }

    /** Starts what waited for the end of something. Under the lock. */
    void proceed() {
        requests.syncs.serve(requests.transfers.first());
        truncateIfAlone();
        drainBacklog();
        needLanes();
    }

    /** Has those lanes driven whose requests others wait for. Under the lock. */
    void needLanes() {
        boolean behind = requests.syncs.isAnyWaiting()
                || !requests.backlog.isEmpty()
                || (requests.truncate != null && !truncateDispatched);
        FileLanes lanes = home.lanes();
        lanes.need(
                behind ? requests.transfers.first() : null,
                requests.appends.isEmpty() ? null : requests.append,
                requests.syncs.sharedTransfer());
        if (requests.transfers.isEmpty() && !behind && requests.syncs.isIdle()) {
            lanes.forget();
        }
    }

    private void nextAppend() {
        requests.append = requests.appends.poll();
        if (requests.append != null) {
            home.offer(requests.append);
        }
    }

    private void truncateIfAlone() {
        Block waiting = requests.truncate;
        if (waiting != null
                && !truncateDispatched
                && requests.transfers.first() == waiting
                && requests.syncs.isIdle()) {
            truncateDispatched = true;
            home.offer(waiting);
        }
    }

    /**
     * Returns one of the writes in flight whose end a request waits for, the n-th oldest: a sync for all that it covers, an
     * append for the one before it. Null if there are fewer, or not among the oldest transfers, or it waits for something else.
     *
     * @param number of the request, which may have ended by now
     */
    @Nullable
    Block before(Block waiting, long number, int index) {
        lock.lock();
        try {
            // While it has not ended the block cannot move on to another file, for that takes this lock.
            boolean isHere = !waiting.hasEnded(number) && waiting.flight.targetOrNull() == file;
            return isHere ? requests.before(waiting, index) : null;
        } finally {
            lock.unlock();
        }
    }

    // ---- syncs

    boolean isSyncTransfer(Block block) {
        return block.flight.isSync() && requests.syncs.isTransfer(block);
    }

    /** The sync transfer ended: so do all the syncs it served. */
    void syncEnded(Block transfer, long result, @Nullable String text) {
        Block served;
        List<Block> ending;
        boolean drained;
        LaneDriver driver = requireNonNull(transfer.driver);
        lock.lock();
        try {
            drained = home.ended(transfer);
            if (result < 0) {
                home.syncFailed();
            }
            served = requests.syncs.ended(transfer);
            ending = poisonIf(Settlement.errno(result));
        } finally {
            lock.unlock();
        }
        while (served != null) {
            Block next = served.takeNextToEnd();
            Settlement.end(served, result, text);
            served = next;
        }
        endRefused(ending);
        lock.lock();
        try {
            proceed();
        } finally {
            lock.unlock();
        }
        driver.submitted(true);
        file.released();
        if (drained) {
            file.drained();
        }
    }

    // ---- poison

    /** Poisons the file by an error of a write-back, under the lock; returns what is to be ended because of it. */
    private List<Block> poisonIf(Errno errno) {
        if (!FileVerdict.mayHaveLostData(errno)) {
            return List.of();
        }
        if (!verdict.isPoisoned()) {
            verdict.poison();
            file.telling().poisoned(errno);
        }
        return takeOutRefused();
    }

    /**
     * There is no backend for the file: what no lane has ends now, and so does whatever comes.
     *
     * @param errno with what
     * @param at where it is; nothing happens if it is somewhere else by now
     */
    void strand(Errno errno, Bound at) {
        List<Block> ending;
        Block sync;
        lock.lock();
        try {
            if (home.bound() != at || isStranded()) {
                return;
            }
            verdict.strand(errno);
            ending = takeOutRefused();
            sync = requests.syncs.running();
            if (sync != null && home.holds(sync)) {
                home.withdraw(sync);
                sync.dispatch();
            } else {
                sync = null;
            }
        } finally {
            lock.unlock();
        }
        endRefused(ending);
        if (sync != null) {
            syncEnded(sync, -errno.number(), FileVerdict.detail(errno));
        }
    }

    /** Whether there is no backend for the file, nor will be. */
    boolean isStranded() {
        return verdict.isStranded();
    }

    private List<Block> takeOutRefused() {
        List<Block> ending = new ArrayList<>();
        for (Block block : requests.snapshot()) {
            if (verdict.refusal(block.flight) != null && block.endQueued()) {
                requests.withdraw(block);
                ending.add(block);
            }
        }
        return ending;
    }

    private void endRefused(List<Block> ending) {
        // By index: on every end of a request the list is empty, and an iterator would be the path's one allocation.
        for (int i = 0; i < ending.size(); i++) {
            Block block = ending.get(i);
            Errno refusal = requireNonNull(verdict.refusal(block.flight));
            Settlement.end(block, -refusal.number(), FileVerdict.detail(refusal));
        }
    }

    /** Whether nothing is outstanding: no request, and no sync transfer of the file's own. */
    boolean isIdle() {
        lock.lock();
        try {
            return requests.transfers.isEmpty() && requests.backlog.isEmpty() && requests.syncs.isIdle();
        } finally {
            lock.unlock();
        }
    }

    /** A block, and the number of the request that it was when it was looked at. */
    record Pending(Block block, long number) {}

    /** Every request of the file that may not have ended; one by one their blocks may move on to other requests. */
    List<Pending> pending() {
        lock.lock();
        try {
            return requests.snapshot().stream()
                    .map(block -> new Pending(block, block.sequence()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    // ---- what a cancel needs

    /** Moves a queued request out of its list and into state ENDING; false if it is not queued, or not of this file. */
    boolean takeOut(Block block, long number) {
        lock.lock();
        try {
            // While it has not ended the block cannot move on to another file, for that takes this lock.
            if (block.hasEnded(number) || block.flight.targetOrNull() != file || !block.endQueued()) {
                return false;
            }
            requests.withdraw(block);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
