package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.tck.Bounded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** The service appears with the first usable provider and then stays. */
@InContainer
class AppearanceIT extends ContainerTest {
    @BeforeEach
    void startAnEngineWithoutProviders() throws BundleException {
        bundle(ENGINE).stop();
        bundle(NIO).stop();
        bundle(ENGINE).start();
        // From now on the engine's components are there: one of them answers.
        Bounded.await("the default instance", () -> shell("aio:providers").equals("instance default"));
    }

    private AsyncFile open(AsyncIo io) throws AioException {
        AsyncFile file = io.open(folder.resolve("f"), READ, WRITE, CREATE);
        endAfterwards(file);
        return file;
    }

    @Test
    void anEngineWithoutProvidersRegistersNoService() {
        assertNull(context.getServiceReference(AsyncIo.class));
    }

    @Test
    void aProviderThatCannotServeBringsNoService() {
        register(StandIn.unavailable("ring", "the kernel has none", "install one"), 100);

        assertTrue(shell("aio:providers").contains("the kernel has none"));
        assertNull(context.getServiceReference(AsyncIo.class));
    }

    @Test
    void theServiceAppearsWithTheFirstUsableProvider() throws Exception {
        register(StandIn.unavailable("ring", "the kernel has none", "install one"), 100);

        bundle(NIO).start();

        AsyncIo io = service(AsyncIo.class);
        assertEquals("default", io.name());
        assertEquals("nio", io.provider().name());
        assertWorks(open(io));
    }

    @Test
    void theServiceAppearsWithTheEngineIfTheProviderIsThereFirst() throws Exception {
        bundle(ENGINE).stop();
        bundle(NIO).start();
        assertNull(context.getServiceReference(AsyncIo.class));

        bundle(ENGINE).start();

        assertWorks(open(service(AsyncIo.class)));
    }

    @Test
    void theServiceStaysWhenTheLastProviderGoes() throws Exception {
        bundle(NIO).start();
        AsyncIo io = service(AsyncIo.class);
        ServiceReference<AsyncIo> reference = context.getServiceReference(AsyncIo.class);

        bundle(NIO).stop();

        assertEquals(reference, context.getServiceReference(AsyncIo.class));
        assertSame(io, context.getService(reference));
        expectErrno(Errno.ENXIO, () -> open(io));
        expectErrno(Errno.ENXIO, io::provider);
        assertTrue(io.providers().isEmpty());
    }

    @Test
    void theSameServiceWorksAgainWhenAProviderComesBack() throws Exception {
        bundle(NIO).start();
        AsyncIo io = service(AsyncIo.class);
        assertWorks(open(io));
        bundle(NIO).stop();

        bundle(NIO).start();

        assertSame(io, service(AsyncIo.class));
        assertWorks(open(io));
    }

    @Test
    void theServiceEndsWithTheEngine() throws Exception {
        bundle(NIO).start();
        AsyncIo io = service(AsyncIo.class);
        AsyncFile file = open(io);

        bundle(ENGINE).stop();

        assertNull(context.getServiceReference(AsyncIo.class));
        assertFalse(file.isOpen());
        expectErrno(Errno.ENXIO, () -> open(io));
        expectErrno(Errno.ENXIO, () -> io.lease(1));
    }
}
