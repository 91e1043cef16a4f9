package dev.penstock.aio.notification.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.notification.fanout.FanOut;
import dev.penstock.aio.notification.fanout.Settings;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;

/** What a bundle is shown of the listeners of another: a filter has paths in it. */
class BundleNotificationsTest {
    private static final String GLOB = "/secret/*";

    private final FanOut fanOut = new FanOut(new Settings(
            Settings.QUEUE_SIZE,
            Settings.THREADS,
            Settings.TIME_LIMIT_MS,
            Settings.FAILURES_MAX,
            Settings.LISTENERS_MAX));
    private final BundleNotifications services = new BundleNotifications(fanOut, new Trust(Set.of("trusted")));
    private final Notifications own = of("own", 1);

    @AfterEach
    void close() {
        fanOut.close();
    }

    private static Bundle bundle(String symbolicName, long id) {
        return (Bundle) Proxy.newProxyInstance(
                BundleNotificationsTest.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> method.getName().equals("getBundleId") ? (Object) id : symbolicName);
    }

    @SuppressWarnings("unchecked")
    private static ServiceRegistration<Notifications> registration() {
        return (ServiceRegistration<Notifications>) Proxy.newProxyInstance(
                BundleNotificationsTest.class.getClassLoader(),
                new Class<?>[] {ServiceRegistration.class},
                (proxy, method, arguments) -> null);
    }

    private Notifications of(String symbolicName, long id) {
        return services.getService(bundle(symbolicName, id), registration());
    }

    private static ListenerInfo shown(Notifications to) {
        assertThat(to.listeners()).hasSize(1);
        return to.listeners().get(0);
    }

    @Test
    void aBundleSeesTheFiltersOfItsOwnListeners() {
        own.register(completion -> {}, Map.of(CompletionListener.PATH, GLOB));

        assertThat(shown(own).filter()).contains(GLOB);
    }

    @Test
    void aBundleSeesThatAnotherHasAListenerAndNotItsFilter() {
        ListenerInfo whole = own.register(completion -> {}, Map.of(CompletionListener.PATH, GLOB))
                .info();

        ListenerInfo shown = shown(of("another", 2));

        assertThat(shown.filter()).isEmpty();
        assertThat(shown.toString()).doesNotContain(GLOB);
        assertThat(shown.name()).isEqualTo(whole.name());
        assertThat(shown.bundle()).isEqualTo("own [1]");
        assertThat(shown.isSetAside()).isFalse();
    }

    @Test
    void aTrustedBundleSeesTheFiltersOfAll() {
        own.register(completion -> {}, Map.of(CompletionListener.PATH, GLOB));

        assertThat(shown(of("trusted", 3)).filter()).contains(GLOB);
    }

    @Test
    void aBundleOfTheSameNameIsAnother() {
        own.register(completion -> {}, Map.of(CompletionListener.PATH, GLOB));

        assertThat(shown(of("own", 4)).filter()).isEmpty();
    }
}
