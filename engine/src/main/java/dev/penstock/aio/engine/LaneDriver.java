package dev.penstock.aio.engine;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the engine and one lane of a backend: decides when to flush and who collects, and takes what
 * is finished. What is in the lane, and what waits for room, is in {@link LaneWindow}.
 *
 * <h2>Which thread runs what</h2>
 *
 * Any thread stages (under the window's lock) and flushes (under no lock). A lane that pushes delivers from its own
 * threads. A lane that is collected is driven by one thread at a time, the one that has the {@link DrivingRight}: a
 * platform thread that waits for its own requests, or the keeper while somebody needs it; while the keeper is away and
 * nobody drives, the watch collects. Only the driver blocks in
 * the kernel; everybody else parks and is unparked by whoever delivers his completion. What is staged meanwhile its
 * submitter starts himself, except what is for the keeper, who is called out of the kernel for it. A waiter that carries
 * out a request delivers it itself, whoever drives, and so does a submitter whose flush has done it at once.
 *
 * <h2>What orders what</h2>
 *
 * A file's lock may be held when the window's lock is taken, never the other way round. Neither is held when a completion
 * is delivered, when the lane is flushed, or when a thread blocks. A driver shows itself in {@link #blocked} and then
 * looks once more at what is staged and at what it waits for; a submitter stages, a completer publishes, and then looks
 * at {@link #blocked}.
 *
 * <h2>How it ends</h2>
 *
 * A backend must be closed while nobody is inside a verb. What needs a request is over when the last one is: stage, for
 * a thread that is still in there holds the window's lock. Collect and block need the right to drive, which {@link #shut}
 * takes for good. Every other verb goes through {@link #gate}.
 *
 * <h2>Why this shape</h2>
 *
 * A thread of our own between submitter and kernel costs a hand-over each way, several times a cached read; so the
 * waiting thread does the work, and the keeper comes in only where there is no such thread.
 */
final class LaneDriver implements CompletionSink {
    /** A lane that keeps handing a transfer back undone so often is broken; the request fails. */
    private static final int REPEATS_MAX = 16;

    private static final long SLICE_NS = 1_000_000;
    private static final long POLL_NS = 100_000;

    /** Where the count stands in {@link #helps}: others' fields are 64 bytes away on either side. */
    private static final int HELPS = 16;

    final Bound backend;
    /** Which lane of the backend it is. */
    final int index;

    private final Stats stats;
    private final Warnings warnings;
    private final Notifier callbacks;
    /** Not the provider's any more after {@link #forget}. */
    private Lane lane;

    private final boolean collected;
    private final Keeper keeper;

    private final LaneWindow window;
    private final Flushing flushing;
    private final BatchClock clock = new BatchClock();
    /** Round every verb but stage, collect and block. */
    private final Gate gate = new Gate();

    private final DrivingRight right;
    /** The right to drive is taken for good; written by the thread that retires the backend. */
    private volatile boolean retired;
    /** The driver while it is in, or about to enter, the kernel. */
    private volatile @Nullable Thread blocked;
    /** How many {@linkplain #need need} a lane that pushes: who has parked, and requests that are told. */
    private final AtomicInteger needs = new AtomicInteger();
    /** How often a thread has carried out what it waited for; a hint for the keeper, alone on its line of the caches. */
    private final int[] helps = new int[2 * HELPS + 1];

    LaneDriver(Bound backend, int index, Watch watch, Engine engine) {
        this.backend = backend;
        this.index = index;
        this.stats = engine.stats();
        this.warnings = engine.warnings();
        this.callbacks = engine.notifier();
        this.lane = backend.backend().lane(index, this);
        this.collected = !lane.pushes();
        this.window = new LaneWindow(
                lane,
                Math.min(lane.window(), engine.config().window()),
                engine.config().maxPriority() + 1,
                this::stageRefused);
        this.keeper = new Keeper(this, watch, "penstock-" + engine.name() + "-" + backend.name() + "-keeper-" + index);
        this.flushing = new Flushing(backend, lane, window, gate, keeper);
        this.right = new DrivingRight(keeper, window);
    }

    Keeper keeper() {
        return keeper;
    }

    /** To be called once, before anything is offered. */
    void start() {
        keeper.start();
    }

    // ---- dispatch

    /** See {@link LaneWindow#offer}. */
    boolean offer(Block block) {
        boolean inFlight = window.offer(block);
        if (inFlight) {
            // Whoever let it be staged may flush another lane only, or none.
            callKeeper();
        }
        return inFlight;
    }

    /** See {@link LaneWindow#enqueue}; to be followed by {@link #refill}. */
    void enqueue(Block block) {
        window.enqueue(block);
    }

    /** See {@link LaneWindow#withdraw}. */
    boolean withdraw(Block block) {
        return window.withdraw(block);
    }

    private void stageRefused(long token, Throwable why) {
        keeper.deliverLater(token, why);
    }

    /**
     * Stages what waits while there is room, and sees to it that this, and what the end of a request let its file
     * stage, is started. A lane that is collected is flushed by whoever collects.
     */
    void refill() {
        boolean any = false;
        while (window.stageNext()) {
            any = true;
        }
        if (any) {
            callKeeper();
        }
        submitted(false);
    }

    /** Something was staged: sees to it that the keeper knows. */
    private void callKeeper() {
        if (collected && window.isStagedForKeeper()) {
            keeper.hurry();
        }
        callKeeperToWhatIsLeft();
        if (CallbackThread.isDriving(this)) {
            right.callLazily();
        } else if (right.isNeeded() && !right.isTaken()) {
            // Somebody parked while there was nothing to drive the lane for.
            right.callNext();
        } else {
            keeper.look();
        }
    }

    /** Stages a transfer of a request that is in flight once more, before all others, unless its file is to move. */
    private void again(Block block) {
        OpenFile file = block.flight.target();
        if (file.home().isHolding() && file.swap().keep(block)) {
            refill();
            return;
        }
        boolean forKeeper = collected && block.flight.needsKeeper();
        window.again(block);
        refill();
        if (!forKeeper) {
            flush();
        }
    }

    // ---- flush

    /**
     * To be called after a submit, with no lock held: flushes now, or sees to it that somebody soon does. While a driver
     * is in the kernel nobody else comes by.
     */
    void submitted(boolean somebodyWaits) {
        int count = staged();
        boolean now = somebodyWaits
                || count >= flushing.threshold()
                || (window.inFlight() <= count && flushing.isWantedWhenIdle())
                || blocked != null;
        if (now) {
            flush();
        }
        if (collected || (!now && count > 0)) {
            callKeeperToWhatIsLeft();
            keeper.look();
        }
    }

    /** Nobody may help: then he starts it, and must not be away for long, unless helpers come often. */
    private void callKeeperToWhatIsLeft() {
        if (window.isLeftToHelpers()) {
            keeper.comeBack();
        }
    }

    /** Whether somebody waits already: what is staged from now on he may not see, nor carry out. */
    boolean isAwaited() {
        return blocked != null || needs.get() > 0 || right.isNeeded();
    }

    /**
     * To be called in place of {@link #submitted} by a thread that flushes as soon as code of a user returns. The keeper
     * does, within a millisecond or two, if that takes long; not while he is in the kernel.
     */
    void submittedToBeFlushed() {
        if (staged() >= flushing.threshold() || blocked != null) {
            flush();
            callKeeperToWhatIsLeft();
        } else {
            keeper.look();
        }
    }

    /** How many are staged and not flushed, or more; those that helpers have carried out meanwhile have left the window. */
    private int staged() {
        return Math.min(window.staged(), window.inFlight());
    }

    /** Starts what is staged. */
    void flush() {
        flushing.flush();
    }

    /**
     * Starts what is staged, also what only a long-lived thread may start. Called by the keeper.
     *
     * @return false if the lane has left some to helpers
     */
    boolean flushByKeeper() {
        return flushing.flushByKeeper();
    }

    /** See {@link LaneWindow#stagedForHelpers}. */
    int stagedForHelpers() {
        return window.stagedForHelpers();
    }

    /** See {@link LaneWindow#isLeftToHelpers}. */
    boolean isLeftToHelpers() {
        return window.isLeftToHelpers();
    }

    /** Whether something is staged that only the keeper starts. */
    boolean isStagedForKeeper() {
        return window.isStagedForKeeper();
    }

    /** See {@link Flushing#byOthers}. */
    int flushesByOthers() {
        return flushing.byOthers();
    }

    /** How often a thread has carried out what it waited for, or less; may wrap. */
    int helps() {
        return helps[HELPS];
    }

    /** When a request of this lane ends. */
    BatchClock clock() {
        return clock;
    }

    /** More callbacks wait than the calling thread runs next: the keeper is to see whether another thread is needed. */
    void haveKeeperLook() {
        keeper.look();
    }

    /** See {@link Keeper#recentNs}. */
    long recentNs() {
        return keeper.recentNs();
    }

    boolean hasStaged() {
        return window.hasStaged();
    }

    int inFlight() {
        return window.inFlight();
    }

    // ---- completion

    @Override
    public void completed(long token, long result) {
        delivered(token, result, null);
    }

    @Override
    public void failed(long token, int errno, @Nullable String text) {
        delivered(token, errno == 0 ? Settlement.UNKNOWN_ERROR : -errno, text);
    }

    @Override
    public void repeat(long token) {
        try {
            Block block = take(token);
            if (block != null) {
                block.flight.unpin(0);
                repeat(block);
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void delivered(long token, long told, @Nullable String text) {
        try {
            end(token, told, text);
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** The lane must not suffer from what is wrong here. */
    private void failed(Throwable why) {
        warnings.repeated("the engine failed in dealing with a completion of provider " + backend.name(), why);
    }

    private void end(long token, long told, @Nullable String text) {
        Block block = take(token);
        if (block == null) {
            return;
        }
        long result = unpin(block.flight, told);
        if (result == -Errno.ECANCELED.number()) {
            canceled(block, text);
            return;
        }
        if (Settlement.moved(block.flight, result)) {
            again(block);
            return;
        }
        Settlement.ofTransfer(block, result, text);
        refill();
    }

    /**
     * The lane took it back: for somebody who canceled it and has no other answer yet; or else for its file, which moves, or
     * for nobody, and then it is started again.
     */
    private void canceled(Block block, @Nullable String text) {
        if (block.endCanceled()) {
            Settlement.end(block, -Errno.ECANCELED.number(), text);
            refill();
        } else {
            repeat(block);
        }
    }

    /** Whatever goes wrong with the user's memory, the request ends. */
    private long unpin(Flight flight, long told) {
        try {
            return flight.unpin(told);
        } catch (Throwable e) {
            failed(e);
            return -Errno.EIO.number();
        }
    }

    private @Nullable Block take(long token) {
        Block block = window.take(token);
        if (block == null) {
            stats.strayCompletions.increment();
        }
        return block;
    }

    private void repeat(Block block) {
        if (block.flight.repeat() <= REPEATS_MAX) {
            stats.repeats.increment();
            again(block);
        } else {
            Settlement.ofTransfer(block, -Errno.EIO.number(), "handed back undone " + REPEATS_MAX + " times");
            refill();
        }
    }

    /** Ends a transfer that the lane refused with an exception. */
    void refused(long token, Throwable why) {
        backend.misbehaved("stage", why);
        delivered(token, -Errno.EIO.number(), "the provider failed");
    }

    // ---- cancel and help

    /** Asks the lane to take the transfer of a block's request with this number back; see {@link Lane#cancel}. */
    boolean cancel(Block block, long number) {
        if (!gate.enter()) {
            return false;
        }
        try {
            long token = window.tokenOf(block, number);
            return token != LaneWindow.NO_TOKEN && lane.cancel(token);
        } catch (Throwable e) {
            backend.misbehaved("cancel", e);
            return false;
        } finally {
            gate.leave();
        }
    }

    /** Whether a thread that waits for a block's request should try to {@link #help}. */
    boolean isForHelpers(Block block) {
        try {
            return lane.isForHelpers(block.flight);
        } catch (Throwable e) {
            backend.misbehaved("isForHelpers", e);
            return false;
        }
    }

    /**
     * Carries out a request that the caller waits for in the caller, if the lane can do that and has not started it.
     *
     * @param number of the request: should the block serve another one by now, the token is of none
     */
    boolean help(Block block, long number) {
        long token = block.token;
        if (Life.number(block.word()) != number || window.inFlight() == 0 || !isForHelpers(block) || !gate.enter()) {
            return false;
        }
        try {
            boolean helped = lane.help(token);
            if (helped) {
                helps[HELPS]++;
            }
            return helped;
        } catch (Throwable e) {
            backend.misbehaved("help", e);
            return false;
        } finally {
            gate.leave();
        }
    }

    // ---- driving a lane that is collected

    boolean isCollected() {
        return collected;
    }

    /** Collects what is there, unless somebody else is at it. */
    void glance() {
        if (isCollected() && window.inFlight() > 0 && right.tryTake()) {
            try {
                collect();
            } finally {
                right.leave();
            }
            flush();
        }
    }

    /** Collects, by a thread that comes back when it has dealt with what came; false if somebody else is at it. */
    boolean sweep() {
        if (!isCollected() || !right.tryTakeSweeping()) {
            return false;
        }
        try {
            collect();
        } finally {
            right.leaveSweeping();
        }
        flush();
        return true;
    }

    /** See {@link Notifier#lookAtCallbacks}. */
    boolean lookAtCallbacks() {
        return callbacks.lookAtCallbacks();
    }

    /** See {@link CallbackPool#mayCallForWork}. */
    boolean mayCallForCallbacks() {
        return callbacks.mayCallForCallbacks();
    }

    /** Who may drive: collect and block. */
    DrivingRight right() {
        return right;
    }

    int collect() {
        clock.begin();
        try {
            return lane.collect();
        } catch (Throwable e) {
            backend.misbehaved("collect", e);
            return 0;
        } finally {
            clock.end();
        }
    }

    /**
     * Collects, and blocks in the kernel for a slice of time if nothing was there and the target is not met.
     *
     * @param target what the caller waits for; null if he is the keeper
     * @param seen of {@link #stagedForHelpers}, when the caller looked for something to carry out
     */
    void drive(@Nullable Awaited target, long nanos, int seen) {
        flush();
        if (collect() > 0) {
            flush();
            return;
        }
        blocked = Thread.currentThread();
        try {
            // What was staged before its submitter could see that somebody is here.
            if (target == null) {
                flushByKeeper();
            } else {
                flush();
            }
            // What the target waits for may have moved to another lane before anybody could see who is blocked here.
            if (target == null || (!target.isMet() && target.soleLane() == this)) {
                // What is left to helpers may be the target's, or has to be started at the keeper's next visit.
                boolean soon = target == null ? window.isLeftToHelpers() : window.stagedForHelpers() != seen;
                block(Math.min(nanos, soon ? POLL_NS : SLICE_NS));
            }
        } finally {
            blocked = null;
        }
        collect();
        flush();
    }

    private void block(long nanos) {
        try {
            lane.block(nanos);
        } catch (Throwable e) {
            backend.misbehaved("block", e);
            LockSupport.parkNanos(this, nanos);
        }
    }

    boolean isBlocked(Thread thread) {
        return blocked == thread;
    }

    void wakeIfBlocked(Thread thread) {
        if (blocked == thread) {
            wake();
        }
    }

    private void wake() {
        if (gate.enter()) {
            try {
                lane.wake();
            } catch (Throwable e) {
                // The slice of time that it blocks for ends by itself.
                backend.misbehaved("wake", e);
            } finally {
                gate.leave();
            }
        }
    }

    /** Somebody waits for this lane without driving it, until {@link #unneed}. */
    void need() {
        if (isCollected()) {
            right.need();
        } else {
            needs.incrementAndGet();
        }
    }

    void unneed() {
        if (isCollected()) {
            right.unneed();
        } else {
            needs.decrementAndGet();
        }
    }

    // ---- the end

    /**
     * Sees to it that nobody is inside a verb of the lane, nor ever will be. Nothing is outstanding by then.
     *
     * @param deadline by {@link System#nanoTime()}
     * @return false if somebody did not come back in time
     */
    boolean shut(long deadline) {
        window.awaitStager();
        while (!retired && !right.tryTake()) {
            if (blocked != null) {
                wake();
            }
            if (!isTimeLeft(deadline)) {
                return false;
            }
        }
        retired = true;
        gate.shut();
        while (!gate.isEmpty()) {
            if (!isTimeLeft(deadline)) {
                return false;
            }
        }
        return true;
    }

    private boolean isTimeLeft(long deadline) {
        LockSupport.parkNanos(this, POLL_NS);
        return System.nanoTime() - deadline < 0;
    }

    void stop() {
        keeper.stop();
    }

    /**
     * Keeps nothing of the provider, for a request that a user keeps knows the lane it was on. To be called after
     * {@link #stop}, when the backend is closed.
     *
     * @param nothing takes its place
     */
    void forget(Lane nothing) {
        lane = nothing;
        flushing.forget(nothing);
        window.forget(nothing);
    }
}
