package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.ListenerInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The shell command {@code aio:listeners}. */
@Component(
        service = NotificationCommands.class,
        property = {"osgi.command.scope=aio", "osgi.command.function=listeners"})
public final class NotificationCommands {
    private final FanOutView view;

    /** For Declarative Services. */
    @Activate
    public NotificationCommands(@Reference FanOutView view) {
        this.view = view;
    }

    /** Lists the listeners and what became of their calls. */
    public String listeners() {
        StringBuilder text = new StringBuilder();
        for (ListenerInfo listener : view.fanOut().listeners()) {
            text.append(String.format(
                    "%s bundle=%s%s%n  delivered=%d dropped=%d failed=%d overran=%d queued=%d%s%n",
                    listener.name(),
                    listener.bundle().isEmpty() ? "none" : listener.bundle(),
                    listener.filter().isEmpty() ? "" : " " + listener.filter(),
                    listener.delivered(),
                    listener.dropped(),
                    listener.failed(),
                    listener.overran(),
                    listener.queued(),
                    listener.isSetAside() ? " SET ASIDE" : ""));
        }
        return text.length() == 0 ? "no listeners" : text.toString().stripTrailing();
    }
}
