package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** What every test inside a framework stands on. What it starts by these methods is ended after it, newest first. */
@Timeout(120)
abstract class ContainerTest {
    static final String ENGINE = "dev.penstock.aio.engine";
    static final String NIO = "dev.penstock.aio.provider.nio";
    static final String NAMED_INSTANCES = "dev.penstock.aio.instance";

    /** Of the bundle that the tests run in; set by the harness. */
    BundleContext context;

    /** The directory of this test, removed afterwards. */
    @TempDir
    Path folder;

    private final Deque<AutoCloseable> toEnd = new ArrayDeque<>();

    @AfterEach
    void endWhatWasStarted() throws Exception {
        while (!toEnd.isEmpty()) {
            toEnd.pop().close();
        }
    }

    /** Ends something after the test. */
    final void endAfterwards(AutoCloseable something) {
        toEnd.push(something);
    }

    // ---- bundles

    final Bundle bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    /** Installs and starts a bundle, which is uninstalled after the test. */
    final Bundle start(String symbolicName, InputStream content) throws BundleException {
        Bundle bundle = context.installBundle(symbolicName, content);
        endAfterwards(() -> {
            if (bundle.getState() != Bundle.UNINSTALLED) {
                bundle.uninstall();
            }
        });
        bundle.start();
        return bundle;
    }

    // ---- services

    /** Waits for a service and gets it. */
    final <S> S service(Class<S> type) {
        return service(context, type, "(" + Constants.OBJECTCLASS + "=" + type.getName() + ")");
    }

    /** Waits for the instance that has a name. */
    final AsyncIo instance(String name) {
        return service(
                context,
                AsyncIo.class,
                "(&(" + Constants.OBJECTCLASS + "=" + AsyncIo.class.getName() + ")(" + AsyncIo.INSTANCE + "=" + name
                        + "))");
    }

    /** Waits for a service, and gets it for the bundle of a context. One that goes away meanwhile is not it. */
    static <S> S service(BundleContext user, Class<S> type, String filter) {
        AtomicReference<S> got = new AtomicReference<>();
        try {
            ServiceTracker<S, ServiceReference<S>> tracker =
                    new ServiceTracker<>(user, user.createFilter(filter), null) {
                        @Override
                        public ServiceReference<S> addingService(ServiceReference<S> reference) {
                            return reference;
                        }

                        @Override
                        public void removedService(ServiceReference<S> reference, ServiceReference<S> same) {
                            // What was got below stays got.
                        }
                    };
            tracker.open();
            try {
                Bounded.await(filter, () -> {
                    ServiceReference<S> reference = tracker.getService();
                    got.set(reference == null ? null : user.getService(reference));
                    return got.get() != null;
                });
            } finally {
                tracker.close();
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
        return type.cast(got.get());
    }

    /** Returns whether there is an instance that has a name now. */
    final boolean isThere(String instance) {
        try {
            return !context.getServiceReferences(AsyncIo.class, "(" + AsyncIo.INSTANCE + "=" + instance + ")")
                    .isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Registers a provider, which leaves after the test at the latest. */
    final ServiceRegistration<AioProvider> register(AioProvider provider, int ranking) {
        ServiceRegistration<AioProvider> registration =
                context.registerService(AioProvider.class, provider, ranking(ranking));
        endAfterwards(() -> unregister(registration));
        return registration;
    }

    static Dictionary<String, Object> ranking(int ranking) {
        return properties(Constants.SERVICE_RANKING, ranking);
    }

    /** Unregisters a service, if it is still there. */
    static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException alreadyDone) {
            // By the test itself, or with its bundle.
        }
    }

    /** Returns a configuration, which is deleted after the test; the default instance has {@link #ENGINE}. */
    final Configuration configuration(String pid) throws IOException {
        return deletedAfterwards(service(ConfigurationAdmin.class).getConfiguration(pid, "?"));
    }

    /** Returns a new configuration of a factory, which is deleted after the test. */
    final Configuration factoryConfiguration(String factoryPid) throws IOException {
        return deletedAfterwards(service(ConfigurationAdmin.class).createFactoryConfiguration(factoryPid, "?"));
    }

    private Configuration deletedAfterwards(Configuration configuration) {
        endAfterwards(() -> {
            delete(configuration);
            ConfigurationFence.await(context);
        });
        return configuration;
    }

    /** Deletes a configuration, if it is still there. */
    static void delete(Configuration configuration) throws IOException {
        try {
            configuration.delete();
        } catch (IllegalStateException alreadyDone) {
            // By the test itself.
        }
    }

    /** Returns properties from names and values in turn. */
    static Dictionary<String, Object> properties(Object... namesAndValues) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties(properties);
    }

    /** Returns properties of a map. */
    static Dictionary<String, Object> properties(Map<String, Object> properties) {
        return FrameworkUtil.asDictionary(properties);
    }

    /** Returns the provider of the bundle under test. */
    final AioProvider nio() {
        return service(
                context,
                AioProvider.class,
                "(" + Constants.SERVICE_BUNDLEID + "=" + bundle(NIO).getBundleId() + ")");
    }

    /** Runs a command of the shell and returns what it answers. */
    final String shell(String command) {
        try (CommandSession session = service(CommandProcessor.class)
                .createSession(
                        InputStream.nullInputStream(),
                        new PrintStream(OutputStream.nullOutputStream()),
                        new PrintStream(OutputStream.nullOutputStream()))) {
            return String.valueOf(session.execute(command));
        } catch (Exception e) {
            throw new AssertionError("command " + command, e);
        }
    }

    // ---- threads

    /** Something that may fail. */
    @FunctionalInterface
    interface Action {
        /** Runs it. */
        void run() throws Exception;
    }

    /** Runs something in another thread; it is waited for after all else has ended, and its failure fails the test. */
    final Thread inBackground(Action action) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            action.run();
            return null;
        });
        Thread thread = new Thread(task, "itests-background");
        thread.start();
        toEnd.addLast(() -> Bounded.get(task));
        return thread;
    }

    // ---- files

    /** Waits for a request and returns its answer. */
    static <T> T answer(Request<T> request) throws AioException {
        try {
            return request.await(Bounded.LIMIT);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + Bounded.LIMIT + ": " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the waiting test was interrupted", e);
        }
    }

    /** Asserts that something throws an {@link AioException} with an errno. */
    static AioException expectErrno(Errno expected, Executable executable) {
        AioException refusal = assertThrows(AioException.class, executable);
        assertEquals(expected, refusal.errno(), refusal::getMessage);
        return refusal;
    }

    /** Waits for a request and asserts that it fails with an errno. */
    static AioException expectFailure(Errno expected, Request<?> request) {
        return expectErrno(expected, () -> answer(request));
    }

    /** Asserts that a file does what files do. */
    static void assertWorks(AsyncFile file) throws AioException {
        ByteBuffer written = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
        assertEquals(4, answer(file.write(written, 0)));
        ByteBuffer read = ByteBuffer.allocate(4);
        assertEquals(4, answer(file.read(read, 0)));
        assertEquals(written, read);
    }
}
