package dev.penstock.aio.provider.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.tck.system.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NioProviderTest {
    @TempDir
    Path folder;

    private static NioProvider provider(int threads, String prefix, int idleSeconds, int window, int helpAfter) {
        return new NioProvider(new NioSettings(threads, prefix, idleSeconds, window, helpAfter));
    }

    @Test
    void plainJavaFindsIt() {
        assertThat(ServiceLoader.load(AioProvider.class))
                .filteredOn(provider -> provider.name().equals("nio"))
                .hasSize(1)
                .allMatch(provider -> provider.ranking() == 0);
    }

    @Test
    void theProbeFindsEveryCapabilityAndLeavesNothingBehind() {
        Needs.that(Files.isDirectory(Path.of("/proc/self/fdinfo")), "it needs /proc/self/fdinfo");

        Probe probe = new NioProvider().probe(folder);

        assertThat(probe.reason()).isEmpty();
        assertThat(probe.isAvailable()).isTrue();
        assertThat(probe.capabilities()).containsExactlyInAnyOrder(Capability.values());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theProbeServesAnInterruptedThread() {
        Thread.currentThread().interrupt();

        Probe probe = new NioProvider().probe();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(probe.isAvailable()).isTrue();
    }

    @Test
    void whereNothingCanBeWrittenItIsAvailableStill() {
        Probe probe = new NioProvider().probe(folder.resolve("missing"));

        assertThat(probe.reason()).isEmpty();
        assertThat(probe.isAvailable()).isTrue();
        assertThat(probe.capabilities()).contains(Capability.APPEND, Capability.SYNC);
    }

    @Test
    void aConfigurationOutOfBoundsIsTheReasonWhyItIsUnavailable() {
        assertThat(provider(0, "p", 60, 256, 16).probe().reason()).isEqualTo("threads=0: must be 1 to 256");
        assertThat(provider(1, "", 60, 256, 16).probe().reason()).startsWith("thread.prefix=");
        assertThat(provider(1, "p", 0, 256, 16).probe().reason()).startsWith("idle.seconds=0");
        assertThat(provider(1, "p", 60, 5_000, 16).probe().reason()).startsWith("window=5000");
        assertThat(provider(1, "p", 60, 256, -1).probe().reason()).startsWith("help.after=-1");
        assertThat(provider(0, "p", 60, 256, 16).probe().remedy()).contains(NioProvider.PID);
        assertThat(provider(256, "p", 86_400, 4_096, 0).probe().isAvailable()).isTrue();
    }

    @Test
    void aBackendHasOneLaneThatPushesAndIsFlushedByWhoeverComesFirst() throws AioException {
        NioProvider provider = new NioProvider();
        assertThat(provider.probe().isAvailable()).isTrue();
        Backend backend = provider.start(new BackendEnvironment() {
            @Override
            public String instance() {
                return "test";
            }

            @Override
            public void broken(String reason) {
                throw new AssertionError(reason);
            }
        });
        var lane = backend.lane(0, new RecordingSink());

        assertThat(backend.lanes()).isEqualTo(1);
        assertThat(lane.pushes()).isTrue();
        assertThat(lane.flushesWhenIdle()).isFalse();
        assertThat(lane.flushThreshold()).isEqualTo(8);
        assertThat(lane.window()).isEqualTo(256);
        backend.close();
    }
}
