package dev.penstock.aio.itests;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.JupiterRun;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Tck;
import dev.penstock.aio.tck.UnderTest;
import dev.penstock.aio.tck.UnderTestFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.MetaTypeService;

/**
 * Starts instances as operations staff do: by a factory configuration, which names the one provider that the instance
 * may bind. That provider is a service with faults before the real one.
 */
final class ContainedFactory implements UnderTestFactory {
    /** The service property by which a configuration names its provider. */
    private static final String MARK = "penstock.itests.instance";

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final Components components;
    private final Set<String> attributes;
    private final StandIn real;
    private final AtomicInteger number = new AtomicInteger();

    /**
     * Makes a factory.
     *
     * @param attributes what the engine's metatype says can be configured
     * @param provider the service of the provider to test
     */
    ContainedFactory(
            BundleContext context,
            ConfigurationAdmin admin,
            Components components,
            Set<String> attributes,
            AioProvider provider) {
        this.context = context;
        this.admin = admin;
        this.components = components;
        this.attributes = attributes;
        // Probed once: a self-test syncs, and takes longer than most tests.
        this.real = StandIn.named(provider.name(), provider);
    }

    /** Runs tests of the TCK on a provider's service, and prints what became of them. */
    static JupiterRun run(ContainerTest test, AioProvider provider, List<Class<?>> classes) {
        test.service(AsyncIo.class);
        Bundle engine = test.bundle(ContainerTest.ENGINE);
        Metatype metatype = new Metatype(test.service(MetaTypeService.class));
        Tck.use(new ContainedFactory(
                test.context,
                test.service(ConfigurationAdmin.class),
                new Components(test.service(ServiceComponentRuntime.class), engine),
                metatype.attributes(engine, ContainerTest.NAMED_INSTANCES).keySet(),
                provider));
        JupiterRun run = JupiterRun.of(classes);
        System.out.println("TCK inside the framework, provider=" + provider.name() + ": " + run);
        run.failed().forEach(System.out::println);
        return run;
    }

    @Override
    public String providerName() {
        return real.name();
    }

    @Override
    public UnderTest start(Map<String, ?> engineConfiguration) {
        requireKnown(engineConfiguration);
        String name = "tck-" + number.incrementAndGet();
        FaultingProvider faulting = new FaultingProvider(real);
        ServiceRegistration<AioProvider> provider = context.registerService(
                AioProvider.class, faulting, ContainerTest.properties(MARK, name, Constants.SERVICE_RANKING, -1));
        try {
            Configuration configuration = configure(name, engineConfiguration);
            AsyncIo io = find(name);
            if (io == null) {
                configuration.delete();
                throw new IllegalArgumentException("no service for " + engineConfiguration + ": "
                        + components.failures(ContainerTest.NAMED_INSTANCES));
            }
            return new ContainedInstance(context, io, faulting.faults(), configuration, provider, new HashMap<>());
        } catch (IOException | RuntimeException e) {
            provider.unregister();
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
    }

    /** In a configuration, what nobody knows is not refused; the metatype tells what is known. */
    private void requireKnown(Map<String, ?> engineConfiguration) {
        Set<String> unknown = new TreeSet<>(engineConfiguration.keySet());
        unknown.removeAll(attributes);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown configuration attributes " + unknown);
        }
    }

    private Configuration configure(String name, Map<String, ?> engineConfiguration) throws IOException {
        Map<String, Object> properties = new LinkedHashMap<>(engineConfiguration);
        properties.put("name", name);
        properties.put("Provider.target", "(" + MARK + "=" + name + ")");
        Configuration configuration = admin.createFactoryConfiguration(ContainerTest.NAMED_INSTANCES, "?");
        configuration.update(FrameworkUtil.asDictionary(properties));
        ConfigurationFence.await(context);
        return configuration;
    }

    private AsyncIo find(String name) {
        try {
            Collection<ServiceReference<AsyncIo>> found =
                    context.getServiceReferences(AsyncIo.class, "(" + AsyncIo.INSTANCE + "=" + name + ")");
            return found.isEmpty() ? null : context.getService(found.iterator().next());
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
