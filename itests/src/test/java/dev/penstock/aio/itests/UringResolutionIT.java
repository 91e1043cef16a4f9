package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.InContainer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** The bundle of the uring provider needs Java 22; without it, it is left out, and nothing else notices. */
@InContainer
class UringResolutionIT extends NativeTest {
    private static final int NEEDED = 22;

    @Test
    void itServesWhereJavaIsNewEnoughAndStaysUnresolvedElsewhere() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        Bundle bundle = install(URING);

        if (Runtime.version().feature() >= NEEDED) {
            bundle.start();
            assertEquals(Bundle.ACTIVE, bundle.getState());
            rank(URING, 1_000);
            awaitListed(io, "uring", ProviderState.ACTIVE);
            openWith(io, "uring", "f");
        } else {
            BundleException refusal = assertThrows(BundleException.class, bundle::start);
            assertEquals(BundleException.RESOLVE_ERROR, refusal.getType());
            assertTrue(refusal.getMessage().contains("osgi.ee"), refusal::getMessage);
            assertEquals(Bundle.INSTALLED, bundle.getState());
            assertEquals(
                    List.of("nio"),
                    io.providers().stream().map(ProviderInfo::name).toList());
            openWith(io, "nio", "f");
        }
    }
}
