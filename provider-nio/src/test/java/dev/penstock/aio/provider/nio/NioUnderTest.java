package dev.penstock.aio.provider.nio;

import dev.penstock.aio.tck.PlainFactory;
import dev.penstock.aio.tck.UnderTest;
import dev.penstock.aio.tck.UnderTestFactory;
import java.util.Map;

/** Names this provider to the TCK, whose tests run here beside the provider's own. */
public final class NioUnderTest implements UnderTestFactory {
    private final UnderTestFactory plain = new PlainFactory(new NioProvider());

    @Override
    public String providerName() {
        return plain.providerName();
    }

    @Override
    public UnderTest start(Map<String, ?> engineConfiguration) {
        return plain.start(engineConfiguration);
    }
}
