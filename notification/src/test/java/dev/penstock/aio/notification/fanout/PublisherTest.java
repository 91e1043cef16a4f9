package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** What the kit of Reactive Streams does not know of: filters, a bounded queue, and the end of the service. */
class PublisherTest extends FanOutTest {
    /** Writes down what it is signalled. */
    private static class Recorder implements Flow.Subscriber<Completion> {
        final List<Object> signals = new CopyOnWriteArrayList<>();
        volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
        }

        @Override
        public void onNext(Completion completion) {
            signals.add(completion.sequence());
        }

        @Override
        public void onError(Throwable why) {
            signals.add(why.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }

        void awaitSignals(int count) {
            Bounded.await("signals came", () -> signals.size() >= count);
        }
    }

    private final Recorder recorder = new Recorder();

    @Test
    void aSubscriberIsToldWhatItAskedForAndTheFilterMatches() throws Exception {
        AsyncFile file = open("f");
        notifications().publisher(Map.of(CompletionListener.TAG, "x")).subscribe(recorder);
        recorder.subscription.request(2);

        write(file, "x");
        write(file, "y");
        write(file, "x");
        write(file, "x");

        recorder.awaitSignals(2);
        recorder.subscription.request(1);
        recorder.awaitSignals(3);
        assertThat(recorder.signals).containsExactly(1L, 3L, 4L);
    }

    @Test
    void whatIsNotAskedForInTimeIsLostAndCounted() throws Exception {
        configure("queue.size", 4);
        AsyncFile file = open("f");
        notifications().publisher(Map.of()).subscribe(recorder);

        writes(file, 10);
        recorder.subscription.request(Long.MAX_VALUE);

        recorder.awaitSignals(4);
        assertThat(recorder.signals).containsExactly(7L, 8L, 9L, 10L);
        assertThat(notifications().listeners().get(0).dropped()).isEqualTo(6);
    }

    @Test
    void theEndOfTheServiceCompletesEverySubscriber() throws Exception {
        AsyncFile file = open("f");
        notifications().publisher(Map.of()).subscribe(recorder);
        recorder.subscription.request(1);
        writes(file, 2);
        recorder.awaitSignals(1);

        notifications().close();

        recorder.awaitSignals(2);
        assertThat(recorder.signals).containsExactly(1L, "complete");
    }

    @Test
    void theEndOfTheServiceIsSignalledAfterTheSignalThatIsUnderWay() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AsyncFile file = open("f");
        Recorder slow = new Recorder() {
            @Override
            public void onNext(Completion completion) {
                entered.countDown();
                boolean interrupted = false;
                while (release.getCount() > 0) {
                    try {
                        release.await();
                    } catch (InterruptedException byTheEnd) {
                        interrupted = true;
                    }
                }
                signals.add(interrupted ? "interrupted" : "not interrupted");
            }
        };
        notifications().publisher(Map.of()).subscribe(slow);
        slow.subscription.request(1);
        writes(file, 1);
        Bounded.await(entered);

        notifications().close();
        assertThat(slow.signals).isEmpty();
        release.countDown();

        slow.awaitSignals(2);
        assertThat(slow.signals).containsExactly("interrupted", "complete");
    }

    @Test
    void aSubscriberThatThrowsIsToldNothingMore() throws Exception {
        AsyncFile file = open("f");
        Recorder throwing = new Recorder() {
            @Override
            public void onNext(Completion completion) {
                super.onNext(completion);
                throw new IllegalStateException("thrown by the test");
            }
        };
        notifications().publisher(Map.of()).subscribe(throwing);
        throwing.subscription.request(10);
        notifications().publisher(Map.of()).subscribe(recorder);
        recorder.subscription.request(10);

        writes(file, 3);

        recorder.awaitSignals(3);
        Bounded.await(
                "the other is taken off", () -> notifications().listeners().size() == 1);
        assertThat(throwing.signals).containsExactly(1L);
    }

    @Test
    void aSubscriberThatIsSetAsideIsToldWhy() throws Exception {
        configure("failures.max", 2);
        configure("time.limit.ms", 20);
        AsyncFile file = open("f");
        Recorder slow = new Recorder() {
            @Override
            public void onNext(Completion completion) {
                Bounded.await("it is interrupted", () -> Thread.interrupted());
                signals.add("interrupted");
            }
        };
        notifications().publisher(Map.of()).subscribe(slow);
        slow.subscription.request(10);

        writes(file, 3);

        slow.awaitSignals(2);
        assertThat(slow.signals).containsExactly("interrupted", "IllegalStateException");
        Bounded.await("it is gone", () -> notifications().listeners().isEmpty());
    }

    @Test
    void whatASubscriberThrowsAtItsLastSignalHarmsNobody() throws Exception {
        Recorder throwing = new Recorder() {
            @Override
            public void onComplete() {
                super.onComplete();
                throw new IllegalStateException("thrown by the test");
            }
        };
        try (Log log = new Log()) {
            notifications().publisher(Map.of()).subscribe(throwing);
            notifications().publisher(Map.of()).subscribe(recorder);

            notifications().close();

            assertThat(throwing.signals).containsExactly("complete");
            assertThat(recorder.signals).containsExactly("complete");
            assertThat(log.lines()).hasSize(1);
        }
    }

    @Test
    void aSubscriberThatThrowsWhenItIsToldOfItsSubscriptionIsNotRegistered() {
        Recorder throwing = new Recorder() {
            @Override
            public void onSubscribe(Flow.Subscription newSubscription) {
                throw new IllegalStateException("thrown by the test");
            }
        };

        assertThatIllegalStateException()
                .isThrownBy(() -> notifications().publisher(Map.of()).subscribe(throwing));

        assertThat(notifications().listeners()).isEmpty();
    }

    @Test
    void aMalformedFilterIsRefusedBeforeAnybodySubscribes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> notifications().publisher(Map.of(CompletionListener.ERRNO, "E")))
                .withMessageContaining("penstock.errno=E");
    }
}
