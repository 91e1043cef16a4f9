package dev.penstock.aio.itests;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Probe;

/**
 * A provider with a name and a probe of the test's own, which moves bytes with another one.
 *
 * @param name its name
 * @param probe its answer to every probe
 * @param mover what it starts
 */
record StandIn(String name, Probe probe, AioProvider mover) implements AioProvider {
    /** Returns a provider that can what another one can, under a name of its own. */
    static StandIn named(String name, AioProvider mover) {
        return new StandIn(name, mover.probe(), mover);
    }

    /** Returns a provider that cannot serve. */
    static StandIn unavailable(String name, String reason, String remedy) {
        return new StandIn(name, Probe.unavailable(reason, remedy), null);
    }

    /** Only asked in plain Java. */
    @Override
    public int ranking() {
        return 0;
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        return mover.start(environment);
    }
}
