package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A provider that does what a test says: it polls as librt and io_uring do, or pushes; it finishes in any order, short,
 * twice or never; every verb may throw. Files are in memory.
 *
 * <p>It also watches the engine: what the engine must never do to a lane is noted in {@link #violations()}.
 */
class ScriptedProvider implements AioProvider {
    /** How completions reach the engine. */
    enum Delivery {
        /** Inside collect only, as a polling back end. */
        COLLECTED,
        /** By a thread of the lane's own. */
        PUSHED,
        /** By the thread that flushes, before flush returns. */
        PUSHED_IN_FLUSH
    }

    private final String name;
    private final List<ScriptedBackend> backends = new CopyOnWriteArrayList<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private volatile Script script = new Script();
    private volatile Predicate<Transfer> held = transfer -> false;

    // Set before the start.
    int lanes = 1;
    int window = 16;
    /** Negative to throw when it is asked for. */
    int flushThreshold = 8;

    boolean flushesWhenIdle = true;
    Delivery delivery = Delivery.COLLECTED;
    /** Transfers that need the keeper are started by flushByKeeper only. */
    boolean insistsOnKeeper;
    /** So often a lane leaves what is staged to those who might help, when the keeper flushes. */
    final AtomicInteger leftByKeeper = new AtomicInteger();
    /** What a lane that is collected carries out in a thread that waits for it. */
    volatile Predicate<Transfer> helpsWith = transfer -> false;
    /** Whether only the keeper's flush starts that. */
    boolean leavesToHelpers;
    /** Whether that one leaves what was not there at its last visit. */
    boolean leavesOnce;
    /** Whether a thread that blocks in a lane comes back only when it is woken, or something is there. */
    boolean blocksUntilWoken;
    /** The lane moves bytes only to and from memory that it pinned when it started the transfer. */
    boolean pins;
    /** Completions are delivered in an order drawn by this seed; 0 keeps the order in which they finished. */
    long orderSeed;

    /** Where its files are, if they can move to other providers of the same disk. */
    ScriptedDisk disk;
    /** Whether it takes files over by their descriptors; else it opens paths. */
    boolean takesOver = true;

    int alignmentBytes = 1;
    int ranking;
    Probe probe = Probe.available(EnumSet.allOf(Capability.class));
    AioException startFailure;
    Runnable starting = () -> {};

    ScriptedProvider() {
        this("scripted");
    }

    ScriptedProvider(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int ranking() {
        return ranking;
    }

    @Override
    public Probe probe() {
        return probe;
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        starting.run();
        if (startFailure != null) {
            throw startFailure;
        }
        ScriptedBackend backend = new ScriptedBackend(this, environment);
        backends.add(backend);
        return backend;
    }

    // ---- what the test says

    Script script() {
        return script;
    }

    void script(Script newScript) {
        script = newScript;
    }

    /** Lets transfers run until {@link #release}. */
    void hold(Predicate<Transfer> which) {
        held = which;
    }

    void holdAll() {
        hold(transfer -> true);
    }

    boolean holds(Transfer transfer) {
        return held.test(transfer) || script.holds(transfer);
    }

    /** Whether a transfer that is held is so no longer. */
    boolean isReleased(Transfer transfer) {
        return !held.test(transfer) && !script.holds(transfer);
    }

    /** Holds nothing any more, and finishes what was held. */
    void release() {
        held = transfer -> false;
        backends.forEach(ScriptedBackend::release);
    }

    // ---- what the test sees

    /** The one backend that was started. */
    ScriptedBackend backend() {
        if (backends.size() != 1) {
            throw new AssertionError("backends started: " + backends.size());
        }
        return backends.get(0);
    }

    List<ScriptedBackend> backends() {
        return backends;
    }

    ScriptedLane lane() {
        return backend().lane(0);
    }

    void violated(String fact) {
        violations.add(fact + " by " + Thread.currentThread().getName());
    }

    /** What the engine did that the SPI says it never does. */
    List<String> violations() {
        return List.copyOf(violations);
    }
}
