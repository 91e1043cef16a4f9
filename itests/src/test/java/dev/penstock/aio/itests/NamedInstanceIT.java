package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderState;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** A factory configuration makes a further instance, with name, limits and provider of its own. */
@InContainer
class NamedInstanceIT extends ContainerTest {
    private Configuration create(Object... properties) throws IOException {
        Configuration configuration = factoryConfiguration(NAMED_INSTANCES);
        configuration.update(properties(properties));
        return configuration;
    }

    private AsyncFile open(AsyncIo io, String name) throws AioException {
        AsyncFile file = io.open(folder.resolve(name), READ, WRITE, CREATE);
        endAfterwards(file);
        return file;
    }

    private ServiceReference<AsyncIo> unfiltered() {
        return context.getServiceReference(AsyncIo.class);
    }

    @Test
    void itHasTheNameAndTheLimitsOfItsConfiguration() throws Exception {
        AsyncIo byDefault = service(AsyncIo.class);

        create("name", "journal", "max.requests", 10, "max.open.files", 1, "max.leased.bytes", 8192L);

        AsyncIo journal = instance("journal");
        assertNotSame(byDefault, journal);
        assertEquals("journal", journal.name());
        assertEquals(10, journal.limits().maxRequests());
        assertEquals(65_536, byDefault.limits().maxRequests());
        assertWorks(open(journal, "f"));
        expectErrno(Errno.EMFILE, () -> open(journal, "g"));
        expectErrno(Errno.EAGAIN, () -> journal.lease(8193));
        assertWorks(open(byDefault, "g"));
    }

    @Test
    void itMayHaveAProviderOfItsOwn() throws Exception {
        AsyncIo byDefault = service(AsyncIo.class);
        register(StandIn.named("slow", nio()), -100);

        create("name", "archive", "provider", "slow");

        AsyncIo archive = instance("archive");
        assertEquals("slow", archive.provider().name());
        assertEquals("nio", byDefault.provider().name());
        assertWorks(open(archive, "f"));
        assertTrue(shell("aio:files").contains("f provider=slow "), () -> shell("aio:files"));
        assertEquals(ProviderState.UNAVAILABLE, archive.providers().get(0).state());
        assertEquals(
                "the instance is configured for provider slow",
                archive.providers().get(0).reason());
    }

    @Test
    void itAppearsWithTheProviderItIsConfiguredFor() throws Exception {
        service(AsyncIo.class);
        create("name", "archive", "provider", "slow");
        Bounded.await("the instance", () -> shell("aio:providers").contains("instance archive"));
        assertFalse(isThere("archive"));

        register(StandIn.named("slow", nio()), -100);

        assertWorks(open(instance("archive"), "f"));
    }

    @Test
    void itGoesWithItsConfiguration() throws Exception {
        AsyncIo byDefault = service(AsyncIo.class);
        Configuration configuration = create("name", "journal");
        AsyncIo journal = instance("journal");
        AsyncFile file = open(journal, "f");

        configuration.delete();

        Bounded.await("the end of its file", () -> !file.isOpen());
        assertFalse(isThere("journal"));
        expectErrno(Errno.ENXIO, () -> open(journal, "g"));
        Bounded.await("the end of the instance", () -> !shell("aio:files").contains("journal"));
        assertWorks(open(byDefault, "g"));
    }

    @Test
    void aChangedConfigurationTakesEffect() throws Exception {
        service(AsyncIo.class);
        Configuration configuration = create("name", "journal", "max.requests", 10);
        instance("journal");

        configuration.update(properties("name", "journal", "max.requests", 20));

        Bounded.await(
                "20", () -> isThere("journal") && instance("journal").limits().maxRequests() == 20);
    }

    @ParameterizedTest
    @CsvSource({
        "other,   max.requests,     0,         max.requests=0 is not within 1 and 16777216",
        "other,   max.requests,     16777217,  max.requests=16777217 is not within 1 and 16777216",
        "other,   max.priority,     64,        max.priority=64 is not within 0 and 63",
        "other,   window,           0,         window=0 is not within 1 and 65536",
        "other,   close.timeout.ms, -1,        close.timeout.ms=-1 is not within 0 and 86400000",
        "other,   callback.threads, 257,       callback.threads=257 is not within 1 and 256",
        "default, window,           16,        name=default: an instance needs a name of its own",
        "'',      window,           16,        name=: an instance needs a name of its own"
    })
    void aBadConfigurationBringsNoServiceAndSaysWhatIsWrong(String name, String attribute, long value, String saying)
            throws Exception {
        service(AsyncIo.class);
        Components components = new Components(service(ServiceComponentRuntime.class), bundle(ENGINE));

        create("name", name, attribute, value);

        Bounded.await(
                saying + " in " + components.failures(NAMED_INSTANCES),
                () -> components.hasFailed(NAMED_INSTANCES, saying));
        assertFalse(isThere("other"));
        assertEquals(1, context.getServiceReferences(AsyncIo.class, null).size());
    }

    // ---- the notification service

    /** Knows nothing but which files were opened. */
    private record Openings(List<String> names) implements CompletionTap, FileTap {
        @Override
        public FileTap opened(TappedFile file) {
            names.add(file.instance() + " " + file.path().getFileName());
            return this;
        }

        @Override
        public void switched(ProviderSwitch what) {}

        @Override
        public boolean isWanted(TransferKind kind) {
            return false;
        }

        @Override
        public boolean ended(EndedRequest request) {
            return false;
        }

        @Override
        public void tell() {}

        @Override
        public void closed() {}

        @Override
        public void poisoned(Errno errno) {}
    }

    @Test
    void whoUsesItInTheMomentItAppearsIsTold() throws Exception {
        service(AsyncIo.class);
        Openings openings = new Openings(new CopyOnWriteArrayList<>());
        ServiceRegistration<CompletionTap> tap =
                context.registerService(CompletionTap.class, openings, ranking(Integer.MAX_VALUE));
        endAfterwards(() -> unregister(tap));
        ServiceListener atOnce = event -> {
            if (event.getType() == ServiceEvent.REGISTERED
                    && context.getService(event.getServiceReference()) instanceof AsyncIo io) {
                openAndClose(io, "at-once");
            }
        };
        context.addServiceListener(atOnce, "(" + AsyncIo.INSTANCE + "=journal)");
        endAfterwards(() -> context.removeServiceListener(atOnce));

        create("name", "journal");
        // It is found before the event of it is told.
        ConfigurationFence.await(context);
        openAndClose(instance("journal"), "later");

        assertEquals(List.of("journal at-once", "journal later"), openings.names());
    }

    private void openAndClose(AsyncIo io, String name) {
        try {
            io.open(folder.resolve(name), READ, WRITE, CREATE).close();
        } catch (AioException e) {
            throw new AssertionError(name, e);
        }
    }

    // ---- an unfiltered reference

    @Test
    void anUnfilteredReferenceFindsTheDefaultInstance() throws Exception {
        service(AsyncIo.class);

        create("name", "journal");
        instance("journal");

        assertEquals("default", unfiltered().getProperty(AsyncIo.INSTANCE));
        assertEquals("default", context.getService(unfiltered()).name());
    }

    @Test
    void alsoIfTheNamedOneWasConfiguredBeforeTheEngineCame() throws Exception {
        bundle(ENGINE).stop();
        create("name", "journal");
        try (UnfilteredLookups lookups = new UnfilteredLookups(context)) {
            bundle(ENGINE).start();
            instance("journal");

            assertEquals(Set.of("default"), new HashSet<>(lookups.found()));
        }
    }

    @Test
    void alsoWhileTheDefaultInstanceIsAway() throws Exception {
        service(AsyncIo.class);
        create("name", "journal");
        instance("journal");
        try (UnfilteredLookups lookups = new UnfilteredLookups(context)) {
            bundle(ENGINE).stop();
            bundle(ENGINE).start();
            instance("journal");
            Configuration configuration = configuration(ENGINE);
            configuration.update(properties("provider", "unknown"));
            Bounded.await("the default instance to be away", () -> !isThere("default"));
            Bounded.await("the named one to follow it", () -> !isThere("journal"));
            configuration.delete();
            instance("journal");

            assertEquals(Set.of("default", UnfilteredLookups.NONE), new HashSet<>(lookups.found()));
        }
    }

    @Test
    @SuppressWarnings("unchecked") // That is what the follower's component is.
    void aDynamicReferenceOfAComponentNeverBindsToIt() throws Exception {
        service(AsyncIo.class);
        create("name", "journal");
        instance("journal");
        start("follower", TestBundle.of("follower", "dev.penstock.aio.itests.follower", ""));
        Supplier<List<String>> follower = service(Supplier.class);
        assertEquals(List.of("default"), follower.get());

        bundle(ENGINE).stop();
        bundle(ENGINE).start();
        instance("journal");
        configuration(ENGINE).update(properties("window", 16));
        ConfigurationFence.await(context);
        instance("journal");

        assertEquals(List.of("default", "default", "default"), follower.get());
    }

    @Test
    void noConfigurationLiftsItAboveTheDefaultInstance() throws Exception {
        service(AsyncIo.class);

        create("name", "journal", Constants.SERVICE_RANKING, 1000);
        instance("journal");

        assertEquals("default", unfiltered().getProperty(AsyncIo.INSTANCE));
    }
}
