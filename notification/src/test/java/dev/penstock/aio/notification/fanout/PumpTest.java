package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The only thread that sees who is behind: it survives what goes wrong, and is called when it is needed. */
class PumpTest extends FanOutTest {
    private static final String PUMP = "penstock-notification-pump";
    /** Throws on the pump's thread, once. */
    private static final class Failing implements Appetite {
        final AtomicBoolean failed = new AtomicBoolean();

        @Override
        public long allowed() {
            if (Thread.currentThread().getName().equals(PUMP) && failed.compareAndSet(false, true)) {
                throw new NoClassDefFoundError("thrown by the test");
            }
            return Long.MAX_VALUE;
        }
    }

    /** Never returns by itself, whatever it is told. */
    private static final class Blocking implements CompletionListener {
        private final CountDownLatch interrupted;

        Blocking(CountDownLatch interrupted) {
            this.interrupted = interrupted;
        }

        @Override
        public void completed(Completion completion) {
            block();
        }

        @Override
        public void missed(long count) {
            block();
        }

        private void block() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
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
    void anErrorOnItsThreadIsLoggedAndDoesNotEndTheDelivery() {
        FanOut fanOut = new FanOut(Settings.of(Map.of()));
        try (Log log = new Log()) {
            Ended file = new Ended(fanOut, "/data/f", 1);
            Failing failing = new Failing();

            fanOut.register(Subscriber.ofProgram(told::add), failing, Map.of());
            Bounded.await("it fails", failing.failed::get);
            file.end();

            awaitSize(told, 1);
            Bounded.await(
                    "it is logged",
                    () -> log.lines().stream()
                            .anyMatch(message -> message.contains("the notification service failed")));
        } finally {
            fanOut.close();
        }
    }

    @Test
    void aLogThatBlocksHoldsUpNobody() throws Exception {
        configure("failures.max", 1);
        AsyncFile file = open("f");
        CountDownLatch logging = new CountDownLatch(1);
        try (Log log = new Log(() -> {
            logging.countDown();
            Bounded.await(release);
        })) {
            register(completion -> {
                throw new IllegalStateException("thrown by the test");
            });
            write(file, 1);
            Bounded.await(logging);

            register(told::add);
            write(file, 1);

            awaitSize(told, 1);
            assertThat(log.lines()).hasSize(1);
            release.countDown();
        }
    }

    @Test
    void aCallThatIsJustBeginningWhenItsListenerIsUnregisteredIsInterruptedToo() {
        FanOut fanOut = new FanOut(Settings.of(Map.of("time.limit.ms", 20)));
        try {
            Ended file = new Ended(fanOut, "/data/f", 1);
            CountDownLatch interrupted = new CountDownLatch(1);
            AtomicReference<Subscription> registered = new AtomicReference<>();
            Appetite unregisters = () -> {
                Subscription own = registered.get();
                if (own != null && !Thread.currentThread().getName().equals(PUMP)) {
                    own.close();
                }
                return Long.MAX_VALUE;
            };

            registered.set(fanOut.register(Subscriber.ofProgram(new Blocking(interrupted)), unregisters, Map.of()));
            file.end();

            Bounded.await(interrupted);
        } finally {
            fanOut.close();
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
    void whoIsBeingRunHasItCalledForNothingAndWaitsForMoreAfterwards() {
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
        do {
            // A thread that loses its processor finds its time over, and is to come again.
            subscription.run();
        } while (subscription.isScheduled());

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
