package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.provider.ProviderErrnoTest;

/** Each errno is of its own call, with this provider. */
class ErrnoTest extends ProviderErrnoTest {
    ErrnoTest() {
        super(new UringProvider());
    }
}
