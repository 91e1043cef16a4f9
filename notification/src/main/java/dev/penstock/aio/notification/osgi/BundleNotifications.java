package dev.penstock.aio.notification.osgi;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.fanout.FanOut;
import dev.penstock.aio.notification.fanout.Lifetime;
import dev.penstock.aio.notification.fanout.Subscriber;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** Gives each bundle a service of its own, for what it registers by hand to see its own files only, and to end with it. */
final class BundleNotifications implements ServiceFactory<Notifications> {
    private final FanOut fanOut;
    private final Trust trust;

    BundleNotifications(FanOut fanOut, Trust trust) {
        this.fanOut = fanOut;
        this.trust = trust;
    }

    @Override
    public Notifications getService(Bundle bundle, ServiceRegistration<Notifications> registration) {
        return new Of(bundle);
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<Notifications> registration, Notifications service) {
        ((Of) service).end();
    }

    private final class Of implements Notifications {
        private final String name;
        private final long sees;
        private final Lifetime lifetime = new Lifetime();

        Of(Bundle bundle) {
            this.name = Trust.name(bundle);
            this.sees = trust.sees(bundle);
        }

        @Override
        public List<ListenerInfo> listeners() {
            return fanOut.listeners().stream().map(this::visible).toList();
        }

        /** A filter tells of paths: of others only who may see theirs. */
        private ListenerInfo visible(ListenerInfo listener) {
            return sees == Subscriber.EVERYBODY || listener.bundle().equals(name) ? listener : new OfOthers(listener);
        }

        @Override
        public Registration register(CompletionListener listener, Map<String, ?> properties) {
            String of = requireNonNull(listener, "listener").getClass().getName();
            return fanOut.register(new Subscriber(listener, of, name, sees, lifetime), properties);
        }

        @Override
        public Flow.Publisher<Completion> publisher(Map<String, ?> properties) {
            return fanOut.publisher(name, sees, lifetime, properties);
        }

        void end() {
            fanOut.end(lifetime);
        }
    }

    /** What a bundle may know of the listener of another. */
    private record OfOthers(ListenerInfo listener) implements ListenerInfo {
        @Override
        public String name() {
            return listener.name();
        }

        @Override
        public String bundle() {
            return listener.bundle();
        }

        @Override
        public String filter() {
            return "";
        }

        @Override
        public long delivered() {
            return listener.delivered();
        }

        @Override
        public long dropped() {
            return listener.dropped();
        }

        @Override
        public long failed() {
            return listener.failed();
        }

        @Override
        public long overran() {
            return listener.overran();
        }

        @Override
        public boolean isSetAside() {
            return listener.isSetAside();
        }

        @Override
        public int queued() {
            return listener.queued();
        }

        /** That of the listener's own would tell the filter. */
        @Override
        public String toString() {
            return listener.name() + " of bundle " + listener.bundle();
        }
    }
}
