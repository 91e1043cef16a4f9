package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.provider.ProviderStressTest;

/** Everything at once on this provider. */
class StressTest extends ProviderStressTest {
    StressTest() {
        super(new UringProvider());
    }
}
