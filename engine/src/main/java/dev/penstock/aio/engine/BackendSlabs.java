package dev.penstock.aio.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What one backend was told of the memory that leases come from. It may learn of a slab from its own start and from the
 * pool at a time, and the pool may let go of one while it is being told of it; nobody waits for another because of that.
 */
final class BackendSlabs {
    private static final long POLL_NS = 100_000;

    /** Where a slab is; it is not in the map before and afterwards. */
    private enum Told {
        REGISTERING,
        REGISTERED,
        /** To be forgotten by whoever registers it, when that is done. */
        UNWANTED
    }

    private final Bound bound;
    private final LeasePool pool;
    private final ConcurrentHashMap<Integer, Told> told = new ConcurrentHashMap<>();
    /** Round the calls of the backend. */
    private final Gate calls = new Gate();

    BackendSlabs(Bound bound, LeasePool pool) {
        this.bound = bound;
        this.pool = pool;
    }

    /** Tells of every slab there is. The pool tells of those that it makes from now on. */
    void registerAll() {
        for (LeasePool.EngineSlab slab : pool.slabs()) {
            register(slab);
            if (!pool.has(slab)) {
                // The pool let go of it before it was known here.
                forget(slab);
            }
        }
    }

    void register(LeasePool.EngineSlab slab) {
        if (told.putIfAbsent(slab.id(), Told.REGISTERING) == null) {
            tell("register", () -> bound.backend().register(slab));
            if (!told.replace(slab.id(), Told.REGISTERING, Told.REGISTERED)) {
                told.remove(slab.id());
                tell("forget", () -> bound.backend().forget(slab));
            }
        }
    }

    void forget(LeasePool.EngineSlab slab) {
        if (!told.replace(slab.id(), Told.REGISTERING, Told.UNWANTED) && told.remove(slab.id(), Told.REGISTERED)) {
            tell("forget", () -> bound.backend().forget(slab));
        }
    }

    private void tell(String verb, Runnable call) {
        if (calls.enter()) {
            try {
                call.run();
            } catch (Throwable e) {
                bound.misbehaved(verb, e);
            } finally {
                calls.leave();
            }
        }
    }

    /**
     * Tells nothing any more, and waits until nothing is being told.
     *
     * @param deadline by {@link System#nanoTime()}
     * @return false if the backend does not return from being told
     */
    boolean shut(long deadline) {
        calls.shut();
        while (!calls.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(this, POLL_NS);
        }
        return true;
    }
}
