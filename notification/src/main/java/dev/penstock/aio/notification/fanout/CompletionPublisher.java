package dev.penstock.aio.notification.fanout;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Completions as a {@link Flow.Publisher}: every subscriber is a listener that is told what it asks for. */
final class CompletionPublisher implements Flow.Publisher<Completion> {
    private final FanOut fanOut;
    private final String bundle;
    private final long sees;
    private final Lifetime lifetime;
    private final Map<String, Object> properties;

    CompletionPublisher(FanOut fanOut, String bundle, long sees, Lifetime lifetime, Map<String, ?> properties) {
        this.fanOut = fanOut;
        this.bundle = bundle;
        this.sees = sees;
        this.lifetime = lifetime;
        this.properties = new HashMap<>(properties);
        this.properties.remove(CompletionListener.BATCH);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Completion> subscriber) {
        requireNonNull(subscriber, "subscriber");
        Demand demand = new Demand(subscriber);
        Subscription subscription;
        try {
            subscription = fanOut.register(
                    new Subscriber(demand, subscriber.getClass().getName(), bundle, sees, lifetime),
                    demand,
                    properties);
        } catch (IllegalStateException ended) {
            demand.refuse(ended, subscriber);
            return;
        }
        demand.open(subscription, subscriber);
    }

    /**
     * What one subscriber has asked for. Its signals come one after the other: the first from the thread that subscribes,
     * nothing else before that one is over, and then from one thread of the pool at a time. The last one comes from
     * whoever finds that it is due, or if a signal is under way, from the thread that gives it.
     */
    private final class Demand implements Flow.Subscription, CompletionListener, Appetite {
        private final AtomicLong requested = new AtomicLong();

        // Guarded by this.
        /** Null once nothing may be signalled any more. */
        private Flow.@Nullable Subscriber<? super Completion> subscriber;
        /** Whether a signal is under way; the first one is from the beginning. */
        private boolean signalling = true;

        private boolean endIsDue;
        private @Nullable Subscription subscription;

        /** Whether the first signal is over. */
        private volatile boolean open;
        /** Why the subscriber is to be told of an error, if it made one. */
        private volatile @Nullable Throwable mistake;

        Demand(Flow.Subscriber<? super Completion> subscriber) {
            this.subscriber = subscriber;
        }

        void open(Subscription newSubscription, Flow.Subscriber<? super Completion> to) {
            synchronized (this) {
                subscription = newSubscription;
            }
            try {
                to.onSubscribe(this);
            } catch (Throwable e) {
                // It must not throw (2.13), and counts as having canceled.
                cancel();
                throw e;
            }
            open = true;
            signalled();
            fanOut.pump().stir();
        }

        /** The service, or its bundle, has ended before it began. */
        void refuse(Throwable why, Flow.Subscriber<? super Completion> to) {
            to.onSubscribe(this);
            mistake = why;
            complete();
            signalled();
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                mistake = new IllegalArgumentException("request(" + n + "): a subscriber must ask for 1 or more (3.9)");
            } else {
                requested.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
            }
            fanOut.pump().stir();
        }

        @Override
        public void cancel() {
            Subscription ending;
            synchronized (this) {
                subscriber = null;
                ending = subscription;
                subscription = null;
            }
            if (ending != null) {
                ending.close();
            }
        }

        // ---- by a thread of the pool

        @Override
        public long allowed() {
            return open ? requested.get() : 0;
        }

        @Override
        public boolean isOver() {
            return open && mistake != null;
        }

        @Override
        public void completed(Completion completion) {
            Flow.Subscriber<? super Completion> to = signals();
            if (to == null) {
                return;
            }
            requested.accumulateAndGet(1, (before, one) -> before == Long.MAX_VALUE ? before : before - one);
            try {
                to.onNext(completion);
            } catch (Throwable e) {
                // It must not throw (2.13), and counts as having canceled.
                cancel();
                throw e;
            } finally {
                signalled();
            }
        }

        /** A signal is about to be given: returns to whom, or null if nothing may be signalled any more. */
        private synchronized Flow.@Nullable Subscriber<? super Completion> signals() {
            signalling = subscriber != null;
            return subscriber;
        }

        /** A signal is over: gives the last one, if that is due. */
        private void signalled() {
            Flow.Subscriber<? super Completion> to;
            synchronized (this) {
                signalling = false;
                to = lastOne();
            }
            end(to);
        }

        @Override
        public void complete() {
            Flow.Subscriber<? super Completion> to;
            synchronized (this) {
                endIsDue = true;
                to = lastOne();
            }
            end(to);
        }

        @Override
        public void setAside(String why) {
            mistake = new IllegalStateException("the subscriber was set aside, for " + why);
            Subscription ending;
            synchronized (this) {
                ending = subscription;
            }
            if (ending != null) {
                ending.complete();
            }
        }

        /** Whom the last signal is to be given to now; null if that is not due, or done. Under the monitor. */
        private Flow.@Nullable Subscriber<? super Completion> lastOne() {
            if (signalling || !endIsDue) {
                return null;
            }
            Flow.Subscriber<? super Completion> to = subscriber;
            subscriber = null;
            subscription = null;
            return to;
        }

        private void end(Flow.@Nullable Subscriber<? super Completion> to) {
            Throwable why = mistake;
            if (to != null && why != null) {
                to.onError(why);
            } else if (to != null) {
                to.onComplete();
            }
        }
    }
}
