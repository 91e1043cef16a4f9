package dev.penstock.aio.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeService;

/** The configuration of the notification service, and what a console is told of it. */
@InContainer
class NotificationConfigurationIT extends NotificationTest {
    private Map<String, AttributeDefinition> attributes() {
        return new Metatype(service(MetaTypeService.class)).attributes(bundle(NOTIFICATION), NOTIFICATION);
    }

    private Components components() {
        return new Components(service(ServiceComponentRuntime.class), bundle(NOTIFICATION));
    }

    @Test
    void aConsoleIsToldEveryAttributeWithDefaultAndBounds() throws Exception {
        install(NOTIFICATION).start();

        assertEquals(
                "[event.admin.completions, failures.max, listeners.max, queue.size, threads, time.limit.ms, trusted]",
                attributes().keySet().toString());
        attributes().values().forEach(Metatype::assertDescribed);
    }

    /** The service names what it refuses; an attribute that does not reach it is not refused. */
    @Test
    void everyNumberThatAConsoleOffersReachesTheService() throws Exception {
        startNotification();
        Components components = components();
        Configuration configuration = configuration(NOTIFICATION);
        List<String> numbers = attributes().values().stream()
                .filter(Metatype::isNumber)
                .map(AttributeDefinition::getID)
                .toList();
        assertEquals(List.of("failures.max", "listeners.max", "queue.size", "threads", "time.limit.ms"), numbers);

        for (String number : numbers) {
            configuration.update(properties(number, -1));

            String saying = number + "=-1 is not within ";
            Bounded.await(saying, () -> components.hasFailed(NOTIFICATION, saying));
        }
    }

    @Test
    void aValueOutOfItsBoundsBringsNoServiceUntilItIsCorrected() throws Exception {
        Configuration configuration = configureNotification("threads", 65);
        AsyncIo io = service(AsyncIo.class);
        Recorder recorder = new Recorder();
        listen(context, recorder);

        install(NOTIFICATION).start();

        Bounded.await("the failure", () -> components().hasFailed(NOTIFICATION, "threads=65 is not within 1 and 64"));
        assertNull(context.getServiceReference(Notifications.class));

        configuration.update(properties("threads", 64));

        service(Notifications.class);
        write(io, open(io, "f"), "a");
        recorder.awaitTag("a");
    }

    /** A listener that waits in its first call, and keeps what it is told in words. */
    private static final class Slow implements CompletionListener {
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch mayGo = new CountDownLatch(1);

        @Override
        public void completed(Completion completion) {
            told.add(completion.tag());
            inside.countDown();
            Bounded.await(mayGo);
        }

        @Override
        public void missed(long count) {
            told.add(count + " missed");
        }
    }

    @Test
    void aListenerMayBeBehindByTheSizeOfTheQueueAndIsToldHowManyItMissed() throws Exception {
        configureNotification("queue.size", 3);
        Notifications notifications = startNotification();
        AsyncIo io = service(AsyncIo.class);
        AsyncFile file = open(io, "f");
        Slow slow = new Slow();
        endAfterwards(slow.mayGo::countDown);
        listen(context, slow);
        write(io, file, "0");
        Bounded.await(slow.inside);

        for (int i = 1; i <= 10; i++) {
            write(io, file, "" + i);
        }
        slow.mayGo.countDown();

        Bounded.await("the last", () -> slow.told.contains("10"));
        assertEquals(List.of("0", "6 missed", "7", "8", "9", "10"), slow.told, "3 is rounded up to 4");
        ListenerInfo info = notifications.listeners().get(0);
        assertEquals(6, info.dropped());
        assertEquals(5, info.delivered());
    }

    @Test
    void aListenerThatTakesLongerThanTheTimeLimitIsSetAside() throws Exception {
        configureNotification("time.limit.ms", 5, "failures.max", 2);
        Notifications notifications = startNotification();
        AsyncIo io = service(AsyncIo.class);
        Slow slow = new Slow();
        endAfterwards(slow.mayGo::countDown);
        listen(context, slow);

        write(io, open(io, "f"), "0");

        Bounded.await(
                "it to be set aside", () -> notifications.listeners().get(0).isSetAside());
        // Who looks, and who ends the call, may come when one limit more is over.
        assertTrue(notifications.listeners().get(0).overran() >= 2);
    }
}
