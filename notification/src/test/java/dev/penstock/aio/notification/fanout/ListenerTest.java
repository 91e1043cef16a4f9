package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Request;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How listeners are told, and what they may do meanwhile. */
class ListenerTest extends FanOutTest {
    @Test
    void completionsOfAFileComeInTheirOrder() throws Exception {
        AsyncFile file = open("f");
        register(told::add);

        List<Request<Long>> requests = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            requests.add(file.write(ByteBuffer.allocateDirect(1), i));
        }
        for (Request<Long> request : requests) {
            request.await(Bounded.LIMIT);
        }

        awaitSize(told, 500);
        assertThat(told).extracting(Completion::sequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aListenerThatAsksForItIsToldInBatches() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        CountDownLatch entered = new CountDownLatch(1);
        AsyncFile file = open("f");
        CompletionListener listener = new CompletionListener() {
            @Override
            public void completed(Completion completion) {
                throw new AssertionError("one by one");
            }

            @Override
            public void completed(List<Completion> batch) throws Exception {
                sizes.add(batch.size());
                told.addAll(batch);
                entered.countDown();
                release.await();
            }
        };
        register(listener, Map.of(CompletionListener.BATCH, 4));

        writes(file, 1);
        Bounded.await(entered);
        writes(file, 10);
        release.countDown();

        awaitSize(told, 11);
        assertThat(sizes).containsExactly(1, 4, 4, 2);
        assertThat(told).extracting(Completion::sequence).isSorted();
    }

    @Test
    void aListenerThatIsBehindLosesTheOldestAndIsToldHowMany() throws Exception {
        configure("queue.size", 4);
        List<String> calls = new CopyOnWriteArrayList<>();
        CountDownLatch entered = new CountDownLatch(1);
        AsyncFile file = open("f");
        Notifications.Registration slow = register(new CompletionListener() {
            @Override
            public void completed(Completion completion) throws Exception {
                calls.add("#" + completion.sequence());
                entered.countDown();
                release.await();
            }

            @Override
            public void missed(long count) {
                calls.add("missed " + count);
            }
        });

        writes(file, 1);
        Bounded.await(entered);
        writes(file, 10);
        assertThat(slow.info().queued()).isEqualTo(4);
        release.countDown();

        Bounded.await("it came so far", () -> calls.contains("#11"));
        assertThat(calls).containsExactly("#1", "missed 6", "#8", "#9", "#10", "#11");
        assertThat(slow.info().dropped()).isEqualTo(6);
        assertThat(slow.info().delivered()).isEqualTo(5);
    }

    @Test
    void whatEndedBeforeAListenerWasRegisteredIsNotToldIt() throws Exception {
        AsyncFile file = open("f");
        notifications();
        writes(file, 3);

        register(told::add);
        writes(file, 1);

        awaitSize(told, 1);
        assertThat(told.get(0).sequence()).isEqualTo(4);
    }

    @Test
    void aFilterCountsForTheFileAndForTheRequest() throws Exception {
        AsyncFile journal = open("journal");
        AsyncFile index = open("index");
        register(told::add, Map.of(CompletionListener.PATH, folder + "/jour*", CompletionListener.TAG, "x"));

        writes(journal, 1);
        write(index, "x");
        write(journal, "y");
        write(journal, "x");
        write(journal, "x");

        awaitSize(told, 2);
        assertThat(told).extracting(Completion::sequence).containsExactly(3L, 4L);
    }

    @Test
    void aMalformedFilterIsRefusedAtTheCall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> register(told::add, Map.of(CompletionListener.OPERATION, "WRIT")))
                .withMessageContaining("penstock.operation=WRIT");
        assertThat(notifications().listeners()).isEmpty();
    }

    @Test
    void aChangedFilterCountsFromThenOnAndWhatWaitedIsMissed() throws Exception {
        AsyncFile file = open("f");
        CountDownLatch entered = new CountDownLatch(1);
        List<Long> missed = new CopyOnWriteArrayList<>();
        Subscription subscription = (Subscription) register(new CompletionListener() {
            @Override
            public void completed(Completion completion) throws Exception {
                told.add(completion);
                entered.countDown();
                release.await();
            }

            @Override
            public void missed(long count) {
                missed.add(count);
            }
        });
        writes(file, 4);
        Bounded.await(entered);

        subscription.refilter(Map.of(CompletionListener.TAG, "x"));
        writes(file, 3);
        write(file, "x");
        release.countDown();

        awaitSize(told, 2);
        assertThat(told).extracting(Completion::sequence).containsExactly(1L, 8L);
        assertThat(missed).containsExactly(3L);
    }

    @Test
    void aListenerMayStartRequestsAndWaitForThem() throws Exception {
        AsyncFile file = open("f");
        AsyncFile copy = open("copy");
        register(
                completion -> {
                    copy.write(ByteBuffer.allocateDirect(1), completion.sequence())
                            .await(Bounded.LIMIT);
                    told.add(completion);
                },
                Map.of(CompletionListener.PATH, file.path().toString()));

        writes(file, 20);

        awaitSize(told, 20);
        assertThat(copy.size().await(Bounded.LIMIT)).isEqualTo(21);
    }

    @Test
    void aListenerMayUnregisterItselfInACall() throws Exception {
        AsyncFile file = open("f");
        AtomicReference<Notifications.Registration> own = new AtomicReference<>();
        CountDownLatch registered = new CountDownLatch(1);
        own.set(register(completion -> {
            Bounded.await(registered);
            told.add(completion);
            own.get().close();
        }));
        List<Completion> others = new CopyOnWriteArrayList<>();
        register(others::add);
        registered.countDown();

        writes(file, 5);

        awaitSize(others, 5);
        Bounded.await("it came so far", () -> notifications().listeners().size() == 1);
        assertThat(told).hasSize(1);
    }

    @Test
    void noCallBeginsAfterTheRegistrationIsClosed() throws Exception {
        AsyncFile file = open("f");
        CountDownLatch entered = new CountDownLatch(1);
        Notifications.Registration registration = register(completion -> {
            told.add(completion);
            entered.countDown();
            release.await();
        });
        List<Completion> others = new CopyOnWriteArrayList<>();
        register(others::add);
        writes(file, 5);
        Bounded.await(entered);

        registration.close();
        release.countDown();
        writes(file, 5);

        awaitSize(others, 10);
        assertThat(told).hasSize(1);
    }
}
