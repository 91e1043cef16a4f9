package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.StandaloneNotifications;
import dev.penstock.aio.spi.TappedInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;

/** The service in plain Java, and the instances that it is put on. */
final class PlainNotifications implements StandaloneNotifications {
    private final FanOut fanOut;
    /** Guarded by this. */
    private final List<TappedInstance> instances = new ArrayList<>();

    PlainNotifications(FanOut fanOut) {
        this.fanOut = fanOut;
    }

    /**
     * Puts the service on an instance.
     *
     * @throws IllegalStateException if that has one already
     */
    synchronized void tap(TappedInstance instance) {
        instance.tap(fanOut.tap());
        instances.add(instance);
    }

    @Override
    public List<ListenerInfo> listeners() {
        return fanOut.listeners();
    }

    @Override
    public Registration register(CompletionListener listener, Map<String, ?> properties) {
        return fanOut.register(listener, properties);
    }

    @Override
    public Flow.Publisher<Completion> publisher(Map<String, ?> properties) {
        return fanOut.publisher(properties);
    }

    @Override
    public synchronized void close() {
        instances.forEach(instance -> instance.tap(null));
        instances.clear();
        fanOut.close();
    }
}
