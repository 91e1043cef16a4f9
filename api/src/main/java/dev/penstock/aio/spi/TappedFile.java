package dev.penstock.aio.spi;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** An open file, as a {@link CompletionTap} sees it. */
@ProviderType
public interface TappedFile {
    /** The owner of what the program opened, outside a container. */
    long PROGRAM = -1;

    /** {@return the name of the instance} */
    String instance();

    /** {@return its number among all that the instance ever opened, 1 or more} */
    long number();

    /** {@return its path as given} */
    Path path();

    /** {@return the id of the bundle that opened it, or {@link #PROGRAM}} */
    long owner();

    /** {@return the name of who opened it, for operators} */
    String ownerName();
}
