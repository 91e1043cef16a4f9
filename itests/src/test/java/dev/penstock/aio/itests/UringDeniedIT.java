package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.InContainer;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/** Native access is denied to this process: the uring provider says which flag is missing, and nio serves. */
@InContainer
class UringDeniedIT extends NativeTest {
    @Test
    void itSaysWhichFlagIsMissingAndTheOtherServes() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        openWith(io, "nio", "before");
        rank(URING, 1_000);
        Bundle bundle = install(URING);

        bundle.start();

        ProviderInfo info = awaitListed(io, "uring", ProviderState.UNAVAILABLE);
        assertEquals(Bundle.ACTIVE, bundle.getState());
        assertTrue(info.reason().contains("native access is denied"), info::reason);
        assertTrue(info.remedy().contains("--enable-native-access=ALL-UNNAMED"), info::remedy);
        openWith(io, "nio", "after");
        assertTrue(shell("aio:providers").contains("--enable-native-access=ALL-UNNAMED"));
    }
}
