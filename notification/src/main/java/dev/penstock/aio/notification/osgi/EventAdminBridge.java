package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.fanout.FanOut;
import dev.penstock.aio.notification.fanout.Lifecycle;
import dev.penstock.aio.notification.fanout.Subscriber;
import dev.penstock.aio.notification.fanout.Subscription;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * Posts what happens, and if the configuration asks for it completions, to Event Admin. There only while that service is;
 * without its package the class is never loaded.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = NotificationService.PID)
public final class EventAdminBridge implements Lifecycle, CompletionListener {
    private static final System.Logger LOGGER = System.getLogger("dev.penstock.aio");
    private static final String TOPICS = "dev/penstock/aio/";

    private final EventAdmin eventAdmin;
    private final FanOut fanOut;
    private final @Nullable Subscription completions;

    /** For Declarative Services. */
    @Activate
    public EventAdminBridge(
            BundleContext context,
            NotificationConfiguration configuration,
            @Reference EventAdmin eventAdmin,
            @Reference FanOutView view) {
        this.eventAdmin = eventAdmin;
        this.fanOut = view.fanOut();
        String[] filter = configuration.event_admin_completions();
        this.completions = filter.length == 0 ? null : subscribe(Trust.name(context.getBundle()), filter);
        fanOut.add(this);
    }

    private @Nullable Subscription subscribe(String bundle, String[] filter) {
        try {
            return fanOut.register(
                    new Subscriber(this, EventAdminBridge.class.getName(), bundle, Subscriber.EVERYBODY),
                    FilterText.properties(filter));
        } catch (IllegalArgumentException malformed) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "Event Admin is told of no completion, for event.admin.completions of the configuration "
                            + NotificationService.PID + " is malformed: " + malformed.getMessage());
            return null;
        }
    }

    @Deactivate
    void deactivate() {
        fanOut.remove(this);
        if (completions != null) {
            completions.close();
        }
    }

    // ---- what happens

    @Override
    public void switched(ProviderSwitch what) {
        post(
                "PROVIDER_SWITCHED",
                Map.of(
                        "instance", what.instance(),
                        "cause", what.cause().name(),
                        "provider", what.provider(),
                        "providers", what.providers(),
                        "files.moved", what.filesMoved(),
                        "files.left", what.filesLeft(),
                        "longest.pause.ns", what.longestPauseNs()));
    }

    @Override
    public void setAside(ListenerInfo listener) {
        post(
                "LISTENER_SET_ASIDE",
                Map.of(
                        "listener", listener.name(),
                        "bundle", listener.bundle(),
                        "failed", listener.failed(),
                        "overran", listener.overran()));
    }

    /** The path is not told: whoever handles events need not be one who may see it. */
    @Override
    public void poisoned(TappedFile file, Errno errno) {
        post(
                "FILE_POISONED",
                Map.of(
                        "instance", file.instance(),
                        "file", file.number(),
                        "user", file.ownerName(),
                        "errno", errno.name()));
    }

    @Override
    public void completed(Completion completion) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("operation", completion.operation().name());
        properties.put("instance", completion.instance());
        properties.put("path", completion.path().toString());
        properties.put("file", completion.file());
        properties.put("sequence", completion.sequence());
        properties.put("offset", completion.offset());
        properties.put("requested", completion.requested());
        properties.put("transferred", completion.transferred());
        properties.put("errno", completion.errno().name());
        properties.put("provider", completion.provider());
        properties.put("queue.ns", completion.queueNanos());
        properties.put("service.ns", completion.serviceNanos());
        String tag = completion.tag();
        if (tag != null) {
            properties.put("tag", tag);
        }
        post("COMPLETION", properties);
    }

    @Override
    public void missed(long count) {
        post("COMPLETIONS_MISSED", Map.of("count", count));
    }

    private void post(String topic, Map<String, ?> properties) {
        eventAdmin.postEvent(new Event(TOPICS + topic, properties));
    }
}
