package dev.penstock.aio.notification.osgi;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.fanout.FanOut;
import dev.penstock.aio.notification.fanout.Settings;
import dev.penstock.aio.notification.fanout.Subscriber;
import dev.penstock.aio.notification.fanout.Subscription;
import dev.penstock.aio.spi.CompletionTap;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The notification service as a component: finds the listeners (the whiteboard pattern), and registers what the engine
 * and users ask for.
 */
@Component(
        service = FanOutView.class,
        immediate = true,
        configurationPid = NotificationService.PID,
        name = NotificationService.PID)
@Designate(ocd = NotificationConfiguration.class)
// Registered by code, which no tool sees: a resolver has to be told.
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"dev.penstock.aio.notification.Notifications\"",
        uses = Notifications.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"dev.penstock.aio.spi.CompletionTap\"",
        uses = CompletionTap.class)
public final class NotificationService implements FanOutView {
    /** Its configuration. */
    static final String PID = "dev.penstock.aio.notification";

    private static final System.Logger LOGGER = System.getLogger("dev.penstock.aio");

    private final FanOut fanOut;
    private final Trust trust;
    private final Map<ServiceReference<CompletionListener>, Subscription> subscriptions = new ConcurrentHashMap<>();
    private @Nullable ServiceRegistration<CompletionTap> tap;
    private @Nullable ServiceRegistration<Notifications> notifications;

    /** For Declarative Services. */
    @Activate
    public NotificationService(NotificationConfiguration configuration) {
        this.trust = new Trust(Set.copyOf(Arrays.asList(configuration.trusted())));
        this.fanOut = new FanOut(new Settings(
                configuration.queue_size(),
                configuration.threads(),
                configuration.time_limit_ms(),
                configuration.failures_max(),
                configuration.listeners_max()));
    }

    /** By now the listeners that were there before are bound: who sees the service may rely on their being told. */
    @Activate
    void register(BundleContext context) {
        this.tap = context.registerService(CompletionTap.class, fanOut.tap(), new Hashtable<>());
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_DESCRIPTION, "Completions of asynchronous I/O, told to listeners");
        this.notifications =
                context.registerService(Notifications.class, new BundleNotifications(fanOut, trust), properties);
    }

    @Override
    public FanOut fanOut() {
        return fanOut;
    }

    // ---- the whiteboard

    @Reference(
            service = CompletionListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addListener(ServiceReference<CompletionListener> reference, CompletionListener listener) {
        register(reference, listener);
    }

    private void register(ServiceReference<CompletionListener> reference, CompletionListener listener) {
        Bundle bundle = reference.getBundle();
        if (bundle == null) {
            // It is gone already.
            return;
        }
        String name = listener.getClass().getName() + " [service " + reference.getProperty(Constants.SERVICE_ID) + "]";
        try {
            subscriptions.put(
                    reference,
                    fanOut.register(
                            new Subscriber(listener, name, Trust.name(bundle), trust.sees(bundle)),
                            FrameworkUtil.asMap(reference.getProperties())));
        } catch (IllegalArgumentException malformed) {
            refused(name, bundle, malformed);
        } catch (IllegalStateException tooMany) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "listener " + name + " of bundle " + Trust.name(bundle)
                            + " is told nothing until its properties change: " + tooMany.getMessage());
        }
    }

    void updatedListener(ServiceReference<CompletionListener> reference, CompletionListener listener) {
        Subscription subscription = subscriptions.get(reference);
        if (subscription == null) {
            // It was malformed, or one too many, until now.
            register(reference, listener);
            return;
        }
        try {
            subscription.refilter(FrameworkUtil.asMap(reference.getProperties()));
        } catch (IllegalArgumentException malformed) {
            removeListener(reference);
            Bundle bundle = reference.getBundle();
            if (bundle != null) {
                refused(listener.getClass().getName(), bundle, malformed);
            }
        }
    }

    void removeListener(ServiceReference<CompletionListener> reference) {
        Subscription subscription = subscriptions.remove(reference);
        if (subscription != null) {
            subscription.close();
        }
    }

    private static void refused(String name, Bundle bundle, IllegalArgumentException why) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "listener " + name + " of bundle " + Trust.name(bundle)
                        + " is told nothing, for its filter is malformed: " + why.getMessage());
    }

    /** The tap goes last: while there is none, engines refuse requests whose end is to be told. */
    @Deactivate
    void deactivate() {
        requireNonNull(notifications).unregister();
        fanOut.close();
        requireNonNull(tap).unregister();
    }
}
