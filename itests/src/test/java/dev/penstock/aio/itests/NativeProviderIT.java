package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.tck.Bounded;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;

/** Both providers together: the higher ranking serves, and each takes over from the other. */
@InContainer
class NativeProviderIT extends NativeTest {
    @Test
    void itIsAvailableWithEveryCapabilityAndRanksAsItSays() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        Bundle bundle = install();
        bundle.start();

        AioProvider provider = providerOf(bundle);
        ServiceReference<?> reference =
                Arrays.stream(bundle.getRegisteredServices()).findFirst().orElseThrow();
        ProviderInfo info = awaitListed(
                io, "native", provider.ranking() > nio().ranking() ? ProviderState.ACTIVE : ProviderState.STANDBY);

        assertEquals(provider.ranking(), reference.getProperty(Constants.SERVICE_RANKING));
        assertEquals(provider.ranking(), info.ranking());
        assertEquals(
                Arrays.stream(Capability.values()).map(Enum::name).collect(Collectors.toSet()), info.capabilities());
        assertEquals("", info.reason());
    }

    @Test
    void byDefaultUringComesBeforeNioAndNioBeforeNative() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        install().start();
        install(URING).start();

        Bounded.await("all three to be listed", () -> io.providers().size() == 3);

        List<ProviderInfo> providers = io.providers();
        assertEquals(
                List.of("uring", "nio", "native"),
                providers.stream().map(ProviderInfo::name).toList());
        assertEquals(
                List.of(10, 0, -10),
                providers.stream().map(ProviderInfo::ranking).toList());
    }

    private long servedBy(String provider) {
        return shell("aio:files")
                .lines()
                .filter(line -> line.contains(" provider=" + provider + " "))
                .count();
    }

    @Test
    void theHigherRankingServesAndTheOtherTakesOpenFilesOverAndBack() throws Exception {
        configuration(ENGINE).update(properties("swap.settle.ms", 0));
        ConfigurationFence.await(context);
        AsyncIo io = service(AsyncIo.class);
        rank(1_000);
        Bundle bundle = install();
        for (int round = 1; round <= 10; round++) {
            int files = 2 * round;
            bundle.start();
            Bounded.await("every file to be with native", () -> servedBy("native") == files - 2);
            AsyncFile file = openWith(io, "native", "native-" + round);

            bundle.stop();

            assertEquals(files - 1, servedBy("nio"));
            assertWorks(file);
            openWith(io, "nio", "nio-" + round);
            // What they had before is closed in the background.
            Bounded.await("one descriptor of each file", () -> Leftovers.descriptors(folder) == files);
        }
    }

    @Test
    void aLowerRankingLeavesItOnStandby() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        rank(-1_000);
        install().start();

        awaitListed(io, "native", ProviderState.STANDBY);

        openWith(io, "nio", "f");
    }

    @Test
    void anInstanceMayNameIt() throws Exception {
        service(AsyncIo.class);
        rank(-1_000);
        install().start();
        Configuration configuration = factoryConfiguration(NAMED_INSTANCES);

        configuration.update(properties("name", "journal", "provider", "native"));

        openWith(instance("journal"), "native", "f");
    }

    @Test
    void aConfigurationOutOfItsBoundsSaysSoAndTheOtherServes() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        Configuration configuration = configuration(NATIVE_PID);
        configuration.update(properties("window", 0, Constants.SERVICE_RANKING, 1_000));
        ConfigurationFence.await(context);
        install().start();

        ProviderInfo info = awaitListed(io, "native", ProviderState.UNAVAILABLE);

        assertTrue(info.reason().contains("window=0: must be 1 to 1024"), info::reason);
        assertTrue(info.remedy().contains(NATIVE_PID), info::remedy);
        assertEquals(Set.of(), info.capabilities());
        openWith(io, "nio", "f");
    }
}
