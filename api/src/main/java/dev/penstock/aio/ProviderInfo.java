package dev.penstock.aio;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** What an {@link AsyncIo} instance knows of a provider at one moment. Immutable. */
@ProviderType
public interface ProviderInfo {
    /** {@return the provider's short name, such as {@code nio}} */
    String name();

    /** {@return its rank; the available provider with the highest one is active} */
    int ranking();

    /** {@return what it is to this instance} */
    ProviderState state();

    /** {@return the names of what it can do beyond plain reads, writes and syncs, such as {@code DIRECT}} */
    Set<String> capabilities();

    /** {@return why it is {@linkplain ProviderState#UNAVAILABLE unavailable}, else an empty text} */
    String reason();

    /** {@return what would make it available, such as a launcher flag, else an empty text} */
    String remedy();
}
