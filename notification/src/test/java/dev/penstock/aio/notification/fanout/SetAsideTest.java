package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a listener is told nothing more, and when it is again. */
class SetAsideTest extends FanOutTest {
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
        configure("time.limit.ms", 300);
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

    @Test
    void settingAsideAndAChangeOfPropertiesAreOneAfterTheOther() throws Exception {
        configure("failures.max", 1);
        AsyncFile file = open("f");
        AtomicReference<Thread> caller = new AtomicReference<>();
        Subscription subscription = (Subscription) register(completion -> {
            caller.set(Thread.currentThread());
            release.await();
            throw new Exception("thrown by the test");
        });
        writes(file, 1);
        Bounded.await("it is called", () -> caller.get() != null);

        synchronized (subscription) {
            release.countDown();
            Bounded.await("it is about to be set aside", () -> caller.get().getState() == Thread.State.BLOCKED);
            assertThat(subscription.info().isSetAside()).isFalse();
            subscription.refilter(Map.of(CompletionListener.TAG, "x"));
        }

        awaitInfo(subscription, ListenerInfo::isSetAside);
    }
}
