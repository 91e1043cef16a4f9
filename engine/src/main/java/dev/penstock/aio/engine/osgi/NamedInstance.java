package dev.penstock.aio.engine.osgi;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.engine.Instance;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.CompletionTap;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * An instance made by a factory configuration, with a name, limits and a provider of its own. It is there only while
 * the default instance is, and ranks below it, so that an unfiltered reference never binds to it.
 */
@Component(
        service = InstanceView.class,
        immediate = true,
        configurationPid = NamedInstance.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        name = NamedInstance.PID)
@Designate(ocd = EngineConfiguration.class, factory = true)
public final class NamedInstance implements InstanceView {
    /** Its factory configuration. */
    static final String PID = "dev.penstock.aio.instance";

    private static final int RANKING = -1000;

    private final InstanceService service;

    /** For Declarative Services. */
    @Activate
    public NamedInstance(
            BundleContext context, EngineConfiguration configuration, @Reference DefaultIsThere condition) {
        String name = configuration.name();
        if (name.isBlank() || name.equals(AsyncIo.DEFAULT_INSTANCE)) {
            throw new IllegalArgumentException(
                    "name=" + name + ": an instance needs a name of its own in its configuration " + PID);
        }
        this.service = new InstanceService(context, name, configuration, RANKING);
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
        service.stop();
    }

    @Override
    public Instance instance() {
        return service.instance();
    }
}
