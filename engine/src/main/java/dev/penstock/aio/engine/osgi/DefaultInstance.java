package dev.penstock.aio.engine.osgi;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.CompletionTap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The instance that an unfiltered reference binds to. */
@Component(
        service = InstanceView.class,
        immediate = true,
        configurationPid = DefaultInstance.PID,
        name = DefaultInstance.PID)
@Designate(ocd = EngineConfiguration.class)
// Registered by code, which no tool sees: a resolver has to be told.
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"dev.penstock.aio.AsyncIo\"",
        uses = AsyncIo.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"dev.penstock.aio.engine.osgi.DefaultIsThere\"")
public final class DefaultInstance implements InstanceView {
    /** Its configuration. */
    static final String PID = "dev.penstock.aio.engine";

    private final BundleContext context;
    private final InstanceService service;
    /** Guarded by this. */
    private @Nullable ServiceRegistration<DefaultIsThere> isThere;
    /** Guarded by this. */
    private boolean stopped;

    /** For Declarative Services. */
    @Activate
    public DefaultInstance(BundleContext context, EngineConfiguration configuration) {
        this.context = context;
        this.service = new InstanceService(context, AsyncIo.DEFAULT_INSTANCE, configuration, 0);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addProvider(AioProvider provider, Map<String, ?> properties) {
        service.add(provider, properties);
        synchronized (this) {
            if (isThere == null && !stopped && service.isRegistered()) {
                isThere = context.registerService(DefaultIsThere.class, new DefaultIsThere(), null);
            }
        }
    }

    void updatedProvider(AioProvider provider, Map<String, ?> properties) {
        service.instance().rank(provider, InstanceService.ranking(properties));
    }

    void removeProvider(AioProvider provider) {
        service.remove(provider);
    }

    // Named so that it comes before the provider, with which the service appears: references are bound by name.
    @Reference(
            name = "CompletionTap",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setTap(CompletionTap tap) {
        service.tap(tap);
    }

    void unsetTap(CompletionTap tap) {
        service.untap(tap);
    }

    @Deactivate
    void deactivate() {
        ServiceRegistration<DefaultIsThere> withdrawn;
        synchronized (this) {
            stopped = true;
            withdrawn = isThere;
            isThere = null;
        }
        if (withdrawn != null) {
            withdrawn.unregister();
        }
        service.stop();
    }

    @Override
    public Instance instance() {
        return service.instance();
    }
}
