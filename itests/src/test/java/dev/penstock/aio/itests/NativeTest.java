package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import java.nio.file.StandardOpenOption;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;

/** What tests with the bundles of the native providers stand on; they are not among those that every framework begins with. */
abstract class NativeTest extends ContainerTest {
    static final String NATIVE = "dev.penstock.aio.provider.posix";
    static final String NATIVE_PID = "dev.penstock.aio.provider.native";
    /** Symbolic name and PID. */
    static final String URING = "dev.penstock.aio.provider.uring";

    /** Installs the bundle, which is uninstalled after the test. */
    final Bundle install() throws BundleException {
        return install(NATIVE);
    }

    /** Installs a bundle that is not among those that every framework begins with; it is uninstalled after the test. */
    final Bundle install(String symbolicName) throws BundleException {
        Bundle bundle =
                context.installBundle(BundleFiles.of(symbolicName).toURI().toString());
        endAfterwards(() -> {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
        });
        return bundle;
    }

    /** Returns the provider of a started bundle. */
    final AioProvider providerOf(Bundle bundle) {
        return service(
                context,
                AioProvider.class,
                "(&(" + Constants.OBJECTCLASS + "=" + AioProvider.class.getName() + ")(" + Constants.SERVICE_BUNDLEID
                        + "=" + bundle.getBundleId() + "))");
    }

    /** Has operations staff rank the native provider. */
    final void rank(int ranking) throws Exception {
        rank(NATIVE_PID, ranking);
    }

    final void rank(String pid, int ranking) throws Exception {
        Configuration configuration = configuration(pid);
        configuration.update(properties(Constants.SERVICE_RANKING, ranking));
        ConfigurationFence.await(context);
    }

    /** Waits until a provider is listed in a state. */
    static ProviderInfo awaitListed(AsyncIo io, String name, ProviderState state) {
        Bounded.await(
                name + " to be " + state,
                () -> io.providers().stream().anyMatch(info -> info.name().equals(name) && info.state() == state));
        return io.providers().stream()
                .filter(info -> info.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Opens a file, which must be moved by a provider, and uses it. */
    final AsyncFile openWith(AsyncIo io, String provider, String name) throws AioException {
        AsyncFile file = io.open(
                folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        endAfterwards(file);
        String files = shell("aio:files");
        assertTrue(files.contains(folder.resolve(name) + " provider=" + provider + " "), files);
        assertEquals(provider, io.provider().name());
        assertWorks(file);
        return file;
    }
}
