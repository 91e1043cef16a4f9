package dev.penstock.aio.spi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A change among the providers of an instance, and what became of the open files because of it. Immutable; told when the
 * last of them has moved, or stays.
 */
@ProviderType
public interface ProviderSwitch {
    /** Why files move. */
    enum Cause {
        /** A provider came. */
        ARRIVED,
        /** A provider was stopped, updated or reconfigured. */
        LEFT,
        /** A provider's ranking changed. */
        RANKED,
        /** A provider said that it can no longer work, or could not be started. */
        BROKEN
    }

    /** {@return the name of the instance} */
    String instance();

    /** {@return what happened} */
    Cause cause();

    /** {@return the name of the provider that it happened to} */
    String provider();

    /** {@return the names of the providers that can be used, best first; none if there is none any more} */
    List<String> providers();

    /** {@return how many files moved to another provider} */
    int filesMoved();

    /** {@return how many files could not move; those whose provider has left end their requests with an error} */
    int filesLeft();

    /** {@return for how long the transfers of a file were held at the longest, in nanoseconds; 0 if no file moved} */
    long longestPauseNs();
}
