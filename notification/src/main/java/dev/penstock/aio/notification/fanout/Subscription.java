package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A registered listener: where it is in its ring, and what became of the calls. It is run by one thread of the pool at
 * a time, which holds it for a slice of time and then lets others have their turn.
 */
public final class Subscription implements Notifications.Registration, Job {
    private static final long SLICE_NS = 5_000_000;

    private final FanOut fanOut;
    private final CompletionListener listener;
    private final Appetite appetite;
    private final String name;
    private final String bundle;
    private final long sees;
    private final Lifetime lifetime;
    private final Share share;
    private final CallState state = new CallState();

    // Guarded by this.
    private Filter filter;
    private int batch;
    private @Nullable Group group;
    /** The index of the next completion in the group's ring. */
    private long index;
    /** Lost, and not told yet. */
    private long missed;

    /** See {@link #isScheduled}. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private final Conduct conduct;

    private final LongAdder delivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * Registers a listener; from now on it is told.
     *
     * @throws IllegalArgumentException if a property is malformed or unknown
     * @throws IllegalStateException if its bundle has as many as it may have
     */
    Subscription(FanOut fanOut, Subscriber who, Appetite appetite, Map<String, ?> properties) {
        this.fanOut = fanOut;
        this.listener = who.listener();
        this.appetite = appetite;
        this.name = who.name();
        this.bundle = who.bundle();
        this.sees = who.sees();
        this.lifetime = who.lifetime();
        this.conduct = new Conduct(fanOut.settings());
        this.filter = Filter.of(properties);
        this.batch = Filter.batch(properties);
        this.share = fanOut.shares().join(bundle);
        enter(fanOut.groups().join(new Group.Key(filter, sees)));
    }

    private synchronized void enter(Group joined) {
        group = joined;
        index = joined.ring().head();
        joined.await();
    }

    private void lose(long count) {
        missed += count;
        dropped.add(count);
    }

    /** Takes it out of its group, if it is in one; what was not told is lost. */
    private synchronized @Nullable Group part() {
        Group left = group;
        if (left != null) {
            lose(left.ring().head() - index);
            group = null;
        }
        return left;
    }

    private void leave(@Nullable Group left) {
        if (left != null) {
            fanOut.groups().leave(left);
        }
    }

    /**
     * Its properties changed. What it was not told yet of the former filter is missed. If it was set aside, it is no
     * longer.
     *
     * @throws IllegalArgumentException if a property is malformed or unknown; nothing has changed then
     */
    public void refilter(Map<String, ?> properties) {
        Filter newFilter = Filter.of(properties);
        int newBatch = Filter.batch(properties);
        // Joined before the former is left, so that it is never in no group at all; and before the monitor is taken,
        // for
        // that may take long.
        Group joined = fanOut.groups().join(new Group.Key(newFilter, sees));
        leave(exchange(joined, newFilter, newBatch));
        fanOut.pump().stir();
    }

    /** Goes over to another group, and returns the one to be left, if any. */
    private synchronized @Nullable Group exchange(Group joined, Filter newFilter, int newBatch) {
        if (state.isClosed()) {
            return joined;
        }
        filter = newFilter;
        batch = newBatch;
        if (state.readmit()) {
            conduct.forget();
        }
        if (joined == group) {
            return joined;
        }
        Group former = part();
        enter(joined);
        return former;
    }

    // ---- delivery, by a thread of the pool

    /** Whether a thread should come by. */
    boolean isBehind() {
        return !state.isOver() && (appetite.isOver() || hasMore());
    }

    private synchronized boolean hasMore() {
        Group now = group;
        return appetite.allowed() > 0 && ((now != null && now.ring().head() > index) || missed > 0);
    }

    /** Has the pump called for what comes next, unless it is being run or can be told of nothing. */
    void awaitMore() {
        if (!scheduled.get() && !state.isOver() && appetite.allowed() > 0) {
            synchronized (this) {
                Group now = group;
                if (now != null) {
                    now.await();
                }
            }
        }
    }

    /** What its bundle has registered. */
    Share share() {
        return share;
    }

    /** Whether a thread of the pool has it, or will. */
    boolean isScheduled() {
        return scheduled.get();
    }

    /** Claims it for the pool; false if it is claimed already. */
    boolean schedule() {
        return scheduled.compareAndSet(false, true);
    }

    @Override
    public void run() {
        boolean more = false;
        try {
            more = deliverForASlice();
        } finally {
            // Whoever wrote while it was still scheduled counts on this look.
            if (!more) {
                scheduled.set(false);
                awaitMore();
                more = isBehind() && schedule();
            }
            if (more) {
                share.again(this);
            } else {
                share.ended();
            }
        }
    }

    private boolean deliverForASlice() {
        long sinceNs = System.nanoTime();
        boolean more = true;
        while (more && System.nanoTime() - sinceNs < SLICE_NS) {
            more = deliver();
        }
        return more;
    }

    /** Calls the listener once; false if there is nothing to be told, or it may not be called. */
    private boolean deliver() {
        if (!state.enter()) {
            return false;
        }
        try {
            if (appetite.isOver()) {
                complete();
                return false;
            }
            return call(next());
        } finally {
            state.leave();
        }
    }

    /** What is to be told next: nothing, how many were missed, or completions. */
    private record Next(long missed, List<Completion> completions, boolean inBatch) {
        static final Next NOTHING = new Next(0, List.of(), false);

        boolean isNothing() {
            return missed == 0 && completions.isEmpty();
        }
    }

    private synchronized Next next() {
        Group now = group;
        long allowed = appetite.allowed();
        if (now == null || allowed == 0) {
            return Next.NOTHING;
        }
        Ring ring = now.ring();
        long from = ring.oldest(index);
        lose(from - index);
        index = from;
        if (missed > 0) {
            Next gap = new Next(missed, List.of(), false);
            missed = 0;
            return gap;
        }
        Completion first = ring.at(index);
        if (first == null) {
            return Next.NOTHING;
        }
        index++;
        List<Completion> completions = batch == 0 ? List.of(first) : several(ring, first);
        // Here and not by the caller: whoever sees that nothing is queued also sees that all were delivered.
        delivered.add(completions.size());
        return new Next(0, completions, batch != 0);
    }

    /** Returns the completion and those behind it, as many as are taken at a time. */
    private List<Completion> several(Ring ring, Completion first) {
        List<Completion> several = new ArrayList<>();
        several.add(first);
        while (several.size() < batch) {
            Completion another = ring.at(index);
            if (another == null) {
                break;
            }
            several.add(another);
            index++;
        }
        return Collections.unmodifiableList(several);
    }

    private boolean call(Next next) {
        if (next.isNothing()) {
            return false;
        }
        conduct.begins();
        Throwable thrown = null;
        try {
            if (next.missed() > 0) {
                listener.missed(next.missed());
            } else if (next.inBatch()) {
                listener.completed(next.completions());
            } else {
                listener.completed(next.completions().get(0));
            }
        } catch (Throwable e) {
            thrown = e;
        }
        if (conduct.ends(thrown)) {
            setAside();
        }
        return true;
    }

    /** Looks, from another thread, whether a call takes too long. */
    void watch() {
        if (conduct.overruns()) {
            setAside();
        }
    }

    private void setAside() {
        Group left;
        synchronized (this) {
            // In one step with the group: its properties may change at this moment, which joins one.
            if (!state.setAside()) {
                return;
            }
            left = part();
        }
        leave(left);
        fanOut.wasSetAside(this, conduct.last());
        appetite.setAside(conduct.last());
    }

    // ---- the end

    @Override
    public void close() {
        if (state.close()) {
            leave(part());
            fanOut.shares().leave(bundle);
            fanOut.left(this);
        }
    }

    /** Closes it, and tells whoever supplies the appetite, on a thread of the pool, that nothing more will come. */
    void complete() {
        close();
        if (appetite != Appetite.ENDLESS) {
            fanOut.later(appetite::complete);
        }
    }

    /** Whether a call of it runs. */
    boolean isCalling() {
        return conduct.isCalling();
    }

    /** Whether a call of it runs, and has for longer than is allowed. */
    boolean isOverrunning() {
        return conduct.isOverrunning();
    }

    String name() {
        return name;
    }

    /** Whether it lasts as long as that. */
    boolean lasts(Lifetime other) {
        return lifetime == other;
    }

    // ---- what is known of it

    @Override
    public ListenerInfo info() {
        synchronized (this) {
            Group now = group;
            long queued = now == null
                    ? 0
                    : Math.min(now.ring().head() - index, now.ring().capacity());
            return new Info(
                    name,
                    bundle,
                    filter.toString(),
                    delivered.sum(),
                    dropped.sum(),
                    conduct.failed(),
                    conduct.overran(),
                    state.isSetAside(),
                    (int) queued);
        }
    }

    private record Info(
            String name,
            String bundle,
            String filter,
            long delivered,
            long dropped,
            long failed,
            long overran,
            boolean isSetAside,
            int queued)
            implements ListenerInfo {}
}
