package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncIo;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Stops and starts the bundles of providers while files are open, from a thread of its own: each second the next one
 * serves alone, for all others are stopped. Of a single one there is none for a moment instead.
 *
 * <p>However it ends, every bundle is started then.
 */
final class Swaps implements Disturbance {
    /** How long each provider serves. */
    static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

    private static final String NOBODY = "no provider";

    private final AsyncIo aio;
    private final List<Bundle> bundles;
    private final long periodNs;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "aio-swaps");

    // Guarded by this.
    private final Set<String> served = new LinkedHashSet<>();
    private int count;
    private @Nullable BundleException failure;

    /**
     * Does nothing yet.
     *
     * @param aio whose files are open
     * @param bundles those of the providers that it can use, each started, best first; one at least
     * @param periodNs how long each serves, in nanoseconds
     */
    Swaps(AsyncIo aio, List<Bundle> bundles, long periodNs) {
        this.aio = aio;
        this.bundles = List.copyOf(bundles);
        this.periodNs = periodNs;
    }

    @Override
    public void begin() {
        atWork();
        thread.start();
    }

    private void run() {
        try {
            int next = 0;
            do {
                next = (next + 1) % bundles.size();
                swap(bundles.get(next));
            } while (!isOver(periodNs));
        } catch (BundleException e) {
            failed(e);
        } finally {
            startAll();
        }
    }

    private boolean isOver(long withinNs) {
        try {
            return over.await(withinNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts it, but if somebody does it is over.
            return true;
        }
    }

    /** Lets one of them serve, and no other. */
    private void swap(Bundle next) throws BundleException {
        if (bundles.size() == 1) {
            next.stop();
            isOver(periodNs / 4);
        }
        next.start();
        for (Bundle other : bundles) {
            if (other != next) {
                other.stop();
            }
        }
        synchronized (this) {
            count++;
        }
        atWork();
    }

    private void startAll() {
        for (Bundle bundle : bundles) {
            try {
                bundle.start();
            } catch (BundleException e) {
                failed(e);
            }
        }
    }

    private synchronized void failed(BundleException e) {
        if (failure == null) {
            failure = e;
        } else {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void end() throws IOException {
        over.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // What it has stopped is started first.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (failure != null) {
                throw new IOException(
                        "--swap: a bundle could not be stopped or started: " + failure.getMessage(), failure);
            }
        }
    }

    @Override
    public String remark() {
        return atWork();
    }

    /** Returns which provider serves, and remembers it. */
    private String atWork() {
        try {
            String name = aio.provider().name();
            synchronized (this) {
                served.add(name);
            }
            return name;
        } catch (AioException e) {
            return NOBODY;
        }
    }

    /** Returns how often the provider was swapped. */
    synchronized int count() {
        return count;
    }

    /** Returns the names of the providers that served, in the order in which they came. */
    synchronized List<String> served() {
        return List.copyOf(served);
    }
}
