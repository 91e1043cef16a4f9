package dev.penstock.aio;

import org.osgi.annotation.versioning.ProviderType;

/** How many requests of a file a {@link AsyncFile#cancelAll()} found in which state. Immutable. */
@ProviderType
public interface CancelReport {
    /** {@return the answer that {@code aio_cancel} would have given for the whole file} */
    CancelResult result();

    /** {@return how many requests were canceled} */
    int canceled();

    /** {@return how many were running, or past recall, and go on} */
    int running();

    /** {@return how many ended by themselves while the cancel was at work} */
    int done();
}
