package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.StandaloneNotifications;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real engine over the nio provider, and a notification service on it; both are ended after each test. */
@Timeout(60)
abstract class FanOutTest {
    @TempDir
    Path folder;

    private final Map<String, Object> engineConfiguration = new TreeMap<>(Map.of("publish.all", true));
    private final Map<String, Object> configuration = new HashMap<>();
    private Standalone io;
    private StandaloneNotifications notifications;

    /** Sets an attribute of the service; before the first use. */
    final void configure(String attribute, Object value) {
        configuration.put(attribute, value);
    }

    /** Lets the instance publish only what asks for it; before the first use. */
    final void publishOnRequest() {
        engineConfiguration.put("publish.all", false);
    }

    @BeforeEach
    void noThreadIsLeftOfBefore() {
        awaitNoThreads();
    }

    @AfterEach
    void end() {
        if (notifications != null) {
            notifications.close();
        }
        if (io != null) {
            io.close();
        }
        awaitNoThreads();
    }

    private static void awaitNoThreads() {
        Bounded.await(
                "no thread of the service is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("penstock-notification")));
    }

    final Standalone io() {
        if (io == null) {
            io = AsyncIo.load(engineConfiguration);
        }
        return io;
    }

    final StandaloneNotifications notifications() {
        if (notifications == null) {
            notifications = Notifications.load(configuration, io());
        }
        return notifications;
    }

    final Notifications.Registration register(CompletionListener listener) {
        return register(listener, Map.of());
    }

    final Notifications.Registration register(CompletionListener listener, Map<String, ?> properties) {
        return notifications().register(listener, properties);
    }

    final AsyncFile open(String name) throws AioException {
        return io().open(
                        folder.resolve(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
    }

    /** Writes so many bytes at 0 and waits for the end. */
    static void write(AsyncFile file, int bytes) throws Exception {
        file.write(ByteBuffer.allocateDirect(bytes), 0).await(Bounded.LIMIT);
    }

    /** Writes with a tag, and waits for the end. */
    final void write(AsyncFile file, String tag) throws AioException {
        ControlBlock block = io().controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocateDirect(1))
                .sigEvent(SigEvent.listeners(tag));
        io().write(block);
        assertThat(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT)).isTrue();
        assertThat(io().result(block)).isEqualTo(1);
    }

    static <T> void awaitSize(List<T> list, int size) {
        Bounded.await("it came so far", () -> list.size() >= size);
        assertThat(list).hasSize(size);
    }
}
