package dev.penstock.aio;

import org.osgi.annotation.versioning.ProviderType;

/**
 * An {@link AsyncIo} outside a container, together with the duty to close it.
 *
 * <p>Obtained by {@link AsyncIo#load()}; {@link #close()} ends it for all its users.
 */
@ProviderType
public interface Standalone extends AsyncIo, AutoCloseable {
    /**
     * Refuses new requests with ENXIO, lets the running ones end within the configured time, ends the queued ones
     * with ECANCELED, closes every file and stops every thread. A second call has no effect.
     */
    @Override
    void close();
}
