package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** A bundle that listens stops, at any moment and without a word: nobody else notices, and nothing of it is left. */
@InContainer
class ListenerBundleIT extends NotificationTest {
    private static final int ROUNDS = 10;

    private Notifications notifications;
    private AsyncIo io;

    @BeforeEach
    void start() throws Exception {
        notifications = startNotification();
        io = service(AsyncIo.class);
    }

    /** Gets the service for a bundle. */
    private static Notifications notifications(BundleContext user) {
        return service(user, Notifications.class, "(objectClass=" + Notifications.class.getName() + ")");
    }

    private static List<String> tags(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "w" + i).toList();
    }

    // ---- a stop in the midst of a call

    /** A listener whose calls wait. */
    private static final class Stuck implements CompletionListener {
        private final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch mayGo = new CountDownLatch(1);
        private final CountDownLatch gone = new CountDownLatch(1);

        @Override
        public void completed(Completion completion) {
            calls.incrementAndGet();
            inside.countDown();
            Bounded.await(mayGo);
            gone.countDown();
        }
    }

    @Test
    void aBundleThatStopsInsideItsListenerDelaysNobodyAndIsNotCalledAgain() throws Exception {
        configureNotification("trusted", "stuck", "time.limit.ms", 60_000);
        notifications = service(Notifications.class);
        BundleContext user = user("stuck");
        Stuck stuck = new Stuck();
        endAfterwards(stuck.mayGo::countDown);
        Recorder other = new Recorder();
        listen(user, stuck);
        listen(context, other);
        AsyncFile file = open(io, "f");
        write(io, file, "w0");
        Bounded.await(stuck.inside);

        for (String tag : tags(1, 100)) {
            write(io, file, tag);
        }
        other.awaitCount(100);
        Bounded.join(inBackground(user.getBundle()::stop));
        for (String tag : tags(100, 200)) {
            write(io, file, tag);
        }
        other.awaitCount(200);
        assertEquals(1, stuck.gone.getCount(), "its call was still going on");
        stuck.mayGo.countDown();
        Bounded.await(stuck.gone);
        for (String tag : tags(200, 300)) {
            write(io, file, tag);
        }

        other.awaitCount(300);
        assertEquals(tags(0, 300), other.tags());
        assertEquals(1, stuck.calls.get(), "calls of a listener whose bundle has stopped");
        assertEquals(0, listenersOf(context, notifications).get(0).dropped());
        assertFalse(
                notifications.listeners().stream().anyMatch(each -> each.name().contains("Stuck")));
    }

    // ---- by hand

    @Test
    void aListenerThatIsRegisteredByHandIsToldOfItsOwnBundlesFiles() throws Exception {
        BundleContext user = user("user");
        Notifications own = notifications(user);
        Recorder recorder = new Recorder();
        AsyncIo ownIo = io(user);

        Notifications.Registration registration =
                own.register(recorder, Map.of(CompletionListener.TAG, List.of("theirs", "own")));
        write(io, open(io, "f"), "theirs");
        write(ownIo, open(ownIo, "g"), "own");

        recorder.awaitTag("own");
        assertEquals(List.of("own"), recorder.tags());
        ListenerInfo info = registration.info();
        assertEquals(Recorder.class.getName(), info.name());
        assertEquals(name(user), info.bundle());
        assertEquals("penstock.tag=own,theirs", info.filter());
        assertEquals(1, info.delivered());
        assertEquals(1, listenersOf(user, own).size());
        registration.close();
        assertEquals(List.of(), listenersOf(user, own));
    }

    @Test
    void aMalformedFilterIsRefusedToTheCaller() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> notifications.register(new Recorder(), Map.of(CompletionListener.ERRNO, "EGAL")));

        assertTrue(refusal.getMessage().contains("penstock.errno=EGAL"), refusal::getMessage);
    }

    @Test
    void whatWasRegisteredByHandEndsWithItsBundle() throws Exception {
        BundleContext user = user("user");
        Notifications own = notifications(user);
        own.register(new Recorder(), Map.of());
        own.register(new Recorder(), Map.of(CompletionListener.OPERATION, "READ"));
        notifications.register(new Recorder(), Map.of());
        assertEquals(2, listenersOf(user, notifications).size());

        user.getBundle().stop();

        assertEquals(1, notifications.listeners().size(), () -> shell("aio:listeners"));
        assertThrows(IllegalStateException.class, () -> own.register(new Recorder(), Map.of()));
        assertEquals(1, notifications.listeners().size(), () -> shell("aio:listeners"));
    }

    /** A subscriber that asks for everything. */
    private static final class Greedy implements Flow.Subscriber<Completion> {
        private final CountDownLatch told = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Completion completion) {
            told.countDown();
        }

        @Override
        public void onError(Throwable why) {
            throw new AssertionError(why);
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }
    }

    @Test
    void whoeverSubscribedIsToldTheEndWhenItsBundleStops() throws Exception {
        BundleContext user = user("user");
        AsyncIo ownIo = io(user);
        Greedy greedy = new Greedy();
        notifications(user).publisher(Map.of()).subscribe(greedy);
        write(ownIo, open(ownIo, "f"), "a");
        Bounded.await(greedy.told);
        assertEquals(1, listenersOf(user, notifications).size());

        user.getBundle().stop();

        Bounded.await(greedy.ended);
        assertEquals(List.of(), notifications.listeners());
    }

    // ---- leftovers

    @Test
    void aBundleThatCleansNothingUpLeavesNoListenerAndNoClassLoader() throws Exception {
        Collectable loaders = new Collectable();

        for (int round = 0; round < ROUNDS; round++) {
            Bundle bundle = start(
                    "sloppy listener",
                    TestBundle.of("sloppy.listener", "dev.penstock.aio.itests.listener", "SloppyListener"));
            loaders.add(bundle.adapt(BundleWiring.class).getClassLoader());
            assertEquals(
                    3, listenersOf(bundle.getBundleContext(), notifications).size());
            bundle.stop();
            bundle.uninstall();
        }

        assertEquals(List.of(), notifications.listeners());
        loaders.awaitCollected("class loaders of stopped listeners");
    }
}
