package dev.penstock.aio.distribution.command;

import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Shows the completions of this bundle's files, by a listener in the service registry. */
final class Watch {
    /** Passes only where the service goes away meanwhile. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK_NS = 1_000_000;

    private final Notifications notifications;
    private final ShownCompletions shown = new ShownCompletions(Progress::printAbove, System::nanoTime);
    private final ServiceRegistration<CompletionListener> registration;

    /** Begins. */
    Watch(BundleContext context, Notifications notifications) {
        this.notifications = notifications;
        this.registration = context.registerService(CompletionListener.class, shown, null);
    }

    /** Ends it, after what was completed until now was shown or counted, and says how much that was. */
    void end() {
        long sinceNs = System.nanoTime();
        while (!isUpToDate()
                && System.nanoTime() - sinceNs < PATIENCE_NS
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, LOOK_NS);
        }
        registration.unregister();
        shown.end();
    }

    private boolean isUpToDate() {
        return notifications.listeners().stream()
                .filter(listener -> listener.name().startsWith(ShownCompletions.class.getName()))
                .allMatch(this::isUpToDate);
    }

    private boolean isUpToDate(ListenerInfo listener) {
        return listener.isSetAside()
                || (listener.queued() == 0 && listener.delivered() + listener.dropped() == shown.seen());
    }
}
