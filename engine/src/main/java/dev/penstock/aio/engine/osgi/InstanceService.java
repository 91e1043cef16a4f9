package dev.penstock.aio.engine.osgi;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.CompletionTap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;

/**
 * An instance as a service: registered with the first usable provider, then there until it is stopped. Each bundle has
 * its own {@link AsyncIo}, which lives until that bundle stops, however often it gets and ungets the service.
 */
final class InstanceService implements ServiceFactory<AsyncIo>, SynchronousBundleListener {
    private final BundleContext context;
    private final Instance instance;
    private final int ranking;
    private final Map<Bundle, AsyncIo> users = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    /** Guarded by {@link #lock}. */
    private @Nullable ServiceRegistration<AsyncIo> registration;
    /** Not the other lock, which is held while the service appears, and with it those who are told. */
    private final Object tapLock = new Object();
    /** Guarded by {@link #tapLock}. */
    private @Nullable CompletionTap tap;
    /** Guarded by {@link #lock}. */
    private boolean stopped;

    InstanceService(BundleContext context, String name, EngineConfiguration configuration, int ranking) {
        this.context = context;
        this.instance = new Instance(attributes(name, configuration));
        this.ranking = ranking;
        context.addBundleListener(this);
    }

    private static Map<String, ?> attributes(String name, EngineConfiguration configuration) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("name", name);
        attributes.put("provider", configuration.provider());
        attributes.put("max.requests", configuration.max_requests());
        attributes.put("max.requests.per.consumer", configuration.max_requests_per_consumer());
        attributes.put("max.list.entries", configuration.max_list_entries());
        attributes.put("max.priority", configuration.max_priority());
        attributes.put("max.leased.bytes", configuration.max_leased_bytes());
        attributes.put("max.copied.bytes", configuration.max_copied_bytes());
        attributes.put("max.copied.bytes.per.consumer", configuration.max_copied_bytes_per_consumer());
        attributes.put("max.open.files", configuration.max_open_files());
        attributes.put("window", configuration.window());
        attributes.put("close.timeout.ms", configuration.close_timeout_ms());
        attributes.put("swap.timeout.ms", configuration.swap_timeout_ms());
        attributes.put("swap.settle.ms", configuration.swap_settle_ms());
        attributes.put("provider.wait.ms", configuration.provider_wait_ms());
        attributes.put("callback.threads", configuration.callback_threads());
        attributes.put("publish.all", configuration.publish_all());
        return attributes;
    }

    Instance instance() {
        return instance;
    }

    /** Returns whether the service is registered now. */
    boolean isRegistered() {
        synchronized (lock) {
            return registration != null;
        }
    }

    static int ranking(Map<String, ?> properties) {
        return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    void add(AioProvider provider, Map<String, ?> properties) {
        instance.add(provider, ranking(properties));
        synchronized (lock) {
            if (registration == null && !stopped && instance.isUsable()) {
                registration = context.registerService(AsyncIo.class, this, properties());
            }
        }
    }

    private Hashtable<String, Object> properties() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(AsyncIo.INSTANCE, instance.name());
        properties.put(Constants.SERVICE_RANKING, ranking);
        properties.put(Constants.SERVICE_DESCRIPTION, "POSIX asynchronous I/O");
        return properties;
    }

    void remove(AioProvider provider) {
        instance.remove(provider);
    }

    /** The notification service has come, or another one in place of the last. */
    void tap(CompletionTap newTap) {
        synchronized (tapLock) {
            if (tap != null) {
                instance.untap(tap);
            }
            tap = newTap;
            instance.tap(newTap);
        }
    }

    void untap(CompletionTap oldTap) {
        synchronized (tapLock) {
            if (tap == oldTap) {
                tap = null;
            }
            instance.untap(oldTap);
        }
    }

    /** Withdraws the service, then drains and closes everything. */
    void stop() {
        ServiceRegistration<AsyncIo> withdrawn;
        synchronized (lock) {
            stopped = true;
            withdrawn = registration;
            registration = null;
        }
        if (withdrawn != null) {
            withdrawn.unregister();
        }
        context.removeBundleListener(this);
        instance.stop();
        users.clear();
    }

    // ---- one AsyncIo for each bundle

    @Override
    public AsyncIo getService(Bundle bundle, ServiceRegistration<AsyncIo> of) {
        return users.computeIfAbsent(
                bundle,
                user -> instance.user(user.getSymbolicName() + " [" + user.getBundleId() + "]", user.getBundleId()));
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<AsyncIo> of, AsyncIo service) {
        // What a bundle opened stays open until it stops: see bundleChanged.
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPED) {
            AsyncIo user = users.remove(event.getBundle());
            if (user != null) {
                instance.endUser(user);
            }
        }
    }
}
