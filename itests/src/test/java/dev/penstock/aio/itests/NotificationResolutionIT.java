package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The notification service needs the API and Declarative Services; Event Admin and the shell it uses where they are. */
@InContainer(without = "org.apache.felix.gogo.runtime")
class NotificationResolutionIT extends NotificationTest {
    private static final String BRIDGE = "dev.penstock.aio.notification.osgi.EventAdminBridge";

    private final Recorder recorder = new Recorder();
    private Declared declared;

    @BeforeEach
    void start() throws Exception {
        startNotification();
        declared = new Declared(bundle(NOTIFICATION));
    }

    private void assertTells(String tag) throws Exception {
        AsyncIo io = service(AsyncIo.class);
        write(io, open(io, tag), tag);
        recorder.awaitTag(tag);
    }

    /** Returns the states and failures of the configurations of a component. */
    private List<String> states(String component) {
        ServiceComponentRuntime runtime = service(ServiceComponentRuntime.class);
        ComponentDescriptionDTO description = runtime.getComponentDescriptionDTO(bundle(NOTIFICATION), component);
        return runtime.getComponentConfigurationDTOs(description).stream()
                .map(NotificationResolutionIT::state)
                .toList();
    }

    private static String state(ComponentConfigurationDTO configuration) {
        return configuration.state == ComponentConfigurationDTO.ACTIVE
                ? "active"
                : configuration.state + " " + configuration.failure;
    }

    @Test
    void itImportsTheApiTheFrameworkAndOptionallyEventAdminAndTheShell() {
        assertEquals(Set.of(), declared.exports());
        assertEquals(
                Set.of(
                        "dev.penstock.aio",
                        "dev.penstock.aio.notification",
                        "dev.penstock.aio.spi",
                        "org.apache.felix.service.command?",
                        "org.osgi.framework",
                        "org.osgi.service.event?"),
                declared.imports());
    }

    @Test
    void itNeedsJava17AndDeclarativeServicesAndNoServiceOfAnybody() {
        List<BundleRequirement> environments =
                declared.requirements(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE);
        assertEquals(1, environments.size());
        assertTrue(environments.get(0).getDirectives().get("filter").contains("(version=17)"), environments::toString);
        List<BundleRequirement> extenders = declared.requirements("osgi.extender");
        assertEquals(1, extenders.size());
        assertTrue(extenders.get(0).getDirectives().get("filter").contains("osgi.component"), extenders::toString);
        // A resolver that provisions would bring Event Admin in, or give up.
        assertEquals(
                List.of(),
                declared.requirements("osgi.service").stream()
                        .map(BundleRequirement::getDirectives)
                        .filter(directives -> !"optional".equals(directives.get("resolution")))
                        .toList());
    }

    @Test
    void aResolverIsToldOfTheServices() {
        assertTrue(declared.provides(Notifications.class));
        assertTrue(declared.provides(CompletionTap.class));
    }

    @Test
    void itServesWithoutEventAdminAndWithoutTheShell() throws Exception {
        listen(context, recorder);

        assertTells("a");
        Set<Object> wired =
                bundle(NOTIFICATION)
                        .adapt(BundleWiring.class)
                        .getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)
                        .stream()
                        .map(wire -> wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "dev.penstock.aio",
                        "dev.penstock.aio.notification",
                        "dev.penstock.aio.spi",
                        "org.osgi.framework"),
                wired);
    }

    @Test
    void eventAdminThatIsInstalledLaterIsUsedOnceTheBundleIsRefreshed() throws Exception {
        listen(context, recorder);
        assertTells("before");

        install("org.apache.felix.eventadmin").start();
        assertTells("there");
        Bundle bundle = bundle(NOTIFICATION);
        context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle));
        Bounded.await("the bridge", () -> states(BRIDGE).equals(List.of("active")));

        service(Notifications.class);
        assertTells("after");
        assertEquals(List.of("before", "there", "after"), recorder.tags());
    }
}
