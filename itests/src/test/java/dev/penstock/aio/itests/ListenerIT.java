package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.Completion.Operation;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceRegistration;

/** A listener is a service whose properties are its filter; it is told of what its own bundle does. */
@InContainer
class ListenerIT extends NotificationTest {
    private static final String LISTENER = Recorder.class.getName();

    private final Recorder recorder = new Recorder();
    private AsyncIo io;

    @BeforeEach
    void getTheService() {
        io = service(AsyncIo.class);
    }

    /** Waits until something that is told by an instance ends up at the recorder, after all that came before. */
    private List<Completion> toldUntilNow(AsyncFile file) throws Exception {
        write(io, file, "fence");
        recorder.awaitTag("fence");
        return recorder.told().subList(0, recorder.tags().indexOf("fence"));
    }

    // ---- who is told of what

    @Test
    void aListenerThatWasThereBeforeTheServiceAndOneThatCameAfterItAreToldTheSame() throws Exception {
        Recorder later = new Recorder();
        listen(context, recorder);
        startNotification();
        listen(context, later);
        AsyncFile file = open(io, "f");

        write(io, file, "a");
        read(io, file, "b");

        recorder.awaitCount(2);
        later.awaitCount(2);
        assertEquals(List.of("a", "b"), recorder.tags());
        assertEquals(recorder.told(), later.told());
    }

    /** Whoever sees it, in another thread perhaps, may rely on their being told. */
    @Test
    void listenersThatWereThereBeforeAreBoundWhenTheServiceIsSeen() throws Exception {
        listen(context, recorder);
        List<Integer> bound = new CopyOnWriteArrayList<>();
        ServiceListener atOnce = event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                bound.add(service(Notifications.class).listeners().size());
            }
        };
        context.addServiceListener(atOnce, "(objectClass=" + Notifications.class.getName() + ")");
        endAfterwards(() -> context.removeServiceListener(atOnce));

        startNotification();

        assertEquals(List.of(1), bound);
    }

    @Test
    void aCompletionSaysWhatEndedAndHow() throws Exception {
        startNotification();
        listen(context, recorder);
        AsyncFile file = open(io, "f");

        write(io, file, "a");

        recorder.awaitCount(1);
        Completion told = recorder.told().get(0);
        assertEquals(Operation.WRITE, told.operation());
        assertEquals("default", told.instance());
        assertEquals(folder.resolve("f"), told.path());
        assertEquals(1, told.sequence());
        assertEquals(4, told.requested());
        assertEquals(4, told.transferred());
        assertEquals(Errno.SUCCESS, told.errno());
        assertEquals("nio", told.provider());
    }

    @Test
    void aFileThatWasOpenBeforeTheServiceCameIsToldOf() throws Exception {
        AsyncFile file = open(io, "f");
        startNotification();
        listen(context, recorder);

        write(io, file, "a");

        recorder.awaitTag("a");
    }

    @Test
    void byDefaultOnlyRequestsThatAskForItAreToldOf() throws Exception {
        startNotification();
        listen(context, recorder);
        AsyncFile file = open(io, "f");

        answer(file.write(ByteBuffer.allocate(4), 0));

        assertEquals(List.of(), toldUntilNow(file));
    }

    @Test
    void anInstanceThatIsConfiguredToPublishesAll() throws Exception {
        configuration(ENGINE).update(properties("publish.all", true));
        ConfigurationFence.await(context);
        Recorder later = new Recorder();
        listen(context, recorder);
        startNotification();
        listen(context, later);
        io = service(AsyncIo.class);
        AsyncFile file = open(io, "f");

        answer(file.write(ByteBuffer.allocate(4), 0));
        answer(file.sync(SyncMode.DATA));
        answer(file.size());

        recorder.awaitCount(3);
        later.awaitCount(3);
        assertEquals(
                List.of(Operation.WRITE, Operation.DATA_SYNC, Operation.SIZE),
                recorder.told().stream().map(Completion::operation).toList());
        assertEquals(recorder.told(), later.told());
        assertNull(recorder.told().get(0).tag());
    }

    @Test
    void aListenerOfOneInstanceIsNotToldOfAnother() throws Exception {
        startNotification();
        factoryConfiguration(NAMED_INSTANCES).update(properties("name", "journal"));
        AsyncIo journal = instance("journal");
        listen(context, recorder, CompletionListener.INSTANCE, "journal");

        write(io, open(io, "f"), "other");
        write(journal, open(journal, "g"), "own");

        recorder.awaitTag("own");
        assertEquals(List.of("own"), recorder.tags());
        assertEquals("journal", recorder.told().get(0).instance());
    }

    @Test
    void aListenerThatTakesSeveralIsToldAllInTheirOrder() throws Exception {
        startNotification();
        listen(context, recorder, CompletionListener.BATCH, 16);
        AsyncFile file = open(io, "f");

        for (int i = 0; i < 100; i++) {
            write(io, file, "w" + i);
        }

        recorder.awaitCount(100);
        for (int i = 0; i < 100; i++) {
            assertEquals(i + 1, recorder.told().get(i).sequence());
        }
    }

    @Test
    void aListenerThatIsUnregisteredIsToldNothingMore() throws Exception {
        Notifications notifications = startNotification();
        Recorder leaving = new Recorder();
        ServiceRegistration<CompletionListener> registration = listen(context, leaving);
        listen(context, recorder);
        AsyncFile file = open(io, "f");
        write(io, file, "a");
        leaving.awaitTag("a");

        registration.unregister();
        write(io, file, "b");

        recorder.awaitTag("b");
        assertEquals(List.of("a"), leaving.tags());
        assertEquals(1, listenersOf(context, notifications).size());
    }

    // ---- the filter

    @Test
    void aChangeOfPropertiesIsAChangeOfTheFilter() throws Exception {
        Notifications notifications = startNotification();
        ServiceRegistration<CompletionListener> registration =
                listen(context, recorder, CompletionListener.OPERATION, "WRITE");
        AsyncFile file = open(io, "f");
        write(io, file, "written before");
        read(io, file, "read before");
        write(io, file, "last");
        recorder.awaitTag("last");

        registration.setProperties(properties(
                CompletionListener.OPERATION, "READ", CompletionListener.PATH, new String[] {folder + "/*"}));
        write(io, file, "written after");
        read(io, file, "read after");

        recorder.awaitTag("read after");
        assertEquals(List.of("written before", "last", "read after"), recorder.tags());
        assertEquals(
                "penstock.operation=READ penstock.path=" + folder + "/*",
                listenersOf(context, notifications).get(0).filter());
    }

    @Test
    void aListenerWithAMalformedFilterIsToldNothingAndTheLogSaysWhy() throws Exception {
        Notifications notifications = startNotification();
        BundleContext user = user("clumsy");
        try (WarningLog log = new WarningLog()) {
            listen(user, recorder, CompletionListener.OPERATION, "SCRIBBLE");

            log.await(LISTENER, name(user), "penstock.operation=SCRIBBLE is not one of", "WRITE");
            assertEquals(1, log.warnings().size(), () -> log.warnings().toString());
        }
        assertEquals(List.of(), listenersOf(user, notifications));
    }

    @Test
    void aListenerThatWasThereWithAMalformedFilterBeforeTheServiceDoesNotKeepItFromComing() throws Exception {
        BundleContext user = user("clumsy");
        Recorder other = new Recorder();
        listen(user, recorder, CompletionListener.BATCH, "many");
        listen(context, other);
        try (WarningLog log = new WarningLog()) {
            startNotification();

            log.await(LISTENER, name(user), "penstock.batch=many is not a whole number");
        }
        write(io, open(io, "f"), "a");
        other.awaitTag("a");
    }

    @Test
    void aFilterThatBecomesMalformedIsRefusedUntilItIsCorrected() throws Exception {
        Notifications notifications = startNotification();
        BundleContext user = user("clumsy");
        AsyncIo own = io(user);
        AsyncFile file = open(own, "f");
        Recorder other = new Recorder();
        ServiceRegistration<CompletionListener> registration = listen(user, recorder);
        listen(user, other);
        write(own, file, "before");
        recorder.awaitTag("before");

        try (WarningLog log = new WarningLog()) {
            registration.setProperties(properties(CompletionListener.TAG, " "));

            log.await(LISTENER, name(user), "penstock.tag=  is not a text that is not blank");
        }
        assertEquals(
                List.of(""),
                listenersOf(user, notifications).stream()
                        .map(ListenerInfo::filter)
                        .toList());
        write(own, file, "meanwhile");
        other.awaitTag("meanwhile");

        registration.setProperties(properties(CompletionListener.TAG, "after"));
        write(own, file, "other");
        write(own, file, "after");

        recorder.awaitTag("after");
        assertEquals(List.of("before", "after"), recorder.tags());
    }

    @Test
    void aPropertyThatIsNoneOfOursIsRefused() throws Exception {
        startNotification();
        try (WarningLog log = new WarningLog()) {
            listen(context, recorder, "penstock.paths", "/var");

            log.await(LISTENER, name(context), "penstock.paths is no property of a listener");
        }
    }

    // ---- whose files

    @Test
    void aListenerIsNotToldOfTheFilesOfAnotherBundle() throws Exception {
        startNotification();
        BundleContext other = user("other");
        AsyncIo otherIo = io(other);
        Recorder others = new Recorder();
        listen(context, recorder);
        listen(other, others);

        write(otherIo, open(otherIo, "theirs"), "theirs");
        write(io, open(io, "ours"), "ours");

        recorder.awaitTag("ours");
        others.awaitTag("theirs");
        assertEquals(List.of("ours"), recorder.tags());
        assertEquals(List.of("theirs"), others.tags());
    }

    @Test
    void aListenerOfABundleThatIsTrustedIsToldOfTheFilesOfAll() throws Exception {
        startNotification();
        BundleContext other = user("other");
        BundleContext auditor = user("auditor");
        Recorder others = new Recorder();
        listen(auditor, recorder);
        listen(other, others);
        AsyncIo otherIo = io(other);

        configureNotification("trusted", new String[] {"auditor", "auditor"});
        service(Notifications.class);
        write(otherIo, open(otherIo, "theirs"), "theirs");
        write(io, open(io, "ours"), "ours");

        recorder.awaitTag("ours");
        assertEquals(List.of("theirs", "ours"), recorder.tags());
        others.awaitTag("theirs");
        assertEquals(List.of("theirs"), others.tags());
    }
}
