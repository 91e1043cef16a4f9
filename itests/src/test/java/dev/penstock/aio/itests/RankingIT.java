package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/** Files are with the usable provider of the highest {@code service.ranking}: new ones at once, open ones follow. */
@InContainer
class RankingIT extends ContainerTest {
    private AsyncIo io;

    @BeforeEach
    void getTheService() {
        io = service(AsyncIo.class);
    }

    private AsyncFile open(String name) throws AioException {
        AsyncFile file = io.open(folder.resolve(name), READ, WRITE, CREATE);
        endAfterwards(file);
        return file;
    }

    /** Opens a file, which must be moved by a provider, and uses it. */
    private AsyncFile openWith(String provider, String name) throws AioException {
        assertEquals(provider, io.provider().name());
        AsyncFile file = open(name);
        assertMovedBy(provider, name);
        assertWorks(file);
        return file;
    }

    /** Waits until an open file has moved to a provider, and uses it there. */
    private void awaitWith(String provider, AsyncFile file) throws AioException {
        Bounded.await(
                file + " to be with " + provider,
                () -> shell("aio:files").contains(file.path() + " provider=" + provider + " "));
        assertWorks(file);
    }

    private void assertMovedBy(String provider, String name) {
        String files = shell("aio:files");
        assertTrue(files.contains(folder.resolve(name) + " provider=" + provider + " "), files);
    }

    private static List<String> names(List<ProviderInfo> providers) {
        return providers.stream().map(ProviderInfo::name).toList();
    }

    private static List<ProviderState> states(List<ProviderInfo> providers) {
        return providers.stream().map(ProviderInfo::state).toList();
    }

    @Test
    void aProviderThatRanksHigherIsBoundForNewFilesAndOpenOnesFollow() throws Exception {
        AsyncFile before = openWith("nio", "before");

        register(StandIn.named("better", nio()), 100);

        openWith("better", "after");
        awaitWith("better", before);
        assertEquals(List.of("better", "nio"), names(io.providers()));
        assertEquals(List.of(ProviderState.ACTIVE, ProviderState.STANDBY), states(io.providers()));
        assertEquals(100, io.provider().ranking());
    }

    @Test
    void aProviderThatRanksLowerIsNotBound() throws Exception {
        register(StandIn.named("worse", nio()), -1);

        openWith("nio", "f");
        assertEquals(List.of("nio", "worse"), names(io.providers()));
        assertEquals(List.of(ProviderState.ACTIVE, ProviderState.STANDBY), states(io.providers()));
    }

    @Test
    void filesFollowAChangeOfTheRanking() throws Exception {
        ServiceRegistration<AioProvider> registration = register(StandIn.named("mover", nio()), -1);
        AsyncFile first = openWith("nio", "first");

        registration.setProperties(ranking(10));
        AsyncFile second = openWith("mover", "second");
        awaitWith("mover", first);
        registration.setProperties(ranking(-10));
        openWith("nio", "third");
        awaitWith("nio", first);
        awaitWith("nio", second);

        assertEquals(-10, io.providers().get(1).ranking());
    }

    @Test
    void theNextBestServesWhenTheBestGoes() throws Exception {
        register(StandIn.named("second", nio()), 50);
        ServiceRegistration<AioProvider> best = register(StandIn.named("first", nio()), 100);
        AsyncFile before = openWith("first", "a");

        best.unregister();

        assertMovedBy("second", "a");
        assertWorks(before);
        openWith("second", "b");
        assertEquals(List.of("second", "nio"), names(io.providers()));
    }

    @Test
    void ofEqualsTheOlderServiceServes() throws Exception {
        register(StandIn.named("younger", nio()), 0);

        openWith("nio", "f");
    }

    @Test
    void ofEqualsTheOlderServiceServesAlsoAnEngineThatComesLater() throws Exception {
        register(StandIn.named("younger", nio()), 0);

        restartTheEngine();

        openWith("nio", "f");
    }

    @Test
    void anEngineThatComesLaterKnowsTheRankings() throws Exception {
        register(StandIn.named("worse", nio()), -1);
        register(StandIn.named("better", nio()), 100);

        restartTheEngine();

        openWith("better", "f");
        assertEquals(List.of("better", "nio", "worse"), names(io.providers()));
    }

    private void restartTheEngine() throws BundleException {
        bundle(ENGINE).stop();
        bundle(ENGINE).start();
        io = service(AsyncIo.class);
    }
}
