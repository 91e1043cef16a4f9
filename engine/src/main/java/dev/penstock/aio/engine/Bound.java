package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Capability;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A provider at work. When it has ended it keeps nothing of the provider: requests and files that users keep know it. */
final class Bound implements BackendEnvironment {
    /** How long the threads that are in a lane may take to leave it when nothing is outstanding any more. */
    private static final long LEAVE_NS = 1_000_000_000;

    private static final long POLL_NS = 100_000;

    private final Engine engine;
    private final String name;
    private final boolean nowhere;
    private final Set<Capability> capabilities;
    /** Not the provider's any more when this has ended. */
    private volatile Backend backend;

    private final LaneDriver[] lanes;
    private final Watch watch;
    private final BackendSlabs slabs;
    /** How many descriptors of a file are here: more than one if it came back before the last was closed. */
    private final Map<OpenFile, Integer> files = new ConcurrentHashMap<>();
    /** Whether no file is moved away any more, because it is about to be closed. */
    private volatile boolean evacuated;
    /** Whether it is closed; guarded by this. */
    private boolean ended;
    /** Round opens; shut when the provider leaves, before its files are stranded. */
    private final Gate opens = new Gate();
    /** Why the backend cannot work any more, if it said so; it may say so before its start returns. */
    private final AtomicReference<@Nullable String> broken = new AtomicReference<>();
    /** By System.nanoTime: when files were looked at last because it is. */
    private final AtomicLong brokenNs = new AtomicLong(System.nanoTime());

    Bound(Engine engine, AioProvider provider, Set<Capability> capabilities) throws AioException {
        this.engine = engine;
        this.name = provider.name();
        this.nowhere = provider instanceof NoProvider;
        this.capabilities = capabilities.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.copyOf(capabilities);
        this.backend = provider.start(this);
        this.slabs = new BackendSlabs(this, engine.leases());
        try {
            this.lanes = new LaneDriver[backend.lanes()];
            Keeper[] keepers = new Keeper[lanes.length];
            this.watch = new Watch("penstock-" + engine.name() + "-" + name + "-watch", keepers, engine.notifier());
            for (int i = 0; i < lanes.length; i++) {
                lanes[i] = new LaneDriver(this, i, watch, engine);
                keepers[i] = lanes[i].keeper();
            }
            startLanes();
        } catch (RuntimeException | Error e) {
            closeBackend();
            throw e;
        }
        engine.backends().started(this);
        slabs.registerAll();
    }

    private void startLanes() {
        try {
            for (LaneDriver lane : lanes) {
                lane.start();
            }
            if (Arrays.stream(lanes).anyMatch(LaneDriver::isCollected)) {
                watch.start();
            }
        } catch (Error noThread) {
            stopLanes();
            throw noThread;
        }
    }

    private void stopLanes() {
        for (LaneDriver lane : lanes) {
            lane.stop();
        }
        watch.stop();
    }

    private void closeBackend() {
        try {
            backend.close();
        } catch (Throwable e) {
            misbehaved("close", e);
        }
    }

    BackendSlabs slabs() {
        return slabs;
    }

    String name() {
        return name;
    }

    Backend backend() {
        return backend;
    }

    /** What it cannot do, of what an open asks for. */
    Set<Capability> missing(ParsedOptions spec) {
        Set<Capability> missing = spec.needed();
        missing.removeAll(capabilities);
        return missing;
    }

    /** Whether files can stay with it. */
    boolean isServing() {
        return broken.get() == null && !isLeaving() && !isNowhere();
    }

    /** Whether its files are about to be closed, and none is moved away any more. */
    boolean isEvacuated() {
        return evacuated;
    }

    /** Whether files are being opened here at this moment. */
    boolean isArriving() {
        return !opens.isEmpty();
    }

    /** Whether it stands for there being no provider. */
    boolean isNowhere() {
        return nowhere;
    }

    /** Whether its provider has gone, or the instance ends. */
    boolean isLeaving() {
        return opens.isShut();
    }

    /** Returns the lane for a request that was on a lane of another backend. */
    LaneDriver laneInPlaceOf(LaneDriver other) {
        return lanes[other.index & (lanes.length - 1)];
    }

    LaneDriver lane(Thread thread) {
        if (lanes.length == 1) {
            return lanes[0];
        }
        @SuppressWarnings("deprecation") // threadId() came with Java 19
        long id = thread.getId();
        return lanes[(int) id & (lanes.length - 1)];
    }

    /** Opens a file; null if the provider has left meanwhile. */
    @Nullable
    OpenFile open(Consumer consumer, ParsedOptions spec) throws AioException {
        if (!opens.enter()) {
            return null;
        }
        try {
            OpenFile file = new OpenFile(consumer, spec, this, openBackendFile(spec));
            arrived(file);
            if (evacuated) {
                file.order().strand(Errno.ESTALE, this);
            }
            return file;
        } finally {
            opens.leave();
        }
    }

    private BackendFile openBackendFile(ParsedOptions spec) throws AioException {
        try {
            return backend.open(spec);
        } catch (RuntimeException | Error e) {
            misbehaved("open", e);
            throw spec.refusal(Errno.EIO, "provider " + name() + " failed: " + e);
        }
    }

    /**
     * Begins to take over an open file; who gets true must {@link #endArrival}, and until then this does not end. False
     * if its provider has left.
     */
    boolean beginArrival() {
        return opens.enter();
    }

    void endArrival() {
        opens.leave();
    }

    /**
     * Opens what another backend has open; between {@link #beginArrival} and {@link #endArrival}.
     *
     * @param descriptor that has it open; -1 if there is none
     */
    BackendFile reopen(ParsedOptions spec, int descriptor) throws AioException {
        try {
            BackendFile taken = descriptor < 0 ? null : backend.takeOver(spec, descriptor);
            return taken == null ? backend.open(spec) : taken;
        } catch (RuntimeException | Error e) {
            misbehaved("open", e);
            throw spec.refusal(Errno.EIO, "provider " + name() + " failed: " + e);
        }
    }

    /** A file is here now. */
    void arrived(OpenFile file) {
        files.merge(file, 1, Integer::sum);
    }

    /** A file's descriptor here is closed. */
    void closed(OpenFile file) {
        files.computeIfPresent(file, (key, count) -> count == 1 ? null : count - 1);
        if (isToBeRetired()) {
            engine.mover().close(this::retireIfLeft);
        }
    }

    /** Whether it cannot work any more and its last file has gone. */
    private boolean isToBeRetired() {
        return broken.get() != null && files.isEmpty();
    }

    /** Returns the files that have a descriptor here. */
    Set<OpenFile> files() {
        return files.keySet();
    }

    @Override
    public String instance() {
        return engine.name();
    }

    @Override
    public void broken(String reason) {
        // It may say so at every try, and each time all files would be looked at. Now and then they are: one that could
        // not move may be able to.
        long nowNs = System.nanoTime();
        long lookedNs = brokenNs.get();
        if (broken.compareAndSet(null, reason)) {
            brokenNs.set(nowNs);
            engine.warnings().once("provider " + name() + " is broken: " + reason);
            engine.backends().broken(this);
        } else if (nowNs - lookedNs >= KnownProvider.RESTART_NS && brokenNs.compareAndSet(lookedNs, nowNs)) {
            engine.mover().retry(this);
        }
    }

    /** Returns why it cannot work any more, if it said so. */
    @Nullable
    String broken() {
        return broken.get();
    }

    /** It threw where it must not. */
    void misbehaved(String verb, Throwable why) {
        engine.warnings().repeated("provider " + name() + " failed in " + verb, why);
    }

    void flush() {
        for (LaneDriver lane : lanes) {
            lane.flush();
        }
    }

    /** See {@link LaneDriver#refill}. */
    void refill() {
        for (LaneDriver lane : lanes) {
            lane.refill();
        }
    }

    void glance() {
        for (LaneDriver lane : lanes) {
            lane.glance();
        }
    }

    void need() {
        for (LaneDriver lane : lanes) {
            lane.need();
        }
    }

    void unneed() {
        for (LaneDriver lane : lanes) {
            lane.unneed();
        }
    }

    // ---- the end

    /**
     * Moves its files away, strands those that stay, waits for what is in flight, and ends: when the backend is closed, its
     * files are, and nobody is inside a verb of it.
     *
     * @param deadline by {@link System#nanoTime()}; whatever is in flight then keeps it running
     */
    synchronized void retire(long deadline) {
        if (ended) {
            engine.backends().ended(this);
            return;
        }
        opens.shut();
        engine.mover().leave(this);
        evacuated = true;
        files().forEach(Bound::endMove);
        files().forEach(file -> file.order().strand(Errno.ESTALE, this));
        // The moves may have used up the time.
        String left = end(Math.max(deadline, System.nanoTime() + LEAVE_NS));
        ended = left == null;
        if (ended) {
            engine.backends().ended(this);
        } else {
            engine.backends().lingers(this);
            engine.warnings().once("provider " + name() + " leaves with " + left + "; it is left running");
        }
    }

    private static void endMove(OpenFile file) {
        FileMove move = file.move();
        if (move != null) {
            move.giveUp("its provider is closed now");
        }
    }

    /** Ends it if it cannot work any more and its last file has moved away. */
    private void retireIfLeft() {
        if (isToBeRetired()) {
            retire(System.nanoTime() + engine.config().closeTimeoutNs());
        }
    }

    /** Ends it, or answers what keeps it from that. */
    private @Nullable String end(long deadline) {
        if (!drain(deadline)) {
            return "requests, or calls of it, that do not end";
        }
        if (!shutLanes()) {
            return "threads that do not come back from it";
        }
        if (!closeFiles()) {
            return "a close of it that does not come back";
        }
        stopLanes();
        if (!slabs.shut(System.nanoTime() + LEAVE_NS)) {
            return "a call of it that does not come back";
        }
        closeBackend();
        forget();
        return null;
    }

    /** Nobody is inside a verb, nor will be. */
    private void forget() {
        NoProvider nothing = new NoProvider();
        backend = nothing;
        for (LaneDriver lane : lanes) {
            lane.forget(nothing);
        }
    }

    private boolean closeFiles() {
        long deadline = System.nanoTime() + LEAVE_NS;
        files().forEach(file -> engine.mover().close(() -> file.closing().closeDescriptor(this)));
        while (!files().stream().allMatch(file -> file.closing().isDescriptorGone())) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(this, POLL_NS);
        }
        return true;
    }

    private boolean drain(long deadline) {
        need();
        try {
            while (isBusy() && System.nanoTime() - deadline < 0) {
                flush();
                LockSupport.parkNanos(this, POLL_NS);
            }
        } finally {
            unneed();
        }
        return !isBusy();
    }

    private boolean isBusy() {
        if (!opens.isEmpty()) {
            return true;
        }
        for (Map.Entry<OpenFile, Integer> each : files.entrySet()) {
            OpenFile file = each.getKey();
            // Of one that has moved, or came back, a descriptor is being closed.
            if (file.backend() != this || each.getValue() > 1 || !file.order().isIdle()) {
                return true;
            }
        }
        return false;
    }

    private boolean shutLanes() {
        long deadline = System.nanoTime() + LEAVE_NS;
        boolean left = true;
        for (LaneDriver lane : lanes) {
            left &= lane.shut(deadline);
        }
        return left;
    }
}
