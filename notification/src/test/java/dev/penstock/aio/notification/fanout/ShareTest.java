package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.tck.Bounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One bundle has many listeners: it gets its share of the service, and the others get theirs. */
@Timeout(60)
class ShareTest {
    private static final int THREADS = 2;
    private static final int MANY = 300;

    private final FanOut fanOut =
            new FanOut(Settings.of(Map.of("threads", THREADS, "listeners.max", MANY, "failures.max", 1_000_000)));
    private final Ended file = new Ended(fanOut, "/data/f", 1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
        fanOut.close();
    }

    private Subscription register(String bundle, CompletionListener listener) {
        return fanOut.register(new Subscriber(listener, "test", bundle, TappedFile.PROGRAM), Map.of());
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("penstock-notification-listeners-"))
                .count();
    }

    @Test
    void hundredsOfListenersThatNeverReturnHoldSomeThreadsAndDelayNoOtherBundle() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            register("greedy", completion -> {
                inside.incrementAndGet();
                release.await();
            });
        }
        file.end();
        Bounded.await("its share is used up", () -> inside.get() == Share.RUNNING_MAX);

        register("other", completion -> told.incrementAndGet());
        file.end();

        Bounded.await("the other is told", () -> told.get() == 1);
        assertThat(inside).hasValue(Share.RUNNING_MAX);
        assertThat(threads()).isLessThanOrEqualTo(THREADS + Share.RUNNING_MAX);
        release.countDown();
        Bounded.await("the rest of them had its turn", () -> inside.get() == 2 * MANY);
    }

    @Test
    void listenersOfOneBundleThatAlwaysHaveMoreTakeTurns() {
        AtomicInteger[] told = new AtomicInteger[2 * Share.RUNNING_MAX];
        for (int i = 0; i < told.length; i++) {
            AtomicInteger count = new AtomicInteger();
            told[i] = count;
            register("busy", completion -> {
                count.incrementAndGet();
                file.end();
            });
        }

        file.end();

        for (AtomicInteger count : told) {
            Bounded.await("each is told again and again", () -> count.get() > 100);
        }
    }

    @Test
    void oneMoreThanAllowedIsRefusedUntilAnotherIsClosed() {
        List<Subscription> registered = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            registered.add(register("greedy", completion -> {}));
        }

        assertThatThrownBy(() -> register("greedy", completion -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bundle greedy has 300 listeners")
                .hasMessageContaining("listeners.max");
        register("other", completion -> {});
        registered.get(7).close();
        registered.get(7).close();

        register("greedy", completion -> {});
        assertThatThrownBy(() -> register("greedy", completion -> {})).isInstanceOf(IllegalStateException.class);
        assertThat(fanOut.listeners()).hasSize(MANY + 1);
    }

    @Test
    void aSubscriberThatIsOneTooManyIsToldSo() {
        for (int i = 0; i < MANY; i++) {
            register("", completion -> {});
        }
        List<Throwable> errors = new ArrayList<>();

        fanOut.publisher(Map.of()).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(dev.penstock.aio.notification.Completion completion) {}

            @Override
            public void onError(Throwable why) {
                errors.add(why);
            }

            @Override
            public void onComplete() {}
        });

        assertThat(errors).singleElement().asString().contains("listeners.max");
    }

    @Test
    void whoeverWantsTheSameReadsTheSameRing() {
        Group.Key key = new Group.Key(Filter.of(Map.of(CompletionListener.PATH, "/data/*")), TappedFile.PROGRAM);
        Group.Key same = new Group.Key(Filter.of(Map.of(CompletionListener.PATH, "/data/*")), TappedFile.PROGRAM);
        Group.Key another = new Group.Key(Filter.of(Map.of(CompletionListener.PATH, "/data/*")), 7);

        Group group = fanOut.groups().join(key);

        assertThat(fanOut.groups().join(same)).isSameAs(group);
        assertThat(fanOut.groups().join(another)).isNotSameAs(group);
    }
}
