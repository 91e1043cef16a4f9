package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
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
    private Standalone other;
    private StandaloneNotifications notifications;

    /** For a test's listener: what it was told. */
    final List<Completion> told = new CopyOnWriteArrayList<>();
    /** For a test's listener: returns when this is counted down, at the latest at the end of the test. */
    final CountDownLatch release = new CountDownLatch(1);

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
        release.countDown();
        if (notifications != null) {
            notifications.close();
        }
        if (io != null) {
            io.close();
        }
        if (other != null) {
            other.close();
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

    /** A second instance, named "other", that the service is put on too; before the first use of the service. */
    final Standalone other() {
        if (other == null) {
            Map<String, Object> named = new TreeMap<>(engineConfiguration);
            named.put("name", "other");
            other = AsyncIo.load(named);
        }
        return other;
    }

    final StandaloneNotifications notifications() {
        if (notifications == null) {
            notifications = other == null
                    ? Notifications.load(configuration, io())
                    : Notifications.load(configuration, io(), other);
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
        return open(io(), name);
    }

    final AsyncFile open(AsyncIo instance, String name) throws AioException {
        return instance.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Writes so many bytes at 0 and waits for the end. */
    static void write(AsyncFile file, int bytes) throws Exception {
        file.write(ByteBuffer.allocateDirect(bytes), 0).await(Bounded.LIMIT);
    }

    static void writes(AsyncFile file, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            write(file, 1);
        }
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

    static void awaitInfo(Notifications.Registration registration, Predicate<ListenerInfo> what) {
        Bounded.await("it came so far", () -> what.test(registration.info()));
    }

    static <T> void awaitSize(List<T> list, int size) {
        Bounded.await("it came so far", () -> list.size() >= size);
        assertThat(list).hasSize(size);
    }
}
