package dev.penstock.aio.provider.uring;

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
class UringProviderTest {
    @TempDir
    Path folder;

    private static Probe probe(int lanes, int window, int entries) {
        return new UringProvider(new UringSettings(lanes, window, entries, false)).probe();
    }

    @Test
    void plainJavaFindsIt() {
        assertThat(ServiceLoader.load(AioProvider.class))
                .filteredOn(provider -> provider.name().equals("uring"))
                .singleElement()
                .satisfies(provider -> assertThat(provider.ranking()).isEqualTo(UringProvider.RANKING));
    }

    @Test
    void theProbeFindsEveryCapabilityAndLeavesNothingBehind() {
        Probe probe = new UringProvider().probe(folder);

        assertThat(probe.reason()).isEmpty();
        assertThat(probe.isAvailable()).isTrue();
        assertThat(probe.capabilities()).containsExactlyInAnyOrder(Capability.values());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whereNothingCanBeWrittenItIsAvailableStill() {
        for (Path readOnly : new Path[] {folder.resolve("missing"), Path.of("/proc/self"), Path.of("/sys")}) {
            Probe probe = new UringProvider().probe(readOnly);

            assertThat(probe.reason()).isEmpty();
            assertThat(probe.isAvailable()).isTrue();
            assertThat(probe.capabilities()).contains(Capability.APPEND, Capability.SYNC);
        }
    }

    @Test
    void theProbeServesAnInterruptedThread() {
        Thread.currentThread().interrupt();

        Probe probe = new UringProvider().probe();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(probe.isAvailable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1, 1, 'lanes=-1: must be a power of two, 1 to 64'",
        "3, 1, 1, 'lanes=3: must be a power of two, 1 to 64'",
        "128, 1, 1, 'lanes=128: must be a power of two, 1 to 64'",
        "1, 0, 1, 'window=0: must be 1 to 4096'",
        "1, 4097, 1, 'window=4097: must be 1 to 4096'",
        "1, 1, 0, 'entries=0: must be a power of two, 1 to 4096'",
        "1, 1, 6, 'entries=6: must be a power of two, 1 to 4096'",
        "1, 1, 8192, 'entries=8192: must be a power of two, 1 to 4096'"
    })
    void aConfigurationOutOfBoundsIsTheReasonWhyItIsUnavailable(int lanes, int window, int entries, String reason) {
        Probe probe = probe(lanes, window, entries);

        assertThat(probe.isAvailable()).isFalse();
        assertThat(probe.reason()).isEqualTo(reason);
        assertThat(probe.remedy()).contains(UringProvider.PID);
    }

    @Test
    void theBoundsThemselvesAreWithin() {
        assertThat(probe(0, 1, 1).isAvailable()).isTrue();
        assertThat(probe(64, 4_096, 4_096).isAvailable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 4", "3, 4", "4, 8", "7, 8", "8, 8", "64, 8"})
    void thereAreTwiceAsManyRingsAsProcessorsWithinBounds(int processors, int rings) {
        assertThat(UringSettings.byDefault().rings(processors)).isEqualTo(rings);
    }

    @Test
    void aConfigurationOfAContainerIsReadByItsAttributes() {
        Map<String, Object> values = Map.of("lanes", 4, "window", 5_000, "entries", 16, "buffers_registered", false);
        UringConfig config = (UringConfig) Proxy.newProxyInstance(
                UringConfig.class.getClassLoader(),
                new Class<?>[] {UringConfig.class},
                (proxy, method, arguments) -> values.get(method.getName()));

        assertThat(UringSettings.of(config)).isEqualTo(new UringSettings(4, 5_000, 16, false));
        assertThat(new UringProvider(config).probe().reason()).startsWith("window=5000");
    }
}
