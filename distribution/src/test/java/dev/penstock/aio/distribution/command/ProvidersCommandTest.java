package dev.penstock.aio.distribution.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.Probe;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** {@code aio providers} where there is no instance to ask. */
class ProvidersCommandTest {
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<ServiceReference<?>, AioProvider> registry = new LinkedHashMap<>();

    /**
     * A provider whose ranking in plain Java is not that of its service.
     *
     * @param name its name
     * @param probe its answer
     */
    private record Probed(String name, Probe probe) implements AioProvider {
        @Override
        public int ranking() {
            return 7;
        }

        @Override
        public Backend start(BackendEnvironment environment) {
            throw new AssertionError("started");
        }
    }

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(systemOut);
        System.setErr(systemErr);
    }

    @Test
    void theyAreListedByTheRankingOfTheServiceWithTheirReasons() {
        register(-5, new Probed("low", Probe.unavailable("no ring", "buy one")));
        register(30, new Probed("high", Probe.unavailable("no disk", "")));

        assertThat(call()).isEqualTo(1);

        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        "high ranking=30 state=unavailable capabilities= reason=\"no disk\"",
                        "low ranking=-5 state=unavailable capabilities= reason=\"no ring\" remedy=\"buy one\"");
        assertThat(err.toString(UTF_8).lines()).containsExactly("aio: none of 2 providers is usable");
    }

    @Test
    void oneThatCouldServeIsOnStandbyAndIsNotCalledUnusable() {
        register(0, new Probed("able", Probe.available(Set.of(Capability.DIRECT, Capability.APPEND))));

        assertThat(call()).isEqualTo(1);

        assertThat(out.toString(UTF_8).lines())
                .containsExactly("able ranking=0 state=standby capabilities=APPEND,DIRECT");
        assertThat(err.toString(UTF_8)).startsWith("aio: there is no instance").doesNotContain("none of");
    }

    private int call() {
        BundleContext context = proxy(BundleContext.class, (method, argument) -> switch (method) {
            case "getServiceReferences" -> registry.keySet();
            case "getService" -> registry.get(argument);
            default -> null;
        });
        return new ProvidersCommand(new Instances(context, proxy(ConfigurationAdmin.class, (method, argument) -> null)))
                .call();
    }

    private void register(int ranking, AioProvider provider) {
        registry.put(
                proxy(ServiceReference.class, (method, argument) -> switch (method) {
                    case "getProperty" -> Constants.SERVICE_RANKING.equals(argument) ? ranking : null;
                    case "compareTo" ->
                        Integer.compare(ranking, (Integer)
                                ((ServiceReference<?>) argument).getProperty(Constants.SERVICE_RANKING));
                    case "hashCode" -> ranking;
                    default -> null;
                }),
                provider);
    }

    /** What a call of a method with its first argument answers. */
    private interface Answers {
        Object to(String method, Object argument);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> method.getName().equals("equals")
                        ? (Object) (self == arguments[0])
                        : answers.to(method.getName(), arguments == null ? null : arguments[0])));
    }
}
