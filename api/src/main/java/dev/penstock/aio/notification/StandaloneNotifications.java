package dev.penstock.aio.notification;

import org.osgi.annotation.versioning.ProviderType;

/** A notification service outside a container, together with the duty to close it. */
@ProviderType
public interface StandaloneNotifications extends Notifications, AutoCloseable {
    /**
     * Takes nothing any more from its instances, unregisters every listener and ends its threads; one that is inside a
     * listener is interrupted, and ends when the listener returns. From then on {@link dev.penstock.aio.SigEvent#listeners}
     * is refused with EINVAL. A second call has no effect.
     */
    @Override
    void close();
}
