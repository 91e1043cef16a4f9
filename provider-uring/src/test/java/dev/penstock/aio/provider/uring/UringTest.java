package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.provider.ProviderTest;

/** The engine above this provider alone. */
abstract class UringTest extends ProviderTest {
    UringTest() {
        super(new UringProvider());
    }
}
