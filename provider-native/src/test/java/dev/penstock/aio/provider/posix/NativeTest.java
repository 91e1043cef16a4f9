package dev.penstock.aio.provider.posix;

import dev.penstock.aio.tck.provider.ProviderTest;

/** The engine above this provider alone. */
abstract class NativeTest extends ProviderTest {
    NativeTest() {
        super(new PosixProvider());
    }

    /** The provider with some transfers and descriptors of a lane. */
    static PosixProvider provider(int window, int descriptors) {
        return new PosixProvider(new PosixSettings(
                window, descriptors, descriptors, PosixSettings.SPARE_DESCRIPTORS, PosixSettings.POLL_US));
    }
}
