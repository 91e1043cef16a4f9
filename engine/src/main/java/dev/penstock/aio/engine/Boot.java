package dev.penstock.aio.engine;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Starts the engine in plain Java. */
public final class Boot implements AioEngine {
    /** For {@link ServiceLoader}. */
    public Boot() {}

    @Override
    public Standalone start(Map<String, ?> configuration) {
        return start(configuration, providers());
    }

    @Override
    public Standalone start(Map<String, ?> configuration, List<? extends AioProvider> providers) {
        Engine engine = new Engine(Config.of(configuration));
        engine.addAll(providers);
        return engine.program();
    }

    /** Finds what can be loaded; a provider built for a newer Java than this one is passed over. */
    private static List<AioProvider> providers() {
        List<AioProvider> found = new ArrayList<>();
        Iterator<AioProvider> providers = ServiceLoader.load(AioProvider.class, Boot.class.getClassLoader())
                .iterator();
        for (; ; ) {
            try {
                if (!providers.hasNext()) {
                    return found;
                }
                found.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                // As it should be: a native provider beside nio, on a Java that is too old for it.
                System.getLogger("dev.penstock.aio")
                        .log(System.Logger.Level.DEBUG, "a provider cannot be loaded here: " + e);
            }
        }
    }
}
