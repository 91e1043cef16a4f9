package dev.penstock.aio.spi;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.notification.StandaloneNotifications;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Starts the notification service in plain Java; found by {@link java.util.ServiceLoader}. */
@ConsumerType
public interface NotificationStarter {
    /**
     * Starts a service.
     *
     * @param configuration attributes of the notification service; unknown ones are refused
     * @param instances whose completions are told
     * @return the running service
     * @throws IllegalArgumentException if an attribute is unknown or out of its bounds, or there is no instance
     * @throws IllegalStateException if an instance has such a service already
     */
    StandaloneNotifications start(Map<String, ?> configuration, List<Standalone> instances);
}
