package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.provider.ProviderAllocationTest;

/** No object for a request to this provider. */
class AllocationTest extends ProviderAllocationTest {
    AllocationTest() {
        super(new UringProvider());
    }
}
