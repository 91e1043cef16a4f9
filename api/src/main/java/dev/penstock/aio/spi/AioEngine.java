package dev.penstock.aio.spi;

import dev.penstock.aio.Standalone;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts the engine in plain Java; found by {@link java.util.ServiceLoader}. In a container the engine is a component
 * and this is not used.
 */
@ProviderType
public interface AioEngine {
    /**
     * Starts an instance with the providers that {@link java.util.ServiceLoader} finds.
     *
     * @param configuration attributes of the engine; unknown ones are refused
     * @return the running instance
     * @throws IllegalArgumentException if an attribute is unknown or out of its bounds
     */
    Standalone start(Map<String, ?> configuration);

    /**
     * Starts an instance with these providers only, for tests and for programs that make their own choice.
     *
     * @param configuration attributes of the engine
     * @param providers what to choose from, by {@link AioProvider#ranking()}
     * @return the running instance
     * @throws IllegalArgumentException if an attribute is unknown or out of its bounds
     */
    Standalone start(Map<String, ?> configuration, List<? extends AioProvider> providers);
}
