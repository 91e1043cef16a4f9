package dev.penstock.aio.itests;

import dev.penstock.aio.spi.AioProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeService;

/**
 * What operations staff do to providers, one thing after the other. At first each is the best once, so that files are with
 * each however short the time is; then each thing is done to one that is drawn.
 */
final class ProviderChanges implements AutoCloseable {
    /** What is done. */
    enum What {
        /** A provider is stopped and started. */
        RESTART,
        /** A provider is ranked above all others. */
        RANK,
        /** An attribute of a provider's configuration gets another value. */
        CONFIGURE,
        /** A provider's bundle is updated from where it was installed. */
        UPDATE,
        /** All providers are stopped before the first of them is started again. */
        RESTART_ALL
    }

    private static final What[] WHATS = What.values();
    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A provider that things can be done to. */
    private interface Subject {
        void stop() throws BundleException;

        void start() throws BundleException;

        void rank(int ranking) throws IOException;

        void end() throws BundleException;
    }

    private final BundleContext context;
    private final Random random;
    private final List<Subject> all = new ArrayList<>();
    private final List<InBundle> inBundles = new ArrayList<>();
    private final Map<What, Integer> counts = new EnumMap<>(What.class);
    private int steps;
    private int highest = 1_000;
    private long nextNs = System.nanoTime();

    ProviderChanges(BundleContext context, long seed) {
        this.context = context;
        this.random = new Random(seed);
    }

    /** Things are done to the provider of a bundle. */
    void add(Bundle bundle, MetaTypeService metatype, Configurations configurations) throws IOException {
        InBundle subject = new InBundle(bundle, metatype, configurations);
        all.add(subject);
        inBundles.add(subject);
    }

    /** Registers a provider without a bundle of its own, to which things are done. */
    void add(AioProvider provider) {
        ByHand subject = new ByHand(provider);
        subject.start();
        all.add(subject);
    }

    /** Where configurations come from. */
    @FunctionalInterface
    interface Configurations {
        Configuration get(String pid) throws IOException;
    }

    /** Does the next thing when it is time for it. */
    void step() throws BundleException, IOException {
        int step = steps++;
        What what = step < all.size() ? What.RANK : WHATS[step % WHATS.length];
        switch (what) {
            case RESTART -> {
                Subject subject = any(all);
                subject.stop();
                subject.start();
            }
            case RANK -> (step < all.size() ? all.get(step) : any(all)).rank(++highest);
            case CONFIGURE -> any(inBundles).configure();
            case UPDATE -> any(inBundles).bundle.update();
            case RESTART_ALL -> {
                for (Subject subject : all) {
                    subject.stop();
                }
                for (Subject subject : all) {
                    subject.start();
                }
            }
        }
        ConfigurationFence.await(context);
        counts.merge(what, 1, Integer::sum);
        nextNs = Math.max(nextNs + PACE_NS, System.nanoTime());
        while (System.nanoTime() - nextNs < 0) {
            LockSupport.parkNanos(this, nextNs - System.nanoTime());
        }
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Every provider is started, but those that were registered here are gone. */
    @Override
    public void close() throws BundleException {
        for (Subject subject : all) {
            subject.end();
        }
    }

    /** Returns how often each thing was done. */
    Map<What, Integer> counts() {
        return counts;
    }

    private static final class InBundle implements Subject {
        private final Bundle bundle;
        private final Configuration configuration;
        private final AttributeDefinition attribute;
        private final Map<String, Object> properties = new HashMap<>();

        InBundle(Bundle bundle, MetaTypeService metatype, Configurations configurations) throws IOException {
            String[] pids = metatype.getMetaTypeInformation(bundle).getPids();
            this.bundle = bundle;
            this.configuration = configurations.get(pids[0]);
            this.attribute = new Metatype(metatype)
                    .attributes(bundle, pids[0]).values().stream()
                            .filter(Metatype::isNumber)
                            .findFirst()
                            .orElseThrow();
        }

        @Override
        public void stop() throws BundleException {
            bundle.stop();
        }

        @Override
        public void start() throws BundleException {
            bundle.start();
        }

        @Override
        public void rank(int ranking) throws IOException {
            properties.put(Constants.SERVICE_RANKING, ranking);
            configuration.update(ContainerTest.properties(properties));
        }

        @Override
        public void end() throws BundleException {
            bundle.start();
        }

        /** The default, and the number above it in turn. */
        void configure() throws IOException {
            String id = attribute.getID();
            int byDefault = Integer.parseInt(attribute.getDefaultValue()[0]);
            properties.merge(id, byDefault + 1, (old, other) -> old.equals(other) ? byDefault : other);
            configuration.update(ContainerTest.properties(properties));
        }
    }

    private final class ByHand implements Subject {
        private final AioProvider provider;
        private ServiceRegistration<AioProvider> registration;
        private int ranking;

        ByHand(AioProvider provider) {
            this.provider = provider;
        }

        @Override
        public void stop() {
            registration.unregister();
        }

        @Override
        public void start() {
            registration = context.registerService(AioProvider.class, provider, ContainerTest.ranking(ranking));
        }

        @Override
        public void end() {
            ContainerTest.unregister(registration);
        }

        @Override
        public void rank(int newRanking) {
            ranking = newRanking;
            registration.setProperties(ContainerTest.ranking(newRanking));
        }
    }
}
