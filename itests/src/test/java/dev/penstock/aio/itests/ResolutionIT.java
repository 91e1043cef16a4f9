package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** The bundles resolve, and import, export and require exactly what they are known to. */
@InContainer
class ResolutionIT extends ContainerTest {
    private static final String API = "dev.penstock.aio.api";
    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]*)\\)");

    private List<BundleRequirement> requirements(String symbolicName, String namespace) {
        return bundle(symbolicName).adapt(BundleRevision.class).getDeclaredRequirements(namespace);
    }

    /** Returns the packages that a bundle imports, with a question mark behind the optional ones. */
    private Set<String> imports(String symbolicName) {
        Set<String> imports = new TreeSet<>();
        for (BundleRequirement requirement : requirements(symbolicName, PackageNamespace.PACKAGE_NAMESPACE)) {
            Matcher matcher = PACKAGE.matcher(requirement.getDirectives().get("filter"));
            assertTrue(matcher.find(), requirement::toString);
            imports.add(matcher.group(1)
                    + ("optional".equals(requirement.getDirectives().get("resolution")) ? "?" : ""));
        }
        return imports;
    }

    private Set<String> exports(String symbolicName) {
        return bundle(symbolicName)
                .adapt(BundleRevision.class)
                .getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)
                .stream()
                .map(capability -> capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE) + " "
                        + capability.getAttributes().get("version"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyBundleIsActive() {
        for (Bundle bundle : context.getBundles()) {
            assertEquals(Bundle.ACTIVE, bundle.getState(), bundle::toString);
        }
    }

    @Test
    void theApiImportsOnlyWhatItExports() {
        assertEquals(Set.of("dev.penstock.aio 1.0.0", "dev.penstock.aio.spi 1.0.0"), exports(API));
        assertEquals(Set.of("dev.penstock.aio", "dev.penstock.aio.spi"), imports(API));
    }

    @Test
    void theEngineImportsTheApiAndTheFrameworkAndExportsNothing() {
        assertEquals(Set.of(), exports(ENGINE));
        assertEquals(Set.of("dev.penstock.aio", "dev.penstock.aio.spi", "org.osgi.framework"), imports(ENGINE));
    }

    @Test
    void theProviderImportsTheApiAndOptionallyThePackageOfTheOpenOptionDirect() {
        assertEquals(Set.of(), exports(NIO));
        assertEquals(Set.of("com.sun.nio.file?", "dev.penstock.aio", "dev.penstock.aio.spi"), imports(NIO));
    }

    @Test
    void eachNeedsJava17AndComponentsNothingButDeclarativeServices() {
        for (String name : List.of(API, ENGINE, NIO)) {
            List<BundleRequirement> environments =
                    requirements(name, ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE);
            assertEquals(1, environments.size(), name);
            assertTrue(
                    environments.get(0).getDirectives().get("filter").contains("(version=17)"),
                    () -> name + ": " + environments);
        }
        assertEquals(0, requirements(API, "osgi.extender").size());
        for (String name : List.of(ENGINE, NIO)) {
            assertEquals(1, requirements(name, "osgi.extender").size(), name);
            assertTrue(
                    requirements(name, "osgi.extender")
                            .get(0)
                            .getDirectives()
                            .get("filter")
                            .contains("osgi.component"),
                    name);
        }
    }

    @Test
    void aResolverIsToldOfTheServices() {
        assertTrue(provides(ENGINE, AsyncIo.class), "so that a bundle with a reference to it can be resolved");
        assertTrue(provides(NIO, AioProvider.class));
    }

    private boolean provides(String symbolicName, Class<?> service) {
        return bundle(symbolicName).adapt(BundleRevision.class).getDeclaredCapabilities("osgi.service").stream()
                .anyMatch(capability -> List.of(service.getName())
                        .equals(capability.getAttributes().get("objectClass")));
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
