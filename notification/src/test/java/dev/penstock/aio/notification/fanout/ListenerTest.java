package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Request;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How listeners are told, and what becomes of those that behave badly. */
class ListenerTest extends FanOutTest {
    private final List<Completion> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    private void writes(AsyncFile file, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            write(file, 1);
        }
    }

    private static void awaitInfo(Notifications.Registration registration, Predicate<ListenerInfo> what) {
        Bounded.await("it came so far", () -> what.test(registration.info()));
    }

    // ---- telling

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

    // ---- isolation

    @Test
    void aListenerThatBlocksDelaysNeitherTheIoNorAnother() throws Exception {
        configure("threads", 1);
        AtomicInteger blocked = new AtomicInteger();
        AsyncFile file = open("f");
        for (int i = 0; i < 8; i++) {
            register(completion -> {
                blocked.incrementAndGet();
                release.await();
            });
        }
        register(told::add);

        writes(file, 100);

        awaitSize(told, 100);
        Bounded.await("it came so far", () -> blocked.get() == 8);
        release.countDown();
    }

    @Test
    void whatAListenerThrowsIsCountedAndHarmsNobody() throws Exception {
        configure("failures.max", 1_000_000);
        AsyncFile file = open("f");
        Notifications.Registration bad = register(completion -> {
            if (completion.sequence() % 2 == 0) {
                throw new StackOverflowError("thrown by the test");
            }
            throw new Exception("thrown by the test");
        });
        register(told::add);

        writes(file, 50);

        awaitSize(told, 50);
        awaitInfo(bad, info -> info.failed() == 50);
        assertThat(bad.info().delivered()).isEqualTo(50);
        assertThat(bad.info().isSetAside()).isFalse();
    }

    /** Cannot even say what it is, as one whose bundle is gone. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new NoClassDefFoundError("thrown by the test");
        }

        @Override
        public String toString() {
            throw new NoClassDefFoundError("thrown by the test");
        }
    }

    @Test
    void whatAListenerThrowsMayItselfThrow() throws Exception {
        configure("failures.max", 2);
        AsyncFile file = open("f");
        List<Notifications.Registration> bad = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            bad.add(register(completion -> {
                throw new Unspeakable();
            }));
        }
        register(told::add);

        try (Log log = new Log()) {
            writes(file, 50);

            awaitSize(told, 50);
            bad.forEach(each -> awaitInfo(each, ListenerInfo::isSetAside));
            Bounded.await("each is logged", () -> log.lines().size() == 6);
            assertThat(log.lines()).allMatch(line -> line.contains(Unspeakable.class.getName()));
        }
    }

    @Test
    void aCallThatGoesOnAfterTheListenerIsUnregisteredIsInterruptedInTheEnd() throws Exception {
        configure("time.limit.ms", 50);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AsyncFile file = open("f");
        Notifications.Registration registration = register(completion -> {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        writes(file, 1);
        Bounded.await(entered);

        registration.close();

        Bounded.await(interrupted);
    }

    @Test
    void aListenerThatFailsTooOftenInARowIsSetAside() throws Exception {
        configure("failures.max", 3);
        AtomicInteger calls = new AtomicInteger();
        AsyncFile file = open("f");
        Notifications.Registration bad = register(completion -> {
            calls.incrementAndGet();
            throw new IllegalStateException("thrown by the test");
        });
        register(told::add);

        try (Log log = new Log()) {
            writes(file, 10);
            awaitSize(told, 10);
            awaitInfo(bad, ListenerInfo::isSetAside);

            assertThat(calls).hasValue(3);
            assertThat(bad.info().queued()).isZero();
            assertThat(bad.info().delivered()).isEqualTo(3);
            Bounded.await("it is logged", () -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().asString().contains("set aside", "3 calls", "thrown by the test");
        }
    }

    @Test
    void aSuccessEndsTheRowOfFailures() throws Exception {
        configure("failures.max", 3);
        AsyncFile file = open("f");
        Notifications.Registration moody = register(completion -> {
            if (completion.sequence() % 3 != 0) {
                throw new Exception("thrown by the test");
            }
            told.add(completion);
        });

        writes(file, 30);

        awaitSize(told, 10);
        assertThat(moody.info().failed()).isEqualTo(20);
        assertThat(moody.info().isSetAside()).isFalse();
    }

    @Test
    void aListenerThatTakesTooLongTooOftenIsSetAsideWhileItIsStillAtIt() throws Exception {
        configure("failures.max", 3);
        configure("time.limit.ms", 20);
        AsyncFile file = open("f");
        AtomicReference<InterruptedException> interrupted = new AtomicReference<>();
        Notifications.Registration slow = register(completion -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.set(e);
                throw e;
            }
        });

        writes(file, 2);
        awaitInfo(slow, ListenerInfo::isSetAside);

        assertThat(slow.info().overran()).isGreaterThanOrEqualTo(3);
        assertThat(slow.info().delivered()).isEqualTo(1);
        assertThat(slow.info().dropped()).isEqualTo(1);
        Bounded.await("its thread is asked to come back", () -> interrupted.get() != null);
    }

    @Test
    void whatAListenerChangesOfItsThreadTheNextOneDoesNotSee() throws Exception {
        configure("threads", 1);
        AsyncFile file = open("f");
        ClassLoader own = new ClassLoader() {};
        List<ClassLoader> seen = new CopyOnWriteArrayList<>();
        register(completion -> {
            Thread.currentThread().setContextClassLoader(own);
            Thread.currentThread().interrupt();
        });
        register(completion -> {
            seen.add(Thread.currentThread().getContextClassLoader());
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            told.add(completion);
        });

        writes(file, 20);

        awaitSize(told, 20);
        assertThat(seen).doesNotContain(own);
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

    // ---- changes

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
    void aListenerThatWasSetAsideIsToldAgainWhenItsPropertiesChange() throws Exception {
        configure("failures.max", 1);
        AsyncFile file = open("f");
        Subscription subscription = (Subscription) register(completion -> {
            if (completion.tag() == null) {
                throw new Exception("thrown by the test");
            }
            told.add(completion);
        });
        writes(file, 1);
        awaitInfo(subscription, ListenerInfo::isSetAside);

        subscription.refilter(Map.of(CompletionListener.TAG, "x"));
        write(file, "x");

        awaitSize(told, 1);
        assertThat(subscription.info().isSetAside()).isFalse();
    }

    // ---- the end

    @Test
    void afterTheServiceNothingIsToldAndNothingCanBeRegistered() throws Exception {
        AsyncFile file = open("f");
        register(told::add);
        writes(file, 1);
        awaitSize(told, 1);

        notifications().close();
        writes(file, 1);

        assertThat(told).hasSize(1);
        assertThatIllegalStateException().isThrownBy(() -> register(told::add));
        assertThat(notifications().listeners()).isEmpty();
    }

    @Test
    void theEndNamesAListenerThatDoesNotReturn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        AsyncFile file = open("f");
        register(completion -> {
            entered.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ignored) {
                    // Asked to return, and does not.
                }
            }
        });
        writes(file, 1);
        Bounded.await(entered);

        try (Log log = new Log()) {
            notifications().close();

            assertThat(log.lines()).singleElement().asString().contains("not returned", ListenerTest.class.getName());
        }
        release.countDown();
    }

    @Test
    void anInstanceHasOneServiceAtATime() {
        Notifications first = notifications();

        assertThat(first.listeners()).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> Notifications.load(io()))
                .withMessageContaining("default");
        notifications().close();
        Notifications.load(io()).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"queue.size=1", "threads=0", "time.limit.ms=0", "failures.max=0", "queue.sise=4", "threads=x"})
    void aConfigurationOutOfBoundsIsRefused(String attribute) {
        String[] parts = attribute.split("=");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Notifications.load(Map.of(parts[0], parts[1]), io()))
                .withMessageContaining(parts[0]);
    }
}
