package dev.penstock.aio.provider.nio;

import dev.penstock.aio.tck.provider.ProviderAllocationTest;

/** No object for a request to this provider. */
class RequestAllocationTest extends ProviderAllocationTest {
    RequestAllocationTest() {
        super(new NioProvider());
    }
}
