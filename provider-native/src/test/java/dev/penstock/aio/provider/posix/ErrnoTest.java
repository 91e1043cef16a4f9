package dev.penstock.aio.provider.posix;

import dev.penstock.aio.tck.provider.ProviderErrnoTest;

/** Each errno is of its own call, with this provider. */
class ErrnoTest extends ProviderErrnoTest {
    ErrnoTest() {
        super(new PosixProvider());
    }
}
