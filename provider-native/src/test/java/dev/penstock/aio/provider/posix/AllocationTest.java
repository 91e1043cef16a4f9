package dev.penstock.aio.provider.posix;

import dev.penstock.aio.tck.provider.ProviderAllocationTest;

/** No object for a request to this provider. */
class AllocationTest extends ProviderAllocationTest {
    AllocationTest() {
        super(new PosixProvider());
    }
}
