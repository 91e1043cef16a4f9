package dev.penstock.aio.notification.fanout;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The notification service.
 *
 * <h2>Which thread runs what</h2>
 *
 * A thread that ends a request compares it with the filters of those who may be interested in the file, and puts it into
 * one {@link Ring} for each distinct filter that matches; it never touches a listener or its queue, and at most unparks
 * the {@link Pump}. The pump finds the listeners that are behind in their ring and hands each to the {@link Pool}, at
 * most once at a time. Code of users runs on threads of the pool only.
 *
 * <h2>What orders what</h2>
 *
 * Completions of a file are put into a ring under that file's lock, and a reader goes by the ring's index; so the order is
 * kept without a queue for each listener. A writer fills the ring and then looks whether somebody waits for what is in it,
 * and whether the pump is parked. The pump shows that it parks, finds out who waits, and then looks at the rings; a listener
 * that comes out of the pool says that it waits, and then looks at its ring.
 *
 * <h2>Why this shape</h2>
 *
 * With a queue for each listener the path of a request would pay for every listener, and a full queue would have to be
 * emptied from the wrong end by the writer. A reader who is too slow for a ring loses the oldest by itself, and knows from
 * the index how many.
 */
public final class FanOut implements Notifications {
    private static final System.Logger LOGGER = System.getLogger("dev.penstock.aio");
    /** How long the end waits for signals to be given, and then for threads to end. */
    private static final long END_NS = 2_000_000_000;

    private static final long POLL_NS = 500_000;

    private final Settings settings;
    private final Groups groups;
    private final Pool pool;
    private final Shares shares;
    private final Pump pump;
    private final CompletionTap tap = new Tap();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    /** Unregistered, but a call of theirs may run. */
    private final List<Subscription> leaving = new CopyOnWriteArrayList<>();

    private final List<Lifecycle> lifecycles = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Consumer<Lifecycle>> happenings = new ConcurrentLinkedQueue<>();
    /** Whether a job of the pool is telling what happened. */
    private final AtomicBoolean isTelling = new AtomicBoolean();

    private volatile boolean closed;

    /**
     * Starts the service.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    public FanOut(Settings settings) {
        this.settings = settings;
        this.groups = new Groups(settings.queueSize());
        this.pool = new Pool("penstock-notification", settings.threads(), this::failed);
        this.shares = new Shares(pool, settings.listenersMax());
        this.pump = new Pump(this, "penstock-notification");
        pump.start();
    }

    Settings settings() {
        return settings;
    }

    Groups groups() {
        return groups;
    }

    Shares shares() {
        return shares;
    }

    Pump pump() {
        return pump;
    }

    // ---- what the engine tells

    /** Returns what an engine is to be given. An object of its own: who finds it can do no more with it. */
    public CompletionTap tap() {
        return tap;
    }

    private final class Tap implements CompletionTap {
        @Override
        public FileTap opened(TappedFile file) {
            FileFanOut opened = new FileFanOut(FanOut.this, file);
            groups.opened(opened);
            return opened;
        }

        @Override
        public void switched(ProviderSwitch what) {
            happened(lifecycle -> lifecycle.switched(what));
        }
    }

    // ---- listeners

    /** Tells somebody what happens, from now on. */
    public void add(Lifecycle lifecycle) {
        lifecycles.add(lifecycle);
    }

    /** Tells him no longer. */
    public void remove(Lifecycle lifecycle) {
        lifecycles.remove(lifecycle);
    }

    @Override
    public List<ListenerInfo> listeners() {
        return subscriptions.stream().map(Subscription::info).toList();
    }

    @Override
    public Registration register(CompletionListener listener, Map<String, ?> properties) {
        return register(Subscriber.ofProgram(requireNonNull(listener, "listener")), properties);
    }

    /**
     * Registers a listener of somebody.
     *
     * @throws IllegalArgumentException if a property is malformed or unknown
     * @throws IllegalStateException if the service or the lifetime has ended, or the bundle has as many listeners as it may
     *     have
     */
    public Subscription register(Subscriber who, Map<String, ?> properties) {
        return register(who, Appetite.ENDLESS, properties);
    }

    Subscription register(Subscriber who, Appetite appetite, Map<String, ?> properties) {
        requireNonNull(properties, "properties");
        Subscription subscription = new Subscription(this, who, appetite, properties);
        subscriptions.add(subscription);
        if (closed) {
            subscription.complete();
            throw new IllegalStateException("the notification service has ended");
        }
        if (who.lifetime().isOver()) {
            subscription.complete();
            throw new IllegalStateException("the bundle " + who.bundle() + " has stopped, or given the service back");
        }
        // The pump may have looked at everybody, and parked, between its joining and its being one of them.
        subscription.awaitMore();
        pump.stir();
        return subscription;
    }

    /** A lifetime is over: ends what was registered for it. */
    public void end(Lifetime lifetime) {
        // Whoever registers meanwhile sees that it is over, or is seen here.
        lifetime.end();
        for (Subscription subscription : subscriptions) {
            if (subscription.lasts(lifetime)) {
                subscription.complete();
            }
        }
    }

    void left(Subscription subscription) {
        subscriptions.remove(subscription);
        if (subscription.isScheduled()) {
            leaving.add(subscription);
        }
    }

    @Override
    public Flow.Publisher<Completion> publisher(Map<String, ?> properties) {
        return publisher("", TappedFile.PROGRAM, new Lifetime(), properties);
    }

    /** Makes a publisher for somebody, who may see the files of so many, and whose subscribers end with him. */
    public Flow.Publisher<Completion> publisher(
            String bundle, long sees, Lifetime lifetime, Map<String, ?> properties) {
        Map<String, ?> copy = Map.copyOf(requireNonNull(properties, "properties"));
        Filter.of(copy);
        Filter.batch(copy);
        return new CompletionPublisher(this, bundle, sees, lifetime, copy);
    }

    // ---- by the pump

    /** Has everybody run who is behind; false if nobody is. */
    boolean schedule() {
        boolean any = tellHappenings();
        for (Subscription subscription : subscriptions) {
            if (subscription.isBehind() && subscription.schedule()) {
                any = true;
                subscription.share().run(subscription);
            }
        }
        pool.staff();
        return any;
    }

    /** The pump is about to park: it will be called for what somebody waits for who is not being run. */
    void awaitCompletions() {
        groups.awaitNothing();
        subscriptions.forEach(Subscription::awaitMore);
    }

    /** Looks at the listeners that run. */
    void watch() {
        for (Subscription subscription : subscriptions) {
            subscription.watch();
        }
        leaving.removeIf(this::needsNoWatch);
    }

    /** Whether a listener that was unregistered is not being run any more, or its call is being asked to return. */
    private boolean needsNoWatch(Subscription left) {
        if (left.isOverrunning()) {
            pool.interrupt(left);
            return true;
        }
        return !left.isScheduled();
    }

    /** Runs something of users on a thread of the pool. */
    void later(Job job) {
        pool.add(job);
        pump.stir();
    }

    /** Something went wrong that should not: logged, and all goes on. By a thread of the pool, for a log may block. */
    private void failed(Throwable why) {
        try {
            LOGGER.log(System.Logger.Level.WARNING, "the notification service failed, and goes on", why);
        } catch (Throwable e) {
            // The log fails, and there is nobody else to tell.
        }
    }

    /** The same by the pump. */
    void pumpFailed(Throwable why) {
        pool.add(() -> failed(why));
    }

    boolean isToBeWatched() {
        return !pool.isIdle();
    }

    // ---- what happens

    /** Something happened that is to be told, later and elsewhere. */
    void happened(Consumer<Lifecycle> what) {
        happenings.add(what);
        pump.stir();
    }

    void wasSetAside(Subscription subscription, String why) {
        pool.interrupt(subscription);
        ListenerInfo info = subscription.info();
        happened(lifecycle -> lifecycle.setAside(info));
        later(() -> logSetAside(info, why));
    }

    private void logSetAside(ListenerInfo info, String why) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "listener " + info.name() + (info.bundle().isEmpty() ? "" : " of bundle " + info.bundle())
                        + " is set aside after " + settings.failuresMax()
                        + " calls in a row went wrong, the last because "
                        + why + "; it is told nothing more until it is registered again or its properties change");
    }

    private boolean tellHappenings() {
        if (happenings.isEmpty()) {
            return false;
        }
        if (isTelling.compareAndSet(false, true)) {
            pool.add(this::tellEach);
        }
        // Also while somebody is at it: he may have looked for the last time.
        return true;
    }

    private void tellEach() {
        try {
            for (Consumer<Lifecycle> what = happenings.poll(); what != null; what = happenings.poll()) {
                for (Lifecycle lifecycle : lifecycles) {
                    tell(lifecycle, what);
                }
            }
        } finally {
            isTelling.set(false);
        }
    }

    private static void tell(Lifecycle lifecycle, Consumer<Lifecycle> what) {
        try {
            what.accept(lifecycle);
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.WARNING, "an event could not be told to " + lifecycle, e);
        }
    }

    /**
     * Ends every registration and every thread. Waits for what subscribers are still to be told and for listeners to
     * return, each for {@link #END_NS} at most; says who is still inside then.
     */
    public void close() {
        closed = true;
        List<Subscription> ending = List.copyOf(subscriptions);
        ending.forEach(Subscription::complete);
        pool.staff();
        await(pool::isIdle);
        pump.stop();
        pool.stop();
        if (!await(() -> !pool.isAnyLeft() && !pump.thread().isAlive())) {
            List<String> inside = ending.stream()
                    .filter(Subscription::isCalling)
                    .map(Subscription::name)
                    .toList();
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the notification service has ended, but listeners " + inside
                            + " have not returned; their threads end when they do");
        }
    }

    private boolean await(BooleanSupplier condition) {
        long end = System.nanoTime() + END_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            pool.staff();
            LockSupport.parkNanos(this, POLL_NS);
        }
        return true;
    }
}
