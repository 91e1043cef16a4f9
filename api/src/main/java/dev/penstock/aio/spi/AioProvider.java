package dev.penstock.aio.spi;

import dev.penstock.aio.AioException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way of moving bytes. Registered always, usable or not: as an OSGi service with {@code service.ranking}, and in
 * {@code META-INF/services} for plain Java. Its constructor must touch nothing native; whether it can serve is found
 * by {@link #probe()}.
 */
@ConsumerType
public interface AioProvider {
    /** {@return a short, fixed name, such as {@code nio}: what users and operators know the provider by} */
    String name();

    /** {@return the rank in plain Java; in a container {@code service.ranking} takes its place} */
    int ranking();

    /**
     * Finds out by a live self-test (a real write, read and sync) whether the provider can serve here. May block and
     * may be called again; must not throw.
     *
     * @return the answer
     */
    Probe probe();

    /**
     * Starts a backend. Called only after a probe that said available; each instance of the engine has its own.
     *
     * @param environment what the engine offers the backend
     * @return the running backend, closed by the engine
     * @throws AioException if it cannot be started after all
     */
    Backend start(BackendEnvironment environment) throws AioException;
}
