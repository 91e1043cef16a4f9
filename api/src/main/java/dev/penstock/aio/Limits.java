package dev.penstock.aio;

import org.osgi.annotation.versioning.ProviderType;

/** The bounds of an {@link AsyncIo} instance, as configured; the same whatever provider is at work. Immutable. */
@ProviderType
public interface Limits {
    /** {@return how many requests of all users together may be pending, 1 or more ({@code AIO_MAX})} */
    int maxRequests();

    /**
     * {@return how many of them one user (in a container, one bundle) may have pending, 1 or more} As many callbacks
     * and dependent stages of his may be due and not have run; until they do, requests with a callback, and those of
     * {@link AsyncFile}, are refused with EAGAIN.
     */
    int maxRequestsPerConsumer();

    /** {@return how many entries a list may have, 1 or more ({@code AIO_LISTIO_MAX})} */
    int maxListEntries();

    /** {@return the largest {@link ControlBlock#priority(int)}, 0 or more ({@code AIO_PRIO_DELTA_MAX})} */
    int maxPriority();

    /** {@return how many bytes one user may have leased, counted as rounded up by the allocator, 0 or more} */
    long maxLeasedBytes();

    /** {@return how many files one user may have open, 1 or more} */
    int maxOpenFiles();
}
