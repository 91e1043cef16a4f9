package dev.penstock.aio;

import org.osgi.annotation.versioning.ProviderType;

/** The bounds of an {@link AsyncIo} instance, as configured; the same whatever provider is at work. Immutable. */
@ProviderType
public interface Limits {
    /** Returns how many requests of all users together may be pending, 1 or more ({@code AIO_MAX}). */
    int maxRequests();

    /** Returns how many of them one user (in a container, one bundle) may have pending, 1 or more. */
    int maxRequestsPerConsumer();

    /** Returns how many entries a list may have, 1 or more ({@code AIO_LISTIO_MAX}). */
    int maxListEntries();

    /** Returns the largest {@link ControlBlock#priority(int)}, 0 or more ({@code AIO_PRIO_DELTA_MAX}). */
    int maxPriority();

    /** Returns how many bytes one user may have leased, counted as rounded up by the allocator. */
    long maxLeasedBytes();

    /** Returns how many files one user may have open. */
    int maxOpenFiles();
}
