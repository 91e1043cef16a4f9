package dev.penstock.aio.provider.nio;

import dev.penstock.aio.tck.provider.ProviderStressTest;

/** Everything at once on this provider. */
class StressTest extends ProviderStressTest {
    StressTest() {
        super(new NioProvider());
    }
}
