package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.BackendFile;
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
    /** Reads, writes, truncates and sizes that are admitted and not done, by place. */
    private final BlockList transfers = new BlockList();
    /** Requests behind a barrier, by place. */
    private final BlockList backlog = new BlockList();
    /** Admitted appends behind the one that is dispatched. */
    private final BlockList appends = new BlockList();

    private final FileSyncs syncs;
    private final FileHome home;

    private @Nullable Block append;
    private @Nullable Block truncate;
    private boolean truncateDispatched;
    /** A sync waits and something before it is not dispatched. Written under the lock, read by {@link #leaves}. */
    private volatile boolean syncBarrier;

    // Guarded by no lock.
    /** Admitted transfers that no lane has been handed, without those of the file's own for syncs; counted for the barrier of a waiting sync. */
    private final AtomicInteger undispatched = new AtomicInteger();

    private volatile boolean poisoned;
    /** What everything ends with because there is no backend for the file: ESTALE, ENXIO, or null if there is one. */
    private volatile @Nullable Errno unserved;

    FileOrder(OpenFile file, FileHome home) {
        this.file = file;
        this.home = home;
        this.syncs = new FileSyncs(file);
    }

    FileHome home() {
        return home;
    }

    boolean isPoisoned() {
        return poisoned;
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
            file.closing().admit(block);
            block.place = ++places;
            home.admit(block);
            driver = requireNonNull(block.driver);
            refusal = refusal(block.flight);
            empty = block.flight.moves() && block.flight.asked() == 0;
            block.begin();
            if (refusal != null || empty) {
                block.endQueued();
            } else {
                home.lanes().add(driver);
                if (isBarred()) {
                    backlog.add(block.queued);
                } else {
                    admit(block);
                }
                needLanes();
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            Settlement.end(block, -refusal.number(), detail(refusal));
        } else if (empty) {
            Settlement.end(block, 0, null);
        }
        return driver;
    }

    /** The error that every such request ends with now, or null. */
    private @Nullable Errno refusal(Flight flight) {
        Errno none = unserved;
        if (none != null) {
            return none;
        }
        return poisoned && flight.modifies() ? Errno.EIO : null;
    }

    private static String detail(Errno refusal) {
        return switch (refusal) {
            case EIO -> "an earlier write-back failed; open the file again and check what it holds";
            case ENXIO -> "there has been no provider for too long";
            default -> "the provider of the file is gone, and no other could take the file over";
        };
    }

    private boolean isBarred() {
        return syncBarrier || truncate != null || home.isHolding() || !backlog.isEmpty();
    }

    private void admit(Block block) {
        Flight flight = block.flight;
        if (flight.isSync()) {
            syncs.add(block);
            // Shown before it looks: who dispatches counts down before he looks.
            syncBarrier = true;
            syncBarrier = undispatched.get() > 0;
            syncs.serve(transfers.first());
            return;
        }
        transfers.add(block.outstanding);
        if (flight.kind() == TransferKind.TRUNCATE) {
            truncate = block;
            truncateDispatched = false;
            truncateIfAlone();
        } else if (!flight.isAppend()) {
            home.offer(block);
        } else if (append == null) {
            append = block;
            home.offer(block);
        } else {
            appends.add(block.queued);
            waits(block);
        }
    }

    /** A block is about to wait. By who holds the lock, and the lane's if the block waits there. */
    void waits(Block block) {
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
        if (undispatched.get() == 0 || !syncs.isAnyWaiting()) {
            syncBarrier = false;
        }
        while (!syncBarrier && truncate == null && !home.isHolding()) {
            Block next = backlog.poll();
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
            if (syncs.isTransfer(block)) {
                syncs.dispatched(place);
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
        boolean wanted = block.flight.isObserved() && telling.isWanted();
        boolean tell;
        boolean drained;
        boolean writeBack =
                block.flight.kind() == TransferKind.WRITE && file.spec().isSynchronous();
        List<Block> ending;
        lock.lock();
        try {
            ending = writeBack ? poisonIf(block.outcomeErrno()) : List.of();
            if (block.outstanding.isIn(transfers)) {
                transfers.remove(block.outstanding);
            }
            noLongerWaits(block);
            if (block == truncate) {
                truncate = null;
            }
            boolean appended = block == append;
            drained = home.ended(block);
            tell = telling.ended(block, wanted);
            Settlement.publish(block, state, queue);
            // The block may be in use again from here on.
            if (appended) {
                nextAppend();
            }
            proceed();
        } finally {
            lock.unlock();
        }
        if (tell) {
            telling.tell();
        }
        endRefused(ending);
        if (drained) {
            file.drained();
        }
    }

    /** An entry of a list was refused, and its outcome is written: it was never accepted, but is told. */
    void refused(Block block) {
        FileTelling telling = file.telling();
        boolean wanted = telling.isWanted();
        boolean tell;
        lock.lock();
        try {
            tell = telling.ended(block, wanted);
        } finally {
            lock.unlock();
        }
        if (tell) {
            telling.tell();
        }
    }

    /** Starts what waited for the end of something. */
    private void proceed() {
        syncs.serve(transfers.first());
        truncateIfAlone();
        drainBacklog();
        needLanes();
    }

    /** Has those lanes driven whose requests others wait for. */
    private void needLanes() {
        boolean behind = syncs.isAnyWaiting() || !backlog.isEmpty() || (truncate != null && !truncateDispatched);
        FileLanes lanes = home.lanes();
        lanes.need(behind ? transfers.first() : null, appends.isEmpty() ? null : append, syncs.sharedTransfer());
        if (transfers.isEmpty() && !behind && syncs.isIdle()) {
            lanes.forget();
        }
    }

    private void nextAppend() {
        append = appends.poll();
        if (append != null) {
            home.offer(append);
        }
    }

    private void truncateIfAlone() {
        Block waiting = truncate;
        if (waiting != null && !truncateDispatched && transfers.first() == waiting && syncs.isIdle()) {
            truncateDispatched = true;
            home.offer(waiting);
        }
    }

    // ---- syncs

    boolean isSyncTransfer(Block block) {
        return block.flight.isSync() && syncs.isTransfer(block);
    }

    /** The sync transfer ended: so do all the syncs it served. */
    void syncEnded(Block transfer, long result, @Nullable String text) {
        List<Block> served;
        List<Block> ending;
        boolean drained;
        LaneDriver driver = requireNonNull(transfer.driver);
        lock.lock();
        try {
            drained = home.ended(transfer);
            if (result < 0) {
                home.syncFailed();
            }
            served = syncs.ended(transfer);
            ending = poisonIf(Settlement.errno(result));
        } finally {
            lock.unlock();
        }
        for (Block sync : served) {
            Settlement.end(sync, result, text);
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
        if (!mayHaveLostData(errno)) {
            return List.of();
        }
        if (!poisoned) {
            poisoned = true;
            file.telling().poisoned(errno);
        }
        return takeOutRefused();
    }

    /** UNKNOWN too, the error that only a text names: if it is one of the others, a later sync might report success. */
    private static boolean mayHaveLostData(Errno errno) {
        return switch (errno) {
            case EIO, ENOSPC, EDQUOT, UNKNOWN -> true;
            default -> false;
        };
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
            unserved = errno;
            ending = takeOutRefused();
            sync = syncs.running();
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
            syncEnded(sync, -errno.number(), detail(errno));
        }
    }

    /** Whether there is no backend for the file, nor will be. */
    boolean isStranded() {
        return unserved == Errno.ESTALE;
    }

    private List<Block> takeOutRefused() {
        List<Block> ending = new ArrayList<>();
        for (Block block : snapshot()) {
            if (refusal(block.flight) != null && block.endQueued()) {
                withdraw(block);
                ending.add(block);
            }
        }
        return ending;
    }

    private void endRefused(List<Block> ending) {
        // By index: on every end of a request the list is empty, and an iterator would be the path's one allocation.
        for (int i = 0; i < ending.size(); i++) {
            Block block = ending.get(i);
            Errno refusal = requireNonNull(refusal(block.flight));
            Settlement.end(block, -refusal.number(), detail(refusal));
        }
    }

    /** Takes a block that was moved to ENDING while it was queued out of whatever list it waits in. */
    private void withdraw(Block block) {
        if (block == truncate) {
            truncate = null;
        }
        if (removeFrom(syncs.lists(), block)) {
            syncs.withdrawIdleTransfer();
        } else if (!removeFrom(List.of(backlog, appends), block)) {
            home.withdraw(block);
        }
    }

    private static boolean removeFrom(List<BlockList> lists, Block block) {
        for (BlockList list : lists) {
            if (block.queued.isIn(list)) {
                list.remove(block.queued);
                return true;
            }
        }
        return false;
    }

    /** Every block of the file that may not have ended, oldest first among equals. */
    private List<Block> snapshot() {
        List<Block> blocks = snapshotOfTransfers();
        syncs.lists().forEach(list -> addAll(blocks, list));
        addAll(blocks, backlog);
        return blocks;
    }

    private List<Block> snapshotOfTransfers() {
        List<Block> blocks = new ArrayList<>();
        for (Block each = transfers.first(); each != null; each = each.outstanding.next()) {
            blocks.add(each);
        }
        return blocks;
    }

    private static void addAll(List<Block> blocks, BlockList list) {
        for (Block each = list.first(); each != null; each = each.queued.next()) {
            blocks.add(each);
        }
    }

    /** Whether nothing is outstanding: no request, and no sync transfer of the file's own. */
    boolean isIdle() {
        lock.lock();
        try {
            return transfers.isEmpty() && backlog.isEmpty() && syncs.isIdle();
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
            return snapshot().stream()
                    .map(block -> new Pending(block, block.sequence()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    // ---- what a move needs

    /**
     * Lets nothing go to the lanes any more, and takes back what waits there.
     *
     * @return false if the lanes have something; when they no longer do, the file is {@linkplain OpenFile#drained told}
     */
    boolean hold() {
        lock.lock();
        try {
            return home.hold(withSync(snapshotOfTransfers()));
        } finally {
            lock.unlock();
        }
    }

    private List<Block> withSync(List<Block> blocks) {
        Block sync = syncs.running();
        if (sync != null) {
            blocks.add(sync);
        }
        return blocks;
    }

    /** Asks the lanes to hand back what the move waits for; a sync is left to them. */
    void takeBack() {
        List<Block> inLanes;
        lock.lock();
        try {
            inLanes = snapshotOfTransfers().stream()
                    .filter(block -> block.isAwaited)
                    .toList();
        } finally {
            lock.unlock();
        }
        for (Block block : inLanes) {
            requireNonNull(block.driver).cancel(block);
        }
    }

    /** A lane gave a transfer back that it has not done, or not all of it; false if the file does not move. */
    boolean keep(Block block) {
        boolean drained;
        lock.lock();
        try {
            if (!home.isHolding()) {
                return false;
            }
            drained = home.keep(block);
        } finally {
            lock.unlock();
        }
        if (drained) {
            file.drained();
        }
        return true;
    }

    /**
     * Has the backend that is to be left carry out a sync, for an error of the write-back is told to its descriptor only.
     *
     * @return false if there is nothing to be synced; when it is done, the file is {@linkplain OpenFile#drained told}
     */
    boolean syncBeforeMove() {
        LaneDriver driver;
        lock.lock();
        try {
            // A sync that is held thinks that it covers what was written: so it does, where that was written.
            boolean needed = home.isDirty() || syncs.running() != null;
            if (!needed || poisoned) {
                return false;
            }
            Block own = syncs.serveBeforeMove(transfers.first());
            home.await(own);
            driver = requireNonNull(own.driver);
            if (driver.offer(own)) {
                syncs.dispatched(own.place);
            }
        } finally {
            lock.unlock();
        }
        driver.submitted(true);
        return true;
    }

    /** The file is at another backend, where it is still held. */
    void settle(Bound bound, BackendFile descriptor) {
        lock.lock();
        try {
            home.settle(bound, descriptor, withSync(snapshot()));
            needLanes();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What was held goes to the lanes of the backend where the file is now.
     *
     * @return for how long it was held, in nanoseconds
     */
    long serve() {
        long heldNs;
        lock.lock();
        try {
            unserved = null;
            heldNs = home.serve();
            proceed();
        } finally {
            lock.unlock();
        }
        home.bound().refill();
        return heldNs;
    }

    /** Has the lanes driven whoever waits for what, until {@link #endDrive}. */
    void drive() {
        lock.lock();
        try {
            home.drive();
        } finally {
            lock.unlock();
        }
    }

    void endDrive() {
        lock.lock();
        try {
            home.endDrive();
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
            withdraw(block);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
