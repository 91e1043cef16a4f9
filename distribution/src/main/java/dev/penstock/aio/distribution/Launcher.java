package dev.penstock.aio.distribution;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Starts an OSGi framework with every bundle of the folder {@code bundle}, hands the command line to the service that
 * asks for the main thread, and exits with the status that it answers. A negative status stands for "go on until
 * somebody stops the framework", and then for 0.
 *
 * <p>That service is a {@code ToIntFunction<String[]>} with the property {@code main.thread}; the class comes from the
 * JDK, so the two sides share no package. The bundles of the shell are installed at a start level of their own
 * ({@link #SHELL_START_LEVEL}), which the command raises when it is wanted: Gogo begins to read the terminal as soon
 * as it starts.
 *
 * <p>The framework's storage is a fresh folder in the temp directory, removed at exit. On SIGINT and SIGTERM the JVM
 * runs the same ending as after a normal return: the main thread is interrupted and has {@value #CLEAN_UP_SECONDS}
 * seconds to clean up, the framework stops, the folder goes. The exit status is then the JVM's own, 130 for SIGINT.
 */
public final class Launcher {
    /** The framework property with the start level at which the shell runs. */
    public static final String SHELL_START_LEVEL = "penstock.shell.startlevel";

    private static final String MAIN_THREAD = "(main.thread=true)";
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;
    private static final int CLEAN_UP_SECONDS = 20;
    private static final int STOP_SECONDS = 10;
    private static final int RUN_LEVEL = 1;
    private static final int SHELL_LEVEL = 2;
    private static final List<String> SHELL_BUNDLES = List.of("org.apache.felix.gogo.", "org.jline");

    private final Path home;
    private final Thread mainThread = Thread.currentThread();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Map<Bundle, BundleException> notStarted = new HashMap<>();
    private volatile @Nullable Path storage;
    private volatile @Nullable Framework framework;

    private Launcher(Path home) {
        this.home = home;
    }

    /**
     * Runs the distribution that this class was loaded from.
     *
     * @param arguments handed to the command as they are
     */
    public static void main(String[] arguments) throws URISyntaxException {
        Path jar = Path.of(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        System.exit(new Launcher(jar.resolve("../..").normalize()).run(arguments));
    }

    private int run(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "penstock-exit"));
        try {
            Framework started = start();
            int status = command(started).applyAsInt(arguments);
            if (status < 0) {
                started.waitForStop(0);
                return 0;
            }
            return status;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } catch (BundleException | IOException | InvalidSyntaxException e) {
            System.err.println("aio: the framework did not start: " + text(e));
            return FAILED;
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return FAILED;
        } finally {
            finished.countDown();
        }
    }

    private Framework start() throws BundleException, IOException {
        // Threads of the framework inherit it. With ours, JLine would look for its own parts on our class path.
        mainThread.setContextClassLoader(null);
        Path folder = storageFolder();
        storage = folder;
        Framework created = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(() -> new BundleException("there is no framework on the class path"))
                .newFramework(configuration(folder));
        framework = created;
        created.init();
        List<Bundle> bundles = install(created.getBundleContext());
        created.adapt(FrameworkWiring.class).resolveBundles(null);
        created.start();
        for (Bundle bundle : bundles) {
            startBundle(bundle);
        }
        return created;
    }

    private static Path storageFolder() throws IOException {
        try {
            return Files.createTempDirectory("penstock-");
        } catch (IOException e) {
            throw new IOException("TMPDIR=" + System.getProperty("java.io.tmpdir") + " cannot be used: " + text(e), e);
        }
    }

    /** Many failures of the JDK say in their message only of which file. */
    private static String text(Exception failure) {
        return failure.getClass() == IOException.class || failure instanceof BundleException
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private static Map<String, String> configuration(Path storage) {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(RUN_LEVEL));
        properties.put(SHELL_START_LEVEL, Integer.toString(SHELL_LEVEL));
        properties.put("felix.log.level", "1");
        return properties;
    }

    /** Installs by reference: the framework reads our jars where they are, in place of copying them to its storage. */
    private List<Bundle> install(BundleContext context) throws BundleException, IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(home.resolve("bundle"))) {
            jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
        Bundle[] bundles = new Bundle[jars.size()];
        for (int i = 0; i < bundles.length; i++) {
            bundles[i] = context.installBundle("reference:" + jars.get(i).toUri());
            boolean shell = SHELL_BUNDLES.stream().anyMatch(bundles[i].getSymbolicName()::startsWith);
            bundles[i].adapt(BundleStartLevel.class).setStartLevel(shell ? SHELL_LEVEL : RUN_LEVEL);
        }
        return List.of(bundles);
    }

    /** A bundle that needs a newer Java stays unresolved; that is a supported installation. */
    private void startBundle(Bundle bundle) {
        if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null) {
            return;
        }
        try {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        } catch (BundleException e) {
            notStarted.put(bundle, e);
        }
    }

    @SuppressWarnings("unchecked")
    private ToIntFunction<String[]> command(Framework started) throws InvalidSyntaxException, BundleException {
        BundleContext context = started.getBundleContext();
        return context.getServiceReferences(ToIntFunction.class, MAIN_THREAD).stream()
                .findFirst()
                .map(context::getService)
                .map(service -> (ToIntFunction<String[]>) service)
                .orElseThrow(() -> new BundleException("no bundle offers a command; not started: " + notStarted));
    }

    private void end() {
        if (finished.getCount() > 0) {
            mainThread.interrupt();
        }
        try {
            if (!finished.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("aio: the command did not clean up within " + CLEAN_UP_SECONDS + " seconds");
            }
            Framework started = framework;
            if (started != null) {
                started.stop();
                started.waitForStop(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            }
            Path folder = storage;
            if (folder != null) {
                deleteTree(folder);
            }
        } catch (BundleException | IOException e) {
            System.err.println("aio: the framework did not stop cleanly: " + text(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
