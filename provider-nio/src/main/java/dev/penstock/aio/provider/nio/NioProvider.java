package dev.penstock.aio.provider.nio;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Probe;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The provider {@code nio}: a component in a container, found by {@link java.util.ServiceLoader} in plain Java. It
 * serves where io_uring cannot.
 *
 * <p>With a configuration that is out of bounds it is there and says why it cannot serve.
 */
@Component(service = AioProvider.class, configurationPid = NioProvider.PID, property = "service.ranking:Integer=0")
@Designate(ocd = NioConfig.class)
public final class NioProvider implements AioProvider {
    static final String PID = "dev.penstock.aio.provider.nio";

    private final NioSettings settings;
    /** What the last probe learnt. */
    private volatile ErrnoText errors = ErrnoText.ofCLocale();

    /** Makes a provider with the default configuration, for plain Java. */
    public NioProvider() {
        this(NioSettings.byDefault());
    }

    /**
     * Makes a provider in a container.
     *
     * @param config from the configuration admin, or the defaults
     */
    @Activate
    public NioProvider(NioConfig config) {
        this(NioSettings.of(config));
    }

    NioProvider(NioSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public int ranking() {
        return 0;
    }

    @Override
    public Probe probe() {
        String problem = settings.problem();
        if (problem != null) {
            return Probe.unavailable(problem, "correct the configuration " + PID);
        }
        return probe(Path.of(System.getProperty("java.io.tmpdir")));
    }

    Probe probe(Path temporaryFolder) {
        SelfTest test = new SelfTest(temporaryFolder);
        try {
            Probe probe = SteadyThread.call(settings.threadPrefix() + "-probe", test::run);
            errors = test.errors();
            return probe;
        } catch (IOException | RuntimeException e) {
            return Probe.unavailable("self-test: " + e, "");
        } catch (OutOfMemoryError e) {
            return Probe.unavailable("no thread to be had: " + e.getMessage(), "raise the limit of threads or memory");
        }
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        try {
            return new NioBackend(settings, environment.instance(), errors);
        } catch (OutOfMemoryError e) {
            throw new AioException("start provider=nio", Errno.EAGAIN, e.getMessage());
        }
    }
}
