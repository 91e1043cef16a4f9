package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.provider.ProviderStressTest;
import org.junit.jupiter.api.AfterEach;

/** Everything at once on this provider, with no more threads of glibc than were asked for. */
class StressTest extends ProviderStressTest {
    StressTest() {
        super(new PosixProvider());
    }

    @AfterEach
    void thereAreNoMoreWorkersThanAskedFor() {
        assertThat(ForeignThreads.ids()).hasSizeLessThanOrEqualTo(HeldWorkers.THREADS);
    }
}
