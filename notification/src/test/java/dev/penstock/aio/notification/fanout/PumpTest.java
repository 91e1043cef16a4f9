package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The only thread that sees who is behind: it survives what goes wrong, and is called when it is needed. */
class PumpTest extends FanOutTest {
    private static final String PUMP = "penstock-notification-pump";
    /** Held, because loggers are collectable. */
    private static final Logger LOGGER = Logger.getLogger("dev.penstock.aio");

    /** A log that fails on the pump's thread. */
    private static final class FailingLog extends Handler implements AutoCloseable {
        final AtomicInteger failures = new AtomicInteger();

        FailingLog() {
            LOGGER.setUseParentHandlers(false);
            LOGGER.addHandler(this);
        }

        @Override
        public void publish(LogRecord message) {
            if (Thread.currentThread().getName().equals(PUMP)) {
                failures.incrementAndGet();
                throw new NoClassDefFoundError("thrown by the test");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOGGER.removeHandler(this);
            LOGGER.setUseParentHandlers(true);
        }
    }

    private static Thread pump() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(PUMP))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitParked() {
        Bounded.await("the pump parks", () -> pump().getState() == Thread.State.WAITING);
    }

    @Test
    void anErrorOnItsThreadDoesNotEndTheDelivery() throws Exception {
        configure("failures.max", 1);
        configure("time.limit.ms", 20);
        AsyncFile file = open("f");
        register(completion -> release.await());
        try (FailingLog log = new FailingLog()) {
            write(file, 1);
            Bounded.await("the log fails", () -> log.failures.get() > 0);

            register(told::add);
            write(file, 1);

            awaitSize(told, 1);
        }
    }

    @Test
    void itIsCalledForAListenerThatRegistersWhileItIsParked() throws Exception {
        AsyncFile file = open("f");
        notifications();
        awaitParked();

        register(told::add);
        awaitParked();
        write(file, 1);

        awaitSize(told, 1);
    }

    @Test
    void itIsCalledForWhoReturnsAfterItHasParked() throws Exception {
        AsyncFile file = open("f");
        CountDownLatch entered = new CountDownLatch(1);
        register(completion -> {
            entered.countDown();
            release.await();
            told.add(completion);
        });
        write(file, 1);
        Bounded.await(entered);
        write(file, 1);

        release.countDown();
        awaitSize(told, 2);
        awaitParked();
        write(file, 1);

        awaitSize(told, 3);
    }

    @Test
    void aListenerThatNeverReturnsHasItCalledForNothing() {
        FanOut fanOut = new FanOut(Settings.of(Map.of("failures.max", 1_000_000)));
        try {
            Ended file = new Ended(fanOut, "/data/f", 1);
            CountDownLatch entered = new CountDownLatch(1);
            fanOut.register(
                    completion -> {
                        entered.countDown();
                        release.await();
                    },
                    Map.of());
            file.end();
            Bounded.await(entered);

            Bounded.await("nobody is waited for", () -> !file.tap().ended(file));
        } finally {
            release.countDown();
            fanOut.close();
        }
    }

    @Test
    void whoReturnsAfterItHasLookedWaitsForMore() {
        FanOut fanOut = new FanOut(Settings.of(Map.of()));
        // From here on the test does its part.
        fanOut.close();
        Ended file = new Ended(fanOut, "/data/f", 1);
        List<Boolean> awaited = new CopyOnWriteArrayList<>();
        Subscription subscription = new Subscription(
                fanOut,
                Subscriber.ofProgram(completion -> {
                    if (awaited.isEmpty()) {
                        fanOut.awaitCompletions();
                        awaited.add(file.tap().ended(file));
                    }
                }),
                Appetite.ENDLESS,
                Map.of());
        file.end();

        assertThat(subscription.schedule()).isTrue();
        subscription.run();

        awaited.add(file.tap().ended(file));
        assertThat(awaited).containsExactly(false, true);
        subscription.close();
    }

    // ---- what happens

    /** A provider came. */
    private record Arrival(String provider) implements ProviderSwitch {
        @Override
        public String instance() {
            return "default";
        }

        @Override
        public Cause cause() {
            return Cause.ARRIVED;
        }

        @Override
        public List<String> providers() {
            return List.of(provider);
        }

        @Override
        public int filesMoved() {
            return 0;
        }

        @Override
        public int filesLeft() {
            return 0;
        }

        @Override
        public long longestPauseNs() {
            return 0;
        }
    }

    /** Writes down who was set aside, and looks as the pump does while it is being told. */
    private static final class Looking implements Lifecycle {
        private final FanOut fanOut;
        final List<Boolean> found = new CopyOnWriteArrayList<>();

        Looking(FanOut fanOut) {
            this.fanOut = fanOut;
        }

        @Override
        public void switched(ProviderSwitch what) {
            if (found.isEmpty()) {
                fanOut.tap().switched(what);
                found.add(fanOut.schedule());
            } else {
                found.add(true);
            }
        }

        @Override
        public void setAside(ListenerInfo listener) {}

        @Override
        public void poisoned(TappedFile file, Errno errno) {}
    }

    @Test
    void itDoesNotParkWhileSomethingIsToBeToldAndSomebodyIsAtIt() {
        FanOut fanOut = new FanOut(Settings.of(Map.of()));
        try {
            Looking lifecycle = new Looking(fanOut);
            fanOut.add(lifecycle);

            fanOut.tap().switched(new Arrival("nio"));

            Bounded.await("both are told", () -> lifecycle.found.size() == 2);
            assertThat(lifecycle.found).containsExactly(true, true);
        } finally {
            fanOut.close();
        }
    }
}
