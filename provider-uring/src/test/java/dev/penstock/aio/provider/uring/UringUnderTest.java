package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.PlainFactory;
import dev.penstock.aio.tck.UnderTest;
import dev.penstock.aio.tck.UnderTestFactory;
import java.util.Map;

/** The provider as the TCK tests it. */
public final class UringUnderTest implements UnderTestFactory {
    private final UnderTestFactory plain = new PlainFactory(new UringProvider());

    @Override
    public String providerName() {
        return plain.providerName();
    }

    @Override
    public UnderTest start(Map<String, ?> engineConfiguration) {
        return plain.start(engineConfiguration);
    }
}
