package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.spi.AioProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** What tests stand on in which files follow changes among all the provider bundles that there are. */
abstract class SwapContainerTest extends ContainerTest {
    static final String STAND_IN = "stand-in";

    /** The first Java that can run providers of native code. */
    private static final int NATIVE_JAVA = 22;

    /** Starts the bundle of every provider that this Java can run; those that were not there are uninstalled afterwards. */
    final List<Bundle> startProviders() throws BundleException {
        List<Bundle> providers = new ArrayList<>();
        for (String symbolicName : offered()) {
            Bundle bundle = symbolicName.equals(NIO) ? bundle(NIO) : installed(symbolicName);
            bundle.start();
            providers.add(bundle);
        }
        return providers;
    }

    /** Returns the symbolic names of the providers that this Java can run. */
    static List<String> offered() {
        if (Runtime.version().feature() < NATIVE_JAVA) {
            return List.of(NIO);
        }
        List<String> offered = BundleFiles.offering(AioProvider.class.getName());
        assertTrue(offered.containsAll(List.of(NIO, NativeTest.NATIVE, NativeTest.URING)), offered::toString);
        return offered;
    }

    private Bundle installed(String symbolicName) throws BundleException {
        Bundle bundle = install(symbolicName);
        endAfterwards(() -> {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
        });
        return bundle;
    }

    /** Installs a bundle of the class path from its file. */
    final Bundle install(String symbolicName) throws BundleException {
        return context.installBundle(BundleFiles.of(symbolicName).toURI().toString());
    }

    /** Returns a provider as nio is, of classes of its own: it goes on when the bundle of nio stops, or is uninstalled. */
    final AioProvider standIn() throws BundleException, IOException, ReflectiveOperationException {
        Bundle copy = start(STAND_IN, TestBundle.copy(STAND_IN, NIO));
        String type;
        try (BufferedReader names = new BufferedReader(new InputStreamReader(
                copy.getEntry("META-INF/services/" + AioProvider.class.getName())
                        .openStream(),
                StandardCharsets.UTF_8))) {
            type = names.readLine();
        }
        return StandIn.named(
                STAND_IN, (AioProvider) copy.loadClass(type).getConstructor().newInstance());
    }

    /** Returns the name of the only provider of a bundle. */
    static String providerName(Bundle bundle) {
        List<String> names = new ArrayList<>();
        for (ServiceReference<?> reference : bundle.getRegisteredServices()) {
            if (bundle.getBundleContext().getService(reference) instanceof AioProvider provider) {
                names.add(provider.name());
            }
        }
        assertEquals(1, names.size(), () -> "providers of " + bundle + ": " + names);
        return names.get(0);
    }
}
