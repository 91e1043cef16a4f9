package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Faults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/** Where Event Admin is, it is told what happens; of completions only if the configuration asks for them. */
@InContainer(with = EventAdminIT.EVENT_ADMIN)
class EventAdminIT extends NotificationTest {
    static final String EVENT_ADMIN = "org.apache.felix.eventadmin";

    private final EventLog events = new EventLog();
    private final Recorder recorder = new Recorder();
    private AsyncIo io;

    @BeforeEach
    void handleEvents() {
        ServiceRegistration<EventHandler> handler = context.registerService(
                EventHandler.class, events, properties(EventConstants.EVENT_TOPIC, "dev/penstock/aio/*"));
        endAfterwards(() -> unregister(handler));
        io = service(AsyncIo.class);
    }

    // ---- what happens

    @Test
    void aProviderThatTakesOverIsAnEventAndOneThatDoesNotIsNone() throws Exception {
        startNotification();

        register(StandIn.named("worse", nio()), -1);
        register(StandIn.named("better", nio()), 100);

        Event event = events.await("PROVIDER_SWITCHED");
        assertEquals("default", event.getProperty("instance"));
        assertEquals("ARRIVED", event.getProperty("cause"));
        assertEquals(List.of("better", "nio", "worse"), event.getProperty("providers"));
        assertEquals(0, event.getProperty("files.moved"));
        assertEquals(0, event.getProperty("files.left"));
        assertEquals(0L, event.getProperty("longest.pause.ns"));
        assertEquals(1, events.of("PROVIDER_SWITCHED").size());
    }

    /** Has providers settle at once, and an instance that no provider has left yet: no later look at files of before. */
    private void settleAtOnce() throws Exception {
        configuration(ENGINE).update(properties("swap.settle.ms", 0));
        ConfigurationFence.await(context);
        io = service(AsyncIo.class);
        startNotification();
    }

    /** Waits for the event of what happened to a provider. */
    private Event awaitSwitch(String cause, String provider) {
        List<Event> found = new ArrayList<>();
        Bounded.await(cause + " of " + provider, () -> {
            events.of("PROVIDER_SWITCHED").stream()
                    .filter(event -> cause.equals(event.getProperty("cause")))
                    .filter(event -> provider.equals(event.getProperty("provider")))
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    @Test
    void aSwitchWithOpenFilesTellsHowManyMovedAndHowManyStay() throws Exception {
        settleAtOnce();
        open(io, "f");
        open(io, "g");
        AsyncFile special = io.open(folder.resolve("special"), WRITE, CREATE, DSYNC);
        endAfterwards(special);

        ServiceRegistration<AioProvider> plain = register(new StandIn("plain", Probe.available(Set.of()), nio()), 100);

        Event came = awaitSwitch("ARRIVED", "plain");
        assertEquals(List.of("plain", "nio"), came.getProperty("providers"));
        assertEquals(2, came.getProperty("files.moved"));
        assertEquals(1, came.getProperty("files.left"));
        long pauseNs = (Long) came.getProperty("longest.pause.ns");
        assertTrue(pauseNs > 0 && pauseNs < Bounded.LIMIT.toNanos(), () -> "longest.pause.ns=" + pauseNs);
        plain.unregister();
        Event left = awaitSwitch("LEFT", "plain");
        assertEquals(List.of("nio"), left.getProperty("providers"));
        assertEquals(2, left.getProperty("files.moved"));
        assertEquals(0, left.getProperty("files.left"));
    }

    @Test
    void aProviderThatIsRankedAnewAndTakesFilesOverIsAnEvent() throws Exception {
        settleAtOnce();
        ServiceRegistration<AioProvider> second = register(StandIn.named("second", nio()), -1);
        open(io, "f");

        second.setProperties(ranking(300));

        Event ranked = awaitSwitch("RANKED", "second");
        assertEquals(List.of("second", "nio"), ranked.getProperty("providers"));
        assertEquals(1, ranked.getProperty("files.moved"));
        assertEquals(0, ranked.getProperty("files.left"));
    }

    /** A listener that never can. */
    private static final class Failing implements CompletionListener {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void completed(Completion completion) throws IOException {
            throw new IOException("call " + calls.incrementAndGet());
        }
    }

    @Test
    void aListenerThatIsSetAsideIsAnEventAndIsCalledAgainWhenItsPropertiesChange() throws Exception {
        configureNotification("failures.max", 3);
        startNotification();
        BundleContext user = user("failing");
        AsyncIo own = io(user);
        AsyncFile file = open(own, "f");
        Failing failing = new Failing();
        ServiceRegistration<CompletionListener> registration = listen(user, failing);
        listen(user, recorder);
        try (WarningLog log = new WarningLog()) {
            for (String tag : List.of("1", "2", "3")) {
                write(own, file, tag);
            }

            Event event = events.await("LISTENER_SET_ASIDE");
            assertTrue(
                    event.getProperty("listener").toString().startsWith(Failing.class.getName()),
                    () -> "listener=" + event.getProperty("listener"));
            assertEquals(name(user), event.getProperty("bundle"));
            assertEquals(3L, event.getProperty("failed"));
            assertEquals(0L, event.getProperty("overran"));
            log.await(Failing.class.getName(), name(user), "is set aside after 3 calls", "call 3");
        }
        write(own, file, "4");
        recorder.awaitTag("4");
        assertEquals(3, failing.calls.get());

        registration.setProperties(properties(CompletionListener.OPERATION, "WRITE"));
        write(own, file, "5");

        recorder.awaitTag("5");
        assertEquals(List.of("1", "2", "3", "4", "5"), recorder.tags());
        Bounded.await("the fourth call", () -> failing.calls.get() == 4);
        assertEquals(1, events.of("LISTENER_SET_ASIDE").size());
    }

    @Test
    void aFileWhoseWriteBackFailedIsAnEventThatDoesNotNameItsPath() throws Exception {
        startNotification();
        FaultingProvider provider = new FaultingProvider(StandIn.named("faulting", nio()));
        endAfterwards(provider.faults()::clear);
        register(provider, 100);
        BundleContext user = user("writer");
        AsyncFile file = open(io(user), "f");
        provider.faults().fail(Faults.kind(TransferKind.SYNC), Errno.ENOSPC, 1);

        expectFailure(Errno.ENOSPC, file.sync(SyncMode.FULL));

        Event event = events.await("FILE_POISONED");
        assertEquals("default", event.getProperty("instance"));
        assertEquals(name(user), event.getProperty("user"));
        assertEquals("ENOSPC", event.getProperty("errno"));
        assertTrue(
                event.getProperty("file") instanceof Long number && number > 0, () -> "" + event.getProperty("file"));
        assertNull(event.getProperty("path"));
    }

    // ---- completions

    @Test
    void byDefaultNoCompletionIsAnEvent() throws Exception {
        Notifications notifications = startNotification();
        listen(context, recorder);

        write(io, open(io, "f"), "a");

        recorder.awaitTag("a");
        register(StandIn.named("better", nio()), 100);
        events.await("PROVIDER_SWITCHED");
        assertEquals(List.of(), events.of("COMPLETION"));
        assertEquals(1, notifications.listeners().size(), () -> shell("aio:listeners"));
    }

    @Test
    void completionsThatTheConfigurationAsksForAreEvents() throws Exception {
        // One thread posts all, for Event Admin keeps the order of each thread's events only.
        configureNotification("threads", 1, "event.admin.completions", new String[] {
            "penstock.operation=READ", "penstock.operation=SYNC", "penstock.errno=SUCCESS"
        });
        startNotification();
        BundleContext user = user("reader");
        AsyncIo own = io(user);
        AsyncFile file = open(own, "f");

        write(own, file, "written");
        read(own, file, "read");

        Event event = events.await("COMPLETION");
        assertEquals("READ", event.getProperty("operation"));
        assertEquals("read", event.getProperty("tag"));
        assertEquals("SUCCESS", event.getProperty("errno"));
        assertEquals(folder.resolve("f").toString(), event.getProperty("path"));
        assertEquals(4L, event.getProperty("transferred"));
        assertEquals(2L, event.getProperty("sequence"));
        assertEquals("nio", event.getProperty("provider"));
    }

    @Test
    void allCompletionsAreEventsIfTheConfigurationSaysSoWhileTheServiceRuns() throws Exception {
        startNotification();

        configureNotification("event.admin.completions", new String[] {"penstock.operation=*"});
        AsyncFile file = open(io, "f");
        write(io, file, "a");
        read(io, file, "b");

        Bounded.await("two", () -> events.of("COMPLETION").size() == 2);
    }

    @Test
    void aMalformedChoiceOfCompletionsIsToldAndAllElseIsToldAllTheSame() throws Exception {
        configureNotification("event.admin.completions", new String[] {"READ"});
        try (WarningLog log = new WarningLog()) {
            startNotification();

            log.await("event.admin.completions", "READ is not name=value");
        }
        listen(context, recorder);
        register(StandIn.named("better", nio()), 1000);
        write(io, open(io, "f"), "a");

        recorder.awaitTag("a");
        Bounded.await("the switch", () -> !events.of("PROVIDER_SWITCHED").isEmpty());
        assertEquals(0, events.of("COMPLETION").size());
    }

    // ---- Event Admin comes and goes

    /**
     * Starts Event Admin, and waits until it hears what is posted: when Configuration Admin has told it that it has no
     * configuration, it begins anew in a thread of its own, and nobody is told what is posted in between.
     */
    private void startEventAdmin() throws Exception {
        bundle(EVENT_ADMIN).start();
        CountDownLatch told = new CountDownLatch(1);
        ManagedService last = configuration -> told.countDown();
        ServiceRegistration<ManagedService> registration = context.registerService(
                ManagedService.class, last, properties(Constants.SERVICE_PID, ManagedService.class.getName()));
        endAfterwards(() -> unregister(registration));
        // One after the other is told in the order in which they came.
        Bounded.await(told);
        Bounded.await(
                "Event Admin has begun anew",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(each -> each.getClass().getName().startsWith(EVENT_ADMIN + ".impl.Configuration")));
    }

    @Test
    void whetherEventAdminIsThereOrNotListenersAreTold() throws Exception {
        endAfterwards(bundle(EVENT_ADMIN)::start);
        configureNotification("event.admin.completions", new String[] {"penstock.tag=after"});
        Notifications notifications = startNotification();
        listen(context, recorder);
        AsyncFile file = open(io, "f");
        write(io, file, "before");

        bundle(EVENT_ADMIN).stop();
        register(StandIn.named("unheard", nio()), 50);
        write(io, file, "meanwhile");
        recorder.awaitTag("meanwhile");
        assertEquals(
                List.of(Recorder.class.getName()),
                notifications.listeners().stream()
                        .map(ListenerInfo::name)
                        .map(name -> name.replaceFirst(" .*", ""))
                        .toList());
        startEventAdmin();
        register(StandIn.named("heard", nio()), 100);
        write(io, file, "after");

        recorder.awaitTag("after");
        assertEquals(List.of("before", "meanwhile", "after"), recorder.tags());
        // That of the provider that came before may be told so late that it is heard.
        Bounded.await(
                "the event of the provider that came after",
                () -> events.of("PROVIDER_SWITCHED").stream()
                        .anyMatch(event -> List.of("heard", "unheard", "nio").equals(event.getProperty("providers"))));
        assertEquals("after", events.await("COMPLETION").getProperty("tag"));
    }

    @Test
    void theServiceMayComeBeforeEventAdminIsStarted() throws Exception {
        endAfterwards(bundle(EVENT_ADMIN)::start);
        bundle(EVENT_ADMIN).stop();
        ServiceReference<EventAdmin> none = context.getServiceReference(EventAdmin.class);
        assertNull(none);
        startNotification();

        startEventAdmin();
        register(StandIn.named("better", nio()), 100);

        events.await("PROVIDER_SWITCHED");
    }
}
