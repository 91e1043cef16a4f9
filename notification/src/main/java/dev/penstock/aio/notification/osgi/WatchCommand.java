package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.fanout.Subscriber;
import dev.penstock.aio.notification.fanout.Subscription;
import java.io.IOException;
import org.apache.felix.service.command.CommandSession;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The shell command {@code aio:watch}. Without the package of the shell the class is never loaded. */
@Component(
        service = WatchCommand.class,
        property = {"osgi.command.scope=aio", "osgi.command.function=watch"})
public final class WatchCommand {
    private final FanOutView view;
    private final String bundle;

    /** For Declarative Services. */
    @Activate
    public WatchCommand(BundleContext context, @Reference FanOutView view) {
        this.view = view;
        this.bundle = Trust.name(context.getBundle());
    }

    /**
     * Shows completions, of the files of all bundles, as they happen, until a key is pressed or the input ends.
     *
     * @param session the shell's
     * @param filter properties of a listener as {@code name=value}; none for everything
     * @return how many were shown and how many there were
     * @throws IOException if the input cannot be read
     * @throws IllegalArgumentException if the filter is malformed
     */
    public String watch(CommandSession session, String... filter) throws IOException {
        Tail tail = new Tail(session.getConsole());
        Subscription subscription = view.fanOut()
                .register(
                        new Subscriber(tail, "aio:watch", bundle, Subscriber.EVERYBODY), FilterText.properties(filter));
        try {
            session.getConsole().println("watching; press a key (and Enter) to end");
            session.getConsole().flush();
            int key = session.getKeyboard().read();
            return (key < 0 ? "the input has ended; " : "") + tail.summary();
        } finally {
            subscription.close();
        }
    }
}
