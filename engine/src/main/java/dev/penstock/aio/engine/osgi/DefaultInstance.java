package dev.penstock.aio.engine.osgi;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.spi.AioProvider;
import java.util.Map;
import org.osgi.framework.BundleContext;
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
public final class DefaultInstance implements InstanceView {
    /** Its configuration. */
    static final String PID = "dev.penstock.aio.engine";

    private final InstanceService service;

    /** For Declarative Services. */
    @Activate
    public DefaultInstance(BundleContext context, EngineConfiguration configuration) {
        this.service = new InstanceService(context, AsyncIo.DEFAULT_INSTANCE, configuration, 0);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addProvider(AioProvider provider, Map<String, ?> properties) {
        service.add(provider, properties);
    }

    void updatedProvider(AioProvider provider, Map<String, ?> properties) {
        service.instance().rank(provider, InstanceService.ranking(properties));
    }

    void removeProvider(AioProvider provider) {
        service.remove(provider);
    }

    @Deactivate
    void deactivate() {
        service.stop();
    }

    @Override
    public Instance instance() {
        return service.instance();
    }
}
