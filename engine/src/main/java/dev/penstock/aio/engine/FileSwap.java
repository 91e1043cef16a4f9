package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.BackendFile;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What a {@link FileMove} does to the requests of its file, step by step as in {@link FileHome}. Any thread, under the
 * lock of {@link FileOrder}; lanes are flushed outside of it.
 */
final class FileSwap {
    private final OpenFile file;
    private final FileOrder order;
    private final BriefLock lock;
    private final FileRequests requests;
    private final FileVerdict verdict;
    private final FileHome home;

    FileSwap(OpenFile file, FileOrder order, BriefLock lock, FileRequests requests, FileVerdict verdict) {
        this.file = file;
        this.order = order;
        this.lock = lock;
        this.requests = requests;
        this.verdict = verdict;
        this.home = file.home();
    }

    /**
     * Lets nothing go to the lanes any more, and takes back what waits there.
     *
     * @return false if the lanes have something; when they no longer do, the file is {@linkplain OpenFile#drained told}
     */
    boolean hold() {
        lock.lock();
        try {
            return home.hold(requests.withSync(requests.snapshotOfTransfers()));
        } finally {
            lock.unlock();
        }
    }

    /** Asks the lanes to hand back what the move waits for; a sync is left to them. */
    void takeBack() {
        List<FileOrder.Pending> inLanes;
        lock.lock();
        try {
            inLanes = requests.snapshotOfTransfers().stream()
                    .filter(block -> block.isAwaited)
                    .map(block -> new FileOrder.Pending(block, block.sequence()))
                    .toList();
        } finally {
            lock.unlock();
        }
        for (FileOrder.Pending each : inLanes) {
            requireNonNull(each.block().driver).cancel(each.block(), each.number());
        }
    }

    /** A lane gave a transfer back that it has not done, or not all of it; false if the file does not move. */
    boolean keep(Block block) {
        boolean drained;
        Errno refusal;
        lock.lock();
        try {
            if (!home.isHolding()) {
                return false;
            }
            drained = home.keep(block);
            refusal = verdict.refusal(block.flight);
            if (refusal != null) {
                withdraw(block);
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            // It was stranded or poisoned meanwhile: nobody will carry it out.
            Settlement.ofRefused(block, refusal);
        }
        if (drained) {
            file.drained();
        }
        return true;
    }

    /** Takes a block that came back out again, as if its lane had it. */
    private void withdraw(Block block) {
        home.withdraw(block);
        block.dispatch();
    }

    /** Whether what was written has not been synced, though it could be. */
    boolean isDirty() {
        lock.lock();
        try {
            return home.isDirty() && !verdict.isPoisoned();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the lanes have nothing that the move waits for. */
    boolean isDrained() {
        lock.lock();
        try {
            return home.awaited() == 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has what was written synced while requests go on, so that little is left to be synced when they are held.
     *
     * @return false if there is nothing to be synced, or a sync is under way; when it is done, the file is
     *     {@linkplain OpenFile#drained told}
     */
    boolean syncAhead() {
        return sync(() -> home.isDirty() && requests.syncs.running() == null);
    }

    /**
     * Has the backend that is to be left carry out a sync, for an error of the write-back is told to its descriptor only.
     *
     * @return false if there is nothing to be synced; when it is done, the file is {@linkplain OpenFile#drained told}
     */
    boolean syncBeforeMove() {
        // A sync that is held thinks that it covers what was written: so it does, where that was written.
        return sync(() -> home.isDirty() || requests.syncs.running() != null);
    }

    /** As {@link #syncBeforeMove}, once more, if the sync came back undone. */
    boolean syncAgain() {
        return sync(() -> requests.syncs.running() != null);
    }

    private boolean sync(BooleanSupplier isNeeded) {
        LaneDriver driver;
        lock.lock();
        try {
            if (verdict.isPoisoned() || !isNeeded.getAsBoolean()) {
                return false;
            }
            Block own = requests.syncs.serveBeforeMove(requests.transfers.first());
            home.await(own);
            driver = requireNonNull(own.driver);
            if (driver.offer(own)) {
                requests.syncs.dispatched(own.place);
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
            home.settle(bound, descriptor, requests.withSync(requests.snapshot()));
            order.needLanes();
        } finally {
            lock.unlock();
        }
    }

    /** The file's descriptor is closed. */
    void closed() {
        lock.lock();
        try {
            home.closed();
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
            verdict.serve();
            heldNs = home.serve();
            order.proceed();
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
}
