package dev.penstock.aio.itests;

import dev.penstock.aio.tck.Bounded;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/**
 * Waits until every change of a configuration made so far has had its effect on components. Configuration Admin tells
 * changes from one thread, one after the other, and Declarative Services acts on them in that thread: when a later
 * change is told, all is done for the earlier ones.
 */
final class ConfigurationFence {
    private static final String PID = ConfigurationFence.class.getName();

    private ConfigurationFence() {}

    static void await(BundleContext context) throws IOException {
        CountDownLatch told = new CountDownLatch(1);
        ServiceRegistration<ConfigurationListener> listener =
                context.registerService(ConfigurationListener.class, event -> tell(event, told), null);
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        try {
            Configuration fence = context.getService(reference).createFactoryConfiguration(PID, "?");
            fence.update(FrameworkUtil.asDictionary(Map.of()));
            Bounded.await(told);
            fence.delete();
        } finally {
            context.ungetService(reference);
            listener.unregister();
        }
    }

    private static void tell(ConfigurationEvent event, CountDownLatch told) {
        if (PID.equals(event.getFactoryPid()) && event.getType() == ConfigurationEvent.CM_UPDATED) {
            told.countDown();
        }
    }
}
