package dev.penstock.aio.spi;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What the {@link dev.penstock.aio.Standalone} of an engine also is: an instance that a tap can be put on. */
@ProviderType
public interface TappedInstance {
    /**
     * Puts a tap on the instance, or takes it off. The files that are open are told to it before this returns.
     *
     * @param tap the tap, or {@code null} for none
     * @throws IllegalStateException if it has another one already
     */
    void tap(@Nullable CompletionTap tap);
}
