package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.spi.AioProvider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/** With a mediator of ServiceLoader in the framework, each provider is registered once all the same. */
@InContainer
class SpiFlyIT extends NativeTest {
    @Test
    void eachProviderIsRegisteredOnce() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        for (String name : List.of(
                "org.objectweb.asm",
                "org.objectweb.asm.tree",
                "org.objectweb.asm.tree.analysis",
                "org.objectweb.asm.commons",
                "org.objectweb.asm.util",
                "org.apache.aries.spifly.dynamic.bundle")) {
            startBundle(name);
        }
        bundle(NIO).stop();
        bundle(NIO).start();
        Bundle nativeBundle = install();
        nativeBundle.start();
        providerOf(nativeBundle);
        Bundle uringBundle = install(URING);
        uringBundle.start();
        providerOf(uringBundle);
        nio();

        assertEquals(3, context.getServiceReferences(AioProvider.class, null).size());
        assertEquals(
                List.of("native", "nio", "uring"),
                io.providers().stream().map(ProviderInfo::name).sorted().toList());
    }

    private void startBundle(String name) throws Exception {
        Bundle bundle = context.installBundle(BundleFiles.of(name).toURI().toString());
        endAfterwards(bundle::uninstall);
        bundle.start();
    }
}
