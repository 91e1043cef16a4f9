package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.ListenerInfo;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterMethod;

/** The kit of Reactive Streams, on a publisher whose completions come as long as somebody has room for them. */
public class PublisherKitTest extends FlowPublisherVerification<Completion> {
    private static final long TIMEOUT_MS = 5_000;
    private static final long QUIET_MS = 100;
    private static final long PAUSE_NS = 20_000;

    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /** For TestNG. */
    public PublisherKitTest() {
        super(new TestEnvironment(TIMEOUT_MS, QUIET_MS));
    }

    /** Ends the sources of a test. */
    @AfterMethod
    public void end() throws InterruptedException {
        for (Source source : sources) {
            source.end();
        }
        sources.clear();
    }

    /** A service, and a thread that lets requests end as long as there is room for their completions. */
    private static final class Source implements Runnable {
        private final FanOut fanOut = new FanOut(Settings.of(Map.of()));
        private final Ended file = new Ended(fanOut, "/f", 1);
        private final long elements;
        private final Thread thread = new Thread(this);
        private volatile boolean ended;

        Source(long elements) {
            this.elements = elements;
            thread.start();
        }

        @Override
        public void run() {
            awaitListeners(listeners -> !listeners.isEmpty());
            for (long i = 0; i < elements && !ended; i++) {
                awaitListeners(listeners -> hasRoom(listeners, Settings.QUEUE_SIZE / 2));
                file.end();
            }
            awaitListeners(listeners -> hasRoom(listeners, 1));
            fanOut.close();
        }

        private static boolean hasRoom(List<ListenerInfo> listeners, int queued) {
            return listeners.stream().allMatch(each -> each.queued() < queued);
        }

        private void awaitListeners(Predicate<List<ListenerInfo>> what) {
            while (!ended && !what.test(fanOut.listeners())) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }

        void end() throws InterruptedException {
            ended = true;
            thread.join();
        }
    }

    @Override
    public Flow.Publisher<Completion> createFlowPublisher(long elements) {
        Source source = new Source(elements);
        sources.add(source);
        return source.fanOut.publisher(Map.of());
    }

    @Override
    public Flow.Publisher<Completion> createFailedFlowPublisher() {
        FanOut over = new FanOut(Settings.of(Map.of()));
        Flow.Publisher<Completion> publisher = over.publisher(Map.of());
        over.close();
        return publisher;
    }
}
