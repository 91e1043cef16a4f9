package dev.penstock.aio.notification.fanout;

import java.util.HashMap;
import java.util.Map;

/** The share of each bundle that has listeners registered; in plain Java there is one. */
final class Shares {
    private final Pool pool;
    private final int listenersMax;
    /** By the names of bundles; guarded by this. */
    private final Map<String, Share> shares = new HashMap<>();

    Shares(Pool pool, int listenersMax) {
        this.pool = pool;
        this.listenersMax = listenersMax;
    }

    /**
     * Registers one more listener of a bundle, which is to {@link #leave}.
     *
     * @throws IllegalStateException if it has as many as it may have
     */
    synchronized Share join(String bundle) {
        Share share = shares.computeIfAbsent(bundle, any -> new Share(pool));
        if (share.registered >= listenersMax) {
            throw new IllegalStateException((bundle.isEmpty() ? "the program" : "bundle " + bundle) + " has "
                    + share.registered
                    + " listeners registered, and no more are allowed: close some, use one listener for"
                    + " several files, or raise listeners.max");
        }
        share.registered++;
        return share;
    }

    synchronized void leave(String bundle) {
        shares.computeIfPresent(bundle, (name, share) -> --share.registered == 0 ? null : share);
    }
}
