package dev.penstock.aio.spi;

import org.osgi.annotation.versioning.ProviderType;

/** What the engine offers a backend. */
@ProviderType
public interface BackendEnvironment {
    /** {@return the name of the instance, for names of threads} */
    String instance();

    /**
     * Reports that the backend can no longer work. The engine opens no more files with it, moves those that are open to
     * other providers, and may close the backend when the last has gone. May be called from any
     * thread, more than once.
     *
     * @param reason a short fact for the operator
     */
    void broken(String reason);
}
