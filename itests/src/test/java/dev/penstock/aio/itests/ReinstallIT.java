package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.tck.Bounded;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Engine and provider come, are used, and go: nothing of them stays, however often. */
@InContainer
class ReinstallIT extends NativeTest {
    private static final int ROUNDS = 50;

    private final Collectable loaders = new Collectable();
    private Leftovers leftovers;

    @BeforeEach
    void removeThoseThatAreThere() throws BundleException {
        for (Bundle bundle : context.getBundles()) {
            if (Set.of(ENGINE, NIO, NATIVE, URING).contains(String.valueOf(bundle.getSymbolicName()))) {
                bundle.uninstall();
            }
        }
        leftovers = new Leftovers();
    }

    private Bundle installForGood(String symbolicName) throws BundleException {
        return context.installBundle(BundleFiles.of(symbolicName).toURI().toString());
    }

    /** Returns the providers that this Java can run. */
    static Stream<String> providers() {
        return Runtime.version().feature() >= 22 ? Stream.of(NIO, NATIVE, URING) : Stream.of(NIO);
    }

    private void use(String symbolicName) throws Exception {
        service(AsyncIo.class);
        ServiceReference<AsyncIo> reference = context.getServiceReference(AsyncIo.class);
        AsyncIo io = context.getService(reference);
        AsyncFile file = io.open(folder.resolve("f"), READ, WRITE, CREATE);
        try (Lease lease = io.lease(4096)) {
            assertEquals(4096, answer(file.write(lease, 0)));
            assertEquals(4096, answer(file.read(lease, 0)));
        }
        answer(file.sync(SyncMode.DATA));
        CountDownLatch told = new CountDownLatch(1);
        ControlBlock block = io.controlBlock().file(file).sigEvent(SigEvent.call(notification -> told.countDown()));
        io.sync(SyncMode.FULL, block);
        Bounded.await(told);
        String name = Map.of(NATIVE, "native", URING, "uring").getOrDefault(symbolicName, "nio");
        assertTrue(shell("aio:files").contains("provider=" + name), () -> shell("aio:files"));
    }

    private void installUseAndUninstall(String symbolicName) throws Exception {
        Bundle engine = installForGood(ENGINE);
        Bundle provider = installForGood(symbolicName);
        engine.start();
        provider.start();
        loaders.add(engine.adapt(BundleWiring.class).getClassLoader());
        loaders.add(provider.adapt(BundleWiring.class).getClassLoader());
        use(symbolicName);
        engine.stop();
        provider.stop();
        engine.uninstall();
        provider.uninstall();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void fiftyInstallsAndUninstallsLeaveNoThreadNoDescriptorAndNoClassLoader(String provider) throws Exception {
        installUseAndUninstall(provider);
        int descriptors = Leftovers.descriptors(Path.of("/"));

        for (int round = 1; round < ROUNDS; round++) {
            installUseAndUninstall(provider);
        }

        assertEquals(0, Leftovers.descriptors(folder));
        assertTrue(
                Leftovers.descriptors(Path.of("/")) <= descriptors,
                () -> "descriptors of files: " + descriptors + " before, now " + Leftovers.descriptors(Path.of("/")));
        leftovers.awaitNoThreads();
        assertEquals(
                Set.of(),
                Set.copyOf(context.getBundle(0).adapt(FrameworkWiring.class).getRemovalPendingBundles()));
        loaders.awaitCollected("class loaders of engine and provider");
    }
}
