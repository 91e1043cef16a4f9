package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a listener does that it should not harms nobody else. */
class IsolationTest extends FanOutTest {
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
}
