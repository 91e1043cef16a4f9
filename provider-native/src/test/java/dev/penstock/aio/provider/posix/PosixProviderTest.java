package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where it serves, and where it says why not. */
@Timeout(60)
class PosixProviderTest {
    @TempDir
    Path folder;

    private static Probe probe(int window, int descriptors, int direct, int spare, int pollUs) {
        return new PosixProvider(new PosixSettings(window, descriptors, direct, spare, pollUs)).probe();
    }

    @Test
    void plainJavaFindsIt() {
        assertThat(ServiceLoader.load(AioProvider.class))
                .filteredOn(provider -> provider.name().equals("native"))
                .singleElement()
                .satisfies(provider -> assertThat(provider.ranking()).isEqualTo(PosixProvider.RANKING));
    }

    @Test
    void theProbeFindsEveryCapabilityAndLeavesNothingBehind() {
        Probe probe = new PosixProvider().probe(folder);

        assertThat(probe.reason()).isEmpty();
        assertThat(probe.isAvailable()).isTrue();
        assertThat(probe.capabilities()).containsExactlyInAnyOrder(Capability.values());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whereNothingCanBeWrittenItIsAvailableStill() {
        for (Path readOnly : new Path[] {folder.resolve("missing"), Path.of("/proc/self"), Path.of("/sys")}) {
            Probe probe = new PosixProvider().probe(readOnly);

            assertThat(probe.reason()).isEmpty();
            assertThat(probe.isAvailable()).isTrue();
            assertThat(probe.capabilities()).contains(Capability.APPEND, Capability.SYNC);
        }
    }

    @Test
    void theProbeServesAnInterruptedThread() {
        Thread.currentThread().interrupt();

        Probe probe = new PosixProvider().probe();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(probe.isAvailable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 0, 0, window=0: must be 1 to 1024",
        "1025, 1, 1, 0, 0, window=1025: must be 1 to 1024",
        "64, 0, 1, 0, 0, descriptors=0: must be 1 to 64",
        "64, 65, 1, 0, 0, descriptors=65: must be 1 to 64",
        "64, 1, 0, 0, 0, descriptors.direct=0: must be 1 to 64",
        "64, 1, 65, 0, 0, descriptors.direct=65: must be 1 to 64",
        "64, 1, 1, -1, 0, descriptors.spare=-1: must be 0 to 65536",
        "64, 1, 1, 65537, 0, descriptors.spare=65537: must be 0 to 65536",
        "64, 1, 1, 0, -1, poll.us=-1: must be 0 to 1000",
        "64, 1, 1, 0, 1001, poll.us=1001: must be 0 to 1000"
    })
    void aConfigurationOutOfBoundsIsTheReasonWhyItIsUnavailable(
            int window, int descriptors, int direct, int spare, int pollUs, String reason) {
        Probe probe = probe(window, descriptors, direct, spare, pollUs);

        assertThat(probe.isAvailable()).isFalse();
        assertThat(probe.reason()).isEqualTo(reason);
        assertThat(probe.remedy()).contains(PosixProvider.PID);
    }

    @Test
    void theBoundsThemselvesAreWithin() {
        assertThat(probe(1, 1, 1, 0, 0).isAvailable()).isTrue();
        assertThat(probe(1_024, 64, 64, 65_536, 1_000).isAvailable()).isTrue();
    }

    @Test
    void aConfigurationOfAContainerIsReadByItsAttributes() {
        Map<String, Integer> values = Map.of(
                "window", 2_000, "descriptors", 2, "descriptors_direct", 3, "descriptors_spare", 4, "poll_us", 5);
        PosixConfig config = (PosixConfig) Proxy.newProxyInstance(
                PosixConfig.class.getClassLoader(),
                new Class<?>[] {PosixConfig.class},
                (proxy, method, arguments) -> values.get(method.getName()));

        assertThat(PosixSettings.of(config)).isEqualTo(new PosixSettings(2_000, 2, 3, 4, 5));
        assertThat(new PosixProvider(config).probe().reason()).startsWith("window=2000");
    }
}
