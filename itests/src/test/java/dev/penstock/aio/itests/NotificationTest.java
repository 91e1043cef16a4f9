package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;

/** What tests with the notification service stand on; it is not among the bundles that every framework begins with. */
abstract class NotificationTest extends ContainerTest {
    /** The symbolic name of the bundle, and the PID of the service. */
    static final String NOTIFICATION = "dev.penstock.aio.notification";

    // ---- the service

    /** Installs a bundle of the class path, which is uninstalled after the test. */
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

    /** Installs and starts the notification service on the default instance, and waits until it is bound. */
    final Notifications startNotification() throws BundleException {
        service(AsyncIo.class);
        install(NOTIFICATION).start();
        // It is registered after what the engine binds, and the engine binds in the thread that registers.
        return service(Notifications.class);
    }

    /** Configures the notification service, which is started already, or will be. */
    final Configuration configureNotification(Object... attributes) throws Exception {
        Configuration configuration = configuration(NOTIFICATION);
        configuration.update(properties(attributes));
        ConfigurationFence.await(context);
        return configuration;
    }

    // ---- users

    /** Starts a bundle with nothing in it, for its context. */
    final BundleContext user(String symbolicName) throws BundleException {
        return start(symbolicName, TestBundle.empty(symbolicName)).getBundleContext();
    }

    /** Returns what a bundle is called in lists for operators. */
    static String name(BundleContext user) {
        return user.getBundle().getSymbolicName() + " [" + user.getBundle().getBundleId() + "]";
    }

    /** Gets the default instance for a user. */
    static AsyncIo io(BundleContext user) {
        return service(user, AsyncIo.class, "(" + AsyncIo.INSTANCE + "=" + AsyncIo.DEFAULT_INSTANCE + ")");
    }

    final AsyncFile open(AsyncIo io, String name) throws AioException {
        AsyncFile file = io.open(folder.resolve(name), READ, WRITE, CREATE);
        endAfterwards(file);
        return file;
    }

    // ---- listeners

    /** Registers a listener as a service, until the test ends at the latest. */
    final ServiceRegistration<CompletionListener> listen(
            BundleContext user, CompletionListener listener, Object... properties) {
        ServiceRegistration<CompletionListener> registration =
                user.registerService(CompletionListener.class, listener, properties(properties));
        endAfterwards(() -> unregister(registration));
        return registration;
    }

    /** Returns the listeners that a bundle has. */
    static List<ListenerInfo> listenersOf(BundleContext user, Notifications notifications) {
        String name = name(user);
        return notifications.listeners().stream()
                .filter(listener -> listener.bundle().equals(name))
                .toList();
    }

    // ---- requests that are to be told

    /** Writes four bytes, of which listeners are to be told with a tag, and waits for the end of it. */
    static void write(AsyncIo io, AsyncFile file, String tag) throws AioException {
        ControlBlock block = block(io, file, tag);
        io.write(block);
        end(io, block);
    }

    /** Reads four bytes, of which listeners are to be told with a tag, and waits for the end of it. */
    static void read(AsyncIo io, AsyncFile file, String tag) throws AioException {
        ControlBlock block = block(io, file, tag);
        io.read(block);
        end(io, block);
    }

    static ControlBlock block(AsyncIo io, AsyncFile file, String tag) throws AioException {
        return io.controlBlock().file(file).buffer(ByteBuffer.allocate(4)).sigEvent(SigEvent.listeners(tag));
    }

    private static void end(AsyncIo io, ControlBlock block) throws AioException {
        assertTrue(io.suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        assertEquals(4, io.result(block));
    }
}
