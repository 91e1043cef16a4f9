package dev.penstock.aio.tck;

import java.util.Map;

/**
 * Starts what the tests test. Found by {@link java.util.ServiceLoader}, or given to
 * {@link Tck#use(UnderTestFactory)} where there is no service loading, as in a framework.
 */
public interface UnderTestFactory {
    /** Returns the name of the provider that moves the bytes, as the report shows it. */
    String providerName();

    /**
     * Starts an instance of its own with a {@link FaultingProvider} as its only provider.
     *
     * @param engineConfiguration attributes of the engine; those not given have their defaults
     * @return the running instance, closed by the caller
     */
    UnderTest start(Map<String, ?> engineConfiguration);
}
