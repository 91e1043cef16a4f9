package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import java.io.IOException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/** Makes loops. */
public final class Loops {
    /** Threads of the JDK's pool: as many as provider nio has by default. */
    public static final int JDK_THREADS = 16;

    private Loops() {}

    /**
     * Starts an engine with one provider only.
     *
     * @param provider its name, as {@code nio}
     * @param configuration of the engine
     * @throws IOException if there is no such provider, or it cannot serve here
     */
    public static Standalone engine(String provider, Map<String, ?> configuration) throws IOException {
        Standalone io = engine(provider(provider), configuration);
        for (ProviderInfo info : io.providers()) {
            if (info.state() != ProviderState.ACTIVE) {
                io.close();
                throw new IOException(provider + " is unavailable: " + info.reason() + "; " + info.remedy());
            }
        }
        return io;
    }

    /**
     * {@return a provider by its name, as {@code nio}}
     *
     * @throws IOException if there is no such provider
     */
    public static AioProvider provider(String name) throws IOException {
        return providers()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no provider " + name + " on the class path"));
    }

    /** {@return the names of the providers there are, whether they can serve or not} */
    public static List<String> providerNames() {
        return providers().map(AioProvider::name).toList();
    }

    private static Stream<AioProvider> providers() {
        return ServiceLoader.load(AioProvider.class).stream().map(ServiceLoader.Provider::get);
    }

    /** Starts an engine with this provider only. */
    public static Standalone engine(AioProvider provider, Map<String, ?> configuration) {
        return ServiceLoader.load(AioEngine.class).findFirst().orElseThrow().start(configuration, List.of(provider));
    }

    /**
     * Opens the file for a work of an engine that one thread does.
     *
     * @param io stays the caller's; the file goes with the loop
     * @param fileBytes how far blocks reach
     */
    public static Loop of(AsyncIo io, Path path, Work work, long fileBytes) throws Exception {
        return new SoleLoop(new EngineClient(io, () -> {}, path, work, fileBytes));
    }

    /** {@return how an engine opens the file of a work} */
    static Set<OpenOption> options(Work work) {
        Set<OpenOption> options = new HashSet<>();
        if (!work.isWrite()) {
            options.add(StandardOpenOption.READ);
        }
        if (!work.isRead()) {
            options.add(StandardOpenOption.WRITE);
        }
        if (work.direct()) {
            options.add(FileOption.DIRECT);
        }
        return options;
    }

    /** Opens the file for a work of the JDK's AsynchronousFileChannel that one thread does. */
    public static Loop ofJdk(Path path, Work work, long fileBytes) throws Exception {
        return new SoleLoop(new JdkClient(path, work, fileBytes, JDK_THREADS, false));
    }
}
