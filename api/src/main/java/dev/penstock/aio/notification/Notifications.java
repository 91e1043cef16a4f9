package dev.penstock.aio.notification;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.NotificationStarter;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Flow;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The notification service: takes the completions of one or more instances and tells them to listeners. In a container
 * it is a service, to look at listeners or to register one by hand; in plain Java {@link #load} starts it.
 *
 * <p>Any thread may call any method.
 */
@ProviderType
public interface Notifications {
    /**
     * {@return the listeners that are registered, those that were set aside among them} In a container the filters of other
     * bundles are shown to those only that the configuration calls trusted, for filters tell of paths.
     */
    List<ListenerInfo> listeners();

    /**
     * Registers a listener. In a container the registration also ends when the bundle gives the service back or stops.
     *
     * @param listener to be told; in a container it sees what one of the caller's bundle would
     * @param properties its filter: those of {@link CompletionListener}; others that do not begin with {@code
     *     penstock.} are passed over
     * @return the registration, which the caller has to close
     * @throws IllegalArgumentException if a property is malformed or unknown
     * @throws IllegalStateException if the service has ended
     */
    Registration register(CompletionListener listener, Map<String, ?> properties);

    /**
     * Returns a publisher of completions, for any number of subscribers. Each subscriber counts as a listener, with a
     * queue of its own; of what it did not request in time the oldest are lost, which {@link ListenerInfo#dropped()}
     * counts and nothing else tells. The publisher never completes by itself while the service lives; at the service's end
     * it signals {@code onComplete}.
     *
     * @param properties as for {@link #register}; {@link CompletionListener#BATCH} has no effect
     * @return the publisher
     * @throws IllegalArgumentException if a property is malformed or unknown
     */
    Flow.Publisher<Completion> publisher(Map<String, ?> properties);

    /**
     * Starts the service in plain Java with its default configuration, for these instances.
     *
     * @param instances whose completions are told, 1 or more
     * @return the service, to be closed by the caller
     * @throws IllegalStateException if it is not on the class or module path
     */
    static StandaloneNotifications load(Standalone... instances) {
        return load(Map.of(), instances);
    }

    /**
     * Starts the service in plain Java, for these instances.
     *
     * @param configuration the attributes that the project's configuration reference lists
     * @param instances whose completions are told, 1 or more; each has at most one such service
     * @return the service, to be closed by the caller
     * @throws IllegalStateException if it is not on the class or module path, or an instance has one already
     * @throws IllegalArgumentException if an attribute is unknown or out of its bounds
     */
    static StandaloneNotifications load(Map<String, ?> configuration, Standalone... instances) {
        return ServiceLoader.load(NotificationStarter.class, Notifications.class.getClassLoader())
                .findFirst()
                .or(() -> ServiceLoader.load(NotificationStarter.class).findFirst())
                .orElseThrow(() -> new IllegalStateException("no Penstock notification service found: put"
                        + " dev.penstock.aio.notification on the class or module path"))
                .start(configuration, List.of(instances));
    }

    /** A listener's registration by hand. */
    @ProviderType
    interface Registration extends AutoCloseable {
        /** {@return what is known of the listener now} */
        ListenerInfo info();

        /**
         * Unregisters the listener. No call of it begins any more but one that was just about to; one that runs may go on
         * and is not waited for, but its thread is interrupted once it has taken longer than is allowed. A second call
         * has no effect.
         */
        @Override
        void close();
    }
}
