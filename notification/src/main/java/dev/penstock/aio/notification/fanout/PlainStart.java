package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.notification.StandaloneNotifications;
import dev.penstock.aio.spi.NotificationStarter;
import dev.penstock.aio.spi.TappedInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts the service in plain Java. */
public final class PlainStart implements NotificationStarter {
    /** For {@link java.util.ServiceLoader}. */
    public PlainStart() {}

    @Override
    public StandaloneNotifications start(Map<String, ?> configuration, List<Standalone> instances) {
        Settings settings = Settings.of(configuration);
        if (instances.isEmpty()) {
            throw new IllegalArgumentException("there is no instance whose completions are to be told");
        }
        List<TappedInstance> tapped = new ArrayList<>();
        for (Standalone instance : instances) {
            if (!(instance instanceof TappedInstance own)) {
                throw new IllegalArgumentException(instance + " is not an instance of a Penstock engine");
            }
            tapped.add(own);
        }
        PlainNotifications started = new PlainNotifications(new FanOut(settings));
        try {
            tapped.forEach(started::tap);
        } catch (RuntimeException | Error e) {
            started.close();
            throw e;
        }
        return started;
    }
}
