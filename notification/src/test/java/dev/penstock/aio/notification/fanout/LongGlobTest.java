package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A glob that takes its time on a path holds up who registers, or opens, and nobody else. */
@Timeout(60)
class LongGlobTest {
    private static final Map<String, ?> BY_GLOB = Map.of(CompletionListener.PATH, "/**");

    private final FanOut fanOut = new FanOut(Settings.of(Map.of()));
    private final List<Completion> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch matching = new CountDownLatch(1);
    private final CountDownLatch matched = new CountDownLatch(1);
    /** Who has matched the path. */
    private final Set<Thread> matchers = ConcurrentHashMap.newKeySet();

    @AfterEach
    void close() {
        matched.countDown();
        fanOut.close();
    }

    /** A path that a glob is long at. */
    private Path slow() {
        return (Path) Proxy.newProxyInstance(
                LongGlobTest.class.getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("toAbsolutePath")) {
                        matchers.add(Thread.currentThread());
                        matching.countDown();
                        Bounded.await(matched);
                        return Path.of("/data/slow");
                    }
                    return method.getName().equals("hashCode") ? (Object) 1 : "/data/slow";
                });
    }

    private static <T> FutureTask<T> background(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future, "test-background");
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private void end(Ended... files) {
        Bounded.get(background(() -> {
            for (Ended file : files) {
                file.end();
            }
            return true;
        }));
    }

    @Test
    void requestsEndAndAreToldWhileAListenerRegisters() {
        fanOut.register(told::add, Map.of());
        Ended slow = new Ended(fanOut, slow(), 1);
        Ended other = new Ended(fanOut, "/data/other", 2);
        FutureTask<Notifications.Registration> registering = background(() -> fanOut.register(told::add, BY_GLOB));
        Bounded.await(matching);

        end(slow, other);

        Bounded.await("they are told", () -> told.size() == 2);
        assertThat(registering.isDone()).isFalse();
    }

    @Test
    void listenersComeAndGoAndFilesOpenAndCloseMeanwhile() {
        Ended slow = new Ended(fanOut, slow(), 1);
        FutureTask<Notifications.Registration> registering = background(() -> fanOut.register(told::add, BY_GLOB));
        Bounded.await(matching);

        Bounded.get(background(() -> {
            Notifications.Registration another = fanOut.register(told::add, Map.of());
            Ended opened = new Ended(fanOut, "/data/opened", 2);
            opened.end();
            Bounded.await("it is told", () -> told.size() == 1);
            opened.tap().closed();
            slow.tap().closed();
            another.close();
            return true;
        }));

        assertThat(registering.isDone()).isFalse();
    }

    @Test
    void noRequestMatchesAGlob() {
        matched.countDown();
        Ended file = new Ended(fanOut, slow(), 1);
        fanOut.register(told::add, BY_GLOB);

        end(file, file, file);

        Bounded.await("they are told", () -> told.size() == 3);
        assertThat(matchers).containsExactly(Thread.currentThread());
    }
}
