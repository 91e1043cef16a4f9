package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.TappedInstance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;

/** Starts the engine that {@link ServiceLoader} finds, in plain Java, above one provider. */
public final class PlainFactory implements UnderTestFactory {
    private final AioProvider provider;

    /**
     * Makes a factory for a provider.
     *
     * @param provider the one to test
     */
    public PlainFactory(AioProvider provider) {
        this.provider = new ProbedOnce(Objects.requireNonNull(provider, "provider"));
    }

    @Override
    public String providerName() {
        return provider.name();
    }

    @Override
    public UnderTest start(Map<String, ?> engineConfiguration) {
        AioEngine engine = ServiceLoader.load(AioEngine.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no engine on the class or module path"));
        FaultingProvider faulting = new FaultingProvider(provider);
        return new Plain(engine.start(engineConfiguration, List.of(faulting)), faulting.faults());
    }

    /** The provider with its answer to the first probe: a self-test syncs, and takes longer than most tests. */
    private static final class ProbedOnce implements AioProvider {
        private final AioProvider provider;
        private Probe answer;

        ProbedOnce(AioProvider provider) {
            this.provider = provider;
        }

        @Override
        public String name() {
            return provider.name();
        }

        @Override
        public int ranking() {
            return provider.ranking();
        }

        @Override
        public synchronized Probe probe() {
            if (answer == null) {
                answer = provider.probe();
            }
            return answer;
        }

        @Override
        public Backend start(BackendEnvironment environment) throws AioException {
            return provider.start(environment);
        }
    }

    private record Plain(Standalone instance, Faults faults) implements UnderTest {
        @Override
        public AsyncIo io() {
            return instance;
        }

        @Override
        public void tap(CompletionTap tap) {
            ((TappedInstance) instance).tap(tap);
        }

        @Override
        public void untap(CompletionTap tap) {
            ((TappedInstance) instance).tap(null);
        }

        @Override
        public void close() {
            faults.clear();
            instance.close();
        }
    }
}
