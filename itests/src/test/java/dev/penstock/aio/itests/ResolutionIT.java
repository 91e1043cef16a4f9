package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.wiring.BundleRequirement;

/** The bundles resolve, and import, export and require exactly what they are known to. */
@InContainer
class ResolutionIT extends ContainerTest {
    private static final String API = "dev.penstock.aio.api";

    private Declared declared(String symbolicName) {
        return new Declared(bundle(symbolicName));
    }

    @Test
    void everyBundleIsActive() {
        for (Bundle bundle : context.getBundles()) {
            assertEquals(Bundle.ACTIVE, bundle.getState(), bundle::toString);
        }
    }

    @Test
    void theApiImportsOnlyWhatItExports() {
        assertEquals(
                Set.of("dev.penstock.aio 1.0.0", "dev.penstock.aio.notification 1.0.0", "dev.penstock.aio.spi 1.0.0"),
                declared(API).exports());
        assertEquals(
                Set.of("dev.penstock.aio", "dev.penstock.aio.notification", "dev.penstock.aio.spi"),
                declared(API).imports());
    }

    @Test
    void theEngineImportsTheApiAndTheFrameworkAndExportsNothing() {
        assertEquals(Set.of(), declared(ENGINE).exports());
        assertEquals(
                Set.of("dev.penstock.aio", "dev.penstock.aio.spi", "org.osgi.framework"),
                declared(ENGINE).imports());
    }

    @Test
    void theProviderImportsTheApiAndOptionallyThePackageOfTheOpenOptionDirect() {
        assertEquals(Set.of(), declared(NIO).exports());
        assertEquals(
                Set.of("com.sun.nio.file?", "dev.penstock.aio", "dev.penstock.aio.spi"),
                declared(NIO).imports());
    }

    @Test
    void eachNeedsJava17AndComponentsNothingButDeclarativeServices() {
        for (String name : List.of(API, ENGINE, NIO)) {
            List<BundleRequirement> environments =
                    declared(name).requirements(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE);
            assertEquals(1, environments.size(), name);
            assertTrue(
                    environments.get(0).getDirectives().get("filter").contains("(version=17)"),
                    () -> name + ": " + environments);
        }
        assertEquals(0, declared(API).requirements("osgi.extender").size());
        for (String name : List.of(ENGINE, NIO)) {
            assertEquals(1, declared(name).requirements("osgi.extender").size(), name);
            assertTrue(
                    declared(name)
                            .requirements("osgi.extender")
                            .get(0)
                            .getDirectives()
                            .get("filter")
                            .contains("osgi.component"),
                    name);
        }
    }

    @Test
    void aResolverIsToldOfTheServices() {
        assertTrue(declared(ENGINE).provides(AsyncIo.class), "so that a bundle with a reference to it can be resolved");
        assertTrue(declared(NIO).provides(AioProvider.class));
    }

    @Test
    void theTypesThatTheTestsSeeAreThoseOfTheBundles() {
        assertEquals(API, FrameworkUtil.getBundle(AsyncIo.class).getSymbolicName());
        assertEquals(
                ENGINE,
                FrameworkUtil.getBundle(service(AsyncIo.class).getClass()).getSymbolicName());
        assertEquals(NIO, FrameworkUtil.getBundle(nio().getClass()).getSymbolicName());
        assertEquals(
                "PROBE-" + getClass().getSimpleName(),
                FrameworkUtil.getBundle(getClass()).getSymbolicName());
    }

    @Test
    void eachServiceIsRegisteredOnce() throws Exception {
        service(AsyncIo.class);

        assertEquals(1, context.getServiceReferences(AsyncIo.class, null).size());
        assertEquals(1, context.getServiceReferences(AioProvider.class, null).size());
    }
}
