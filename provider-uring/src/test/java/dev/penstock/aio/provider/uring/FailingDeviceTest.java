package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.provider.ProviderDeviceTest;

/** Devices that fail below this provider. */
class FailingDeviceTest extends ProviderDeviceTest {
    FailingDeviceTest() {
        super(new UringProvider());
    }
}
