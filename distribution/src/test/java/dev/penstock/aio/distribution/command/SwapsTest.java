package dev.penstock.aio.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ProviderInfo;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Bundles that are stopped and started: each serves, and all run in the end. */
@Timeout(60)
class SwapsTest {
    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Set<String> running = ConcurrentHashMap.newKeySet();
    /** What was running after each stop and start. */
    private final Set<String> states = ConcurrentHashMap.newKeySet();

    private volatile String refused = "";
    private final AtomicInteger refusals = new AtomicInteger();

    @AfterEach
    void clearTheInterrupt() {
        Thread.interrupted();
    }

    private Swaps begin(String... names) {
        List<Bundle> bundles = new ArrayList<>();
        for (String name : names) {
            running.add(name);
            bundles.add(proxy(Bundle.class, (self, method, arguments) -> answer(name, method.getName())));
        }
        Swaps swaps = new Swaps(
                proxy(AsyncIo.class, (self, method, arguments) -> provider(List.of(names))), bundles, PERIOD_NS);
        swaps.begin();
        return swaps;
    }

    private Object answer(String name, String method) throws BundleException {
        if (refused.equals(method + ' ' + name)) {
            refusals.incrementAndGet();
            throw new BundleException(refused + " is refused");
        }
        switch (method) {
            case "stop" -> running.remove(name);
            case "start" -> running.add(name);
            default -> {
                return name;
            }
        }
        states.add(String.join(",", new TreeSet<>(running)));
        return null;
    }

    private ProviderInfo provider(List<String> bestFirst) throws AioException {
        for (String name : bestFirst) {
            if (running.contains(name)) {
                return proxy(ProviderInfo.class, (self, method, arguments) -> name);
            }
        }
        throw new AioException("provider", Errno.ENXIO);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> method.getName().equals("equals")
                        ? (Object) (self == arguments[0])
                        : handler.invoke(self, method, arguments)));
    }

    @Test
    void eachServesAloneInTurnAndAllRunInTheEnd() throws Exception {
        Swaps swaps = begin("a", "b", "c");

        await().until(() -> swaps.count() > 6);
        swaps.end();

        assertThat(swaps.served()).containsExactlyInAnyOrder("a", "b", "c").startsWith("a");
        assertThat(states).contains("a", "b", "c").doesNotContain("");
        assertThat(running).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void ofASingleOneThereIsNoneForAMomentAndItRunsInTheEnd() throws Exception {
        Swaps swaps = begin("a");

        await().until(() -> swaps.remark().equals("no provider"));
        await().until(() -> swaps.count() > 2);
        swaps.end();

        assertThat(swaps.served()).containsExactly("a");
        assertThat(states).contains("", "a");
        assertThat(running).containsExactly("a");
    }

    @Test
    void afterAnInterruptAllRunToo() throws Exception {
        Swaps swaps = begin("a", "b");

        Thread.currentThread().interrupt();
        swaps.end();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(running).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatCannotBeStoppedIsToldAndAllRun() {
        refused = "stop b";
        Swaps swaps = begin("a", "b");

        await().until(() -> refusals.get() > 0);
        assertThatThrownBy(swaps::end)
                .isInstanceOf(IOException.class)
                .hasMessage("--swap: a bundle could not be stopped or started: stop b is refused");

        assertThat(running).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatCannotBeStartedIsToldAndTheOthersRun() {
        Swaps swaps = begin("a", "b", "c");
        await().until(() -> swaps.count() > 1);

        refused = "start a";

        assertThatThrownBy(swaps::end).isInstanceOf(IOException.class).hasMessageContaining("start a is refused");
        assertThat(running).contains("b", "c");
    }
}
