package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.itests.harness.BundleFiles;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** The notification service goes and comes back; I/O goes on, and listeners are told by whichever there is. */
@InContainer
class NotificationStopIT extends NotificationTest {
    private static final int ROUNDS = 10;
    private static final String THREADS = "penstock-notification";

    private final Recorder recorder = new Recorder();

    private static List<String> threads(Leftovers since) {
        return since.threads().stream().filter(name -> name.startsWith(THREADS)).toList();
    }

    private static void awaitNoThreads(Leftovers since) {
        Bounded.await("the end of " + threads(since), () -> threads(since).isEmpty());
    }

    @Test
    void whileThereIsNoServiceARequestThatAsksForItIsRefused() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        AsyncFile file = open(io, "f");

        AioException refusal = expectErrno(Errno.EINVAL, () -> io.write(block(io, file, "a")));

        assertTrue(refusal.getMessage().contains(NOTIFICATION), refusal::getMessage);
        assertWorks(file);
    }

    @Test
    void aServiceThatComesBackTellsTheSameListenersOfTheSameFiles() throws Exception {
        startNotification();
        AsyncIo io = service(AsyncIo.class);
        AsyncFile file = open(io, "f");
        listen(context, recorder);
        write(io, file, "before");
        recorder.awaitTag("before");

        bundle(NOTIFICATION).stop();
        expectErrno(Errno.EINVAL, () -> io.write(block(io, file, "meanwhile")));
        assertWorks(file);
        assertNull(context.getServiceReference(Notifications.class));
        bundle(NOTIFICATION).start();
        service(Notifications.class);
        write(io, file, "after");

        recorder.awaitTag("after");
        assertEquals(List.of("before", "after"), recorder.tags());
    }

    @Test
    void aChangedConfigurationIsAServiceThatComesBack() throws Exception {
        Notifications before = startNotification();
        AsyncIo io = service(AsyncIo.class);
        AsyncFile file = open(io, "f");
        listen(context, recorder);
        before.register(new Recorder(), Map.of());

        configureNotification("threads", 3);
        Notifications after = service(Notifications.class);
        write(io, file, "after");

        recorder.awaitTag("after");
        assertEquals(1, after.listeners().size(), "what was registered by hand ends with the service");
        assertEquals(List.of(), before.listeners());
    }

    @Test
    void noThreadIsLeft() throws Exception {
        Leftovers leftovers = new Leftovers();
        startNotification();
        AsyncIo io = service(AsyncIo.class);
        listen(context, recorder);
        write(io, open(io, "f"), "a");
        recorder.awaitTag("a");
        assertTrue(
                threads(leftovers).contains(THREADS + "-pump"),
                () -> threads(leftovers).toString());
        assertTrue(threads(leftovers).size() >= 2, () -> threads(leftovers).toString());

        bundle(NOTIFICATION).stop();

        awaitNoThreads(leftovers);
    }

    @Test
    void aListenerThatWaitsIsInterruptedAndItsThreadEnds() throws Exception {
        Leftovers leftovers = new Leftovers();
        startNotification();
        AsyncIo io = service(AsyncIo.class);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        listen(context, completion -> {
            inside.countDown();
            never.await();
        });
        write(io, open(io, "f"), "a");
        Bounded.await(inside);

        Bounded.join(inBackground(bundle(NOTIFICATION)::stop));

        awaitNoThreads(leftovers);
    }

    @Test
    void aServiceThatCannotStartLeavesNoThread() throws Exception {
        service(AsyncIo.class);
        Leftovers leftovers = new Leftovers();
        configureNotification("threads", 0);

        install(NOTIFICATION).start();

        assertNull(context.getServiceReference(Notifications.class));
        assertEquals(List.of(), threads(leftovers));
    }

    // ---- the engine comes and goes

    /** Asks for listeners inside the very call that registers the instance, as a component that waits for it may. */
    private final class AtOnce implements ServiceListener {
        private final List<String> outcomes = new CopyOnWriteArrayList<>();

        @Override
        public void serviceChanged(ServiceEvent event) {
            if (event.getType() == ServiceEvent.REGISTERED) {
                try {
                    AsyncIo io = (AsyncIo) context.getService(event.getServiceReference());
                    write(io, open(io, "f"), "at once");
                    outcomes.add("told");
                } catch (AioException e) {
                    outcomes.add(e.toString());
                }
            }
        }
    }

    @Test
    void anInstanceThatComesLaterIsBoundBeforeAnybodySeesIt() throws Exception {
        startNotification();
        listen(context, recorder);
        factoryConfiguration(NAMED_INSTANCES).update(properties("name", "journal"));
        instance("journal");
        AtOnce atOnce = new AtOnce();
        bundle(ENGINE).stop();

        context.addServiceListener(atOnce, "(objectClass=" + AsyncIo.class.getName() + ")");
        endAfterwards(() -> context.removeServiceListener(atOnce));
        bundle(ENGINE).start();
        instance("journal");

        Bounded.await("both", () -> atOnce.outcomes.size() == 2);
        assertEquals(List.of("told", "told"), atOnce.outcomes);
        recorder.awaitCount(2);
    }

    @Test
    void nothingOfAnEngineThatWentIsHeldByTheService() throws Exception {
        startNotification();
        listen(context, recorder);
        Collectable loaders = new Collectable();

        for (int round = 0; round < ROUNDS; round++) {
            loaders.add(bundle(ENGINE).adapt(BundleWiring.class).getClassLoader());
            useTheInstanceAndLetItGo("round " + round);
            bundle(ENGINE).uninstall();
            context.installBundle(BundleFiles.of(ENGINE).toURI().toString()).start();
            service(AsyncIo.class);
        }

        assertEquals(ROUNDS, recorder.tags().size());
        loaders.awaitCollected("class loaders of engines that went");
    }

    private void useTheInstanceAndLetItGo(String tag) throws AioException {
        ServiceReference<AsyncIo> reference = context.getServiceReference(AsyncIo.class);
        AsyncIo io = context.getService(reference);
        try (AsyncFile file = io.open(folder.resolve("f"), WRITE, CREATE)) {
            write(io, file, tag);
        }
        recorder.awaitTag(tag);
    }

    @Test
    void installsAndUninstallsOfTheServiceLeaveNoThreadAndNoClassLoader() throws Exception {
        AsyncIo io = service(AsyncIo.class);
        AsyncFile file = open(io, "f");
        Leftovers leftovers = new Leftovers();
        Collectable loaders = new Collectable();

        for (int round = 0; round < ROUNDS; round++) {
            loaders.add(installUseAndUninstall(io, file));
        }

        awaitNoThreads(leftovers);
        loaders.awaitCollected("class loaders of the service");
    }

    /** Returns the class loader that the bundle had. */
    private ClassLoader installUseAndUninstall(AsyncIo io, AsyncFile file) throws Exception {
        Bundle bundle =
                context.installBundle(BundleFiles.of(NOTIFICATION).toURI().toString());
        bundle.start();
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        Recorder byHand = new Recorder();
        service(Notifications.class).register(byHand, Map.of());
        write(io, file, "told");
        byHand.awaitTag("told");
        bundle.uninstall();
        return loader;
    }
}
