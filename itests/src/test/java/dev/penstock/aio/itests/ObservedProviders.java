package dev.penstock.aio.itests;

import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.TransferRecord;
import java.util.Hashtable;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;

/**
 * For each service of a provider another one that does the same and is observed: with its ranking, for as long as it is
 * there, and gone before it goes.
 */
final class ObservedProviders extends ServiceTracker<AioProvider, ServiceRegistration<AioProvider>> {
    /** What a reference has to be filtered by that is to be bound to those that are observed. */
    static final String ONLY_OBSERVED = "(penstock.itests.observed=true)";

    private static final String OBSERVED = "penstock.itests.observed";

    private final Consumer<? super TransferRecord> observer;

    ObservedProviders(BundleContext context, Consumer<? super TransferRecord> observer) throws InvalidSyntaxException {
        super(
                context,
                context.createFilter("(&(" + Constants.OBJECTCLASS + "=" + AioProvider.class.getName() + ")(!"
                        + ONLY_OBSERVED + "))"),
                null);
        this.observer = observer;
    }

    @Override
    public ServiceRegistration<AioProvider> addingService(ServiceReference<AioProvider> reference) {
        FaultingProvider observed = new FaultingProvider(context.getService(reference));
        observed.faults().observe(observer);
        return context.registerService(AioProvider.class, observed, properties(reference));
    }

    @Override
    public void modifiedService(
            ServiceReference<AioProvider> reference, ServiceRegistration<AioProvider> registration) {
        registration.setProperties(properties(reference));
    }

    @Override
    public void removedService(ServiceReference<AioProvider> reference, ServiceRegistration<AioProvider> registration) {
        registration.unregister();
        context.ungetService(reference);
    }

    private static Hashtable<String, Object> properties(ServiceReference<AioProvider> of) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(OBSERVED, true);
        Object ranking = of.getProperty(Constants.SERVICE_RANKING);
        properties.put(Constants.SERVICE_RANKING, ranking == null ? 0 : ranking);
        return properties;
    }
}
