package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the service begins and ends. */
class ServiceTest extends FanOutTest {
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

            assertThat(log.lines()).singleElement().asString().contains("not returned", ServiceTest.class.getName());
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
