package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.tck.Bounded;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;

/** A provider that cannot serve is never bound, and is listed with its reason. */
@InContainer
class UnavailableProviderIT extends ContainerTest {
    /** Its answers to the probe and to the start are the test's. */
    private interface Scripted extends AioProvider {
        @Override
        default int ranking() {
            return 0;
        }

        @Override
        default Backend start(BackendEnvironment environment) {
            throw new AssertionError("started though unavailable");
        }
    }

    private void assertNioServes(AsyncIo io) throws Exception {
        try (AsyncFile file = io.open(folder.resolve("f"), READ, WRITE, CREATE)) {
            assertWorks(file);
        }
        assertEquals("nio", io.provider().name());
    }

    private static ProviderInfo info(AsyncIo io, String name) {
        return io.providers().stream()
                .filter(info -> info.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not listed: " + name));
    }

    private static void assertUnavailable(AsyncIo io, String name, String reason) {
        ProviderInfo info = info(io, name);
        assertEquals(ProviderState.UNAVAILABLE, info.state());
        assertTrue(info.reason().contains(reason), info::reason);
        assertEquals(Set.of(), info.capabilities());
    }

    @Test
    void itIsListedWithReasonAndRemedyButNotBound() throws Exception {
        AsyncIo io = service(AsyncIo.class);

        register(StandIn.unavailable("ring", "io_uring is disabled", "set kernel.io_uring_disabled=0"), 100);

        assertNioServes(io);
        assertUnavailable(io, "ring", "io_uring is disabled");
        assertEquals("set kernel.io_uring_disabled=0", info(io, "ring").remedy());
        assertEquals(100, info(io, "ring").ranking());
    }

    @Test
    void theShellListsItWithReasonAndRemedy() {
        service(AsyncIo.class);

        register(StandIn.unavailable("ring", "io_uring is disabled", "set kernel.io_uring_disabled=0"), 100);

        String[] lines = shell("aio:providers").split(System.lineSeparator());
        assertEquals(3, lines.length, () -> String.join("|", lines));
        assertEquals("instance default", lines[0]);
        assertTrue(
                lines[1].matches(" *ring +ranking=100 unavailable \\[] reason: io_uring is disabled"
                        + " remedy: set kernel.io_uring_disabled=0"),
                lines[1]);
        assertTrue(lines[2].matches(" *nio +ranking=0 active \\[.*APPEND.*]"), lines[2]);
    }

    @Test
    void aProbeThatThrowsMeansUnavailable() throws Exception {
        AsyncIo io = service(AsyncIo.class);

        register(
                new Scripted() {
                    @Override
                    public String name() {
                        return "wild";
                    }

                    @Override
                    public Probe probe() {
                        throw new IllegalStateException("lost my keys");
                    }
                },
                100);

        assertNioServes(io);
        assertUnavailable(io, "wild", "lost my keys");
    }

    @Test
    void aProviderThatCannotStartAfterAllBecomesUnavailable() throws Exception {
        AsyncIo io = service(AsyncIo.class);

        register(
                new Scripted() {
                    @Override
                    public String name() {
                        return "weak";
                    }

                    @Override
                    public Probe probe() {
                        return Probe.available(Set.of());
                    }

                    @Override
                    public Backend start(BackendEnvironment environment) {
                        throw new IllegalStateException("no ring to be had");
                    }
                },
                100);

        assertNioServes(io);
        assertUnavailable(io, "weak", "no ring to be had");
    }

    @Test
    void nioWithAConfigurationOutOfItsBoundsSaysSo() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        Configuration configuration = configuration(NIO);

        configuration.update(properties("threads", 0));

        Bounded.await("nio to be unavailable", () -> shell("aio:providers").contains("unavailable"));
        assertUnavailable(io, "nio", "threads=0: must be 1 to 256");
        assertTrue(info(io, "nio").remedy().contains(NIO), info(io, "nio")::remedy);
        expectErrno(Errno.ENXIO, () -> io.open(folder.resolve("f"), READ, WRITE, CREATE));

        configuration.update(properties("threads", 2));

        Bounded.await("nio to be active", () -> shell("aio:providers").contains("active"));
        assertNioServes(io);
    }
}
