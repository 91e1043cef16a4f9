package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Probe;
import java.util.Objects;

/**
 * A real provider whose transfers a test can hold, fail, cut short and observe. Nothing else of it is changed: name,
 * rank, capabilities and the shape of its lanes are the real ones.
 */
public final class FaultingProvider implements AioProvider {
    private final AioProvider provider;
    private final Faults faults = new Faults();

    /**
     * Puts faults in front of a provider.
     *
     * @param provider the real one
     */
    public FaultingProvider(AioProvider provider) {
        this.provider = Objects.requireNonNull(provider, "provider");
    }

    /** Returns the faults of every backend that this provider starts. */
    public Faults faults() {
        return faults;
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public int ranking() {
        return provider.ranking();
    }

    @Override
    public Probe probe() {
        return provider.probe();
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        return new FaultingBackend(provider.start(environment), faults, environment.instance());
    }
}
