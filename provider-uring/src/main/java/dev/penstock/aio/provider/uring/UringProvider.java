package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.Probe;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The provider {@code uring}: a component in a container, found by {@link java.util.ServiceLoader} in plain Java. It touches
 * nothing native before it is probed, and where it cannot serve it is there and says why.
 */
@Component(
        service = AioProvider.class,
        configurationPid = UringProvider.PID,
        property = "service.ranking:Integer=" + UringProvider.RANKING)
@Designate(ocd = UringConfig.class)
public final class UringProvider implements AioProvider {
    static final String PID = "dev.penstock.aio.provider.uring";
    static final int RANKING = 10;

    private final UringSettings settings;

    /** Makes a provider with the default configuration, for plain Java. */
    public UringProvider() {
        this(UringSettings.byDefault());
    }

    /**
     * Makes a provider in a container.
     *
     * @param config from the configuration admin, or the defaults
     */
    @Activate
    public UringProvider(UringConfig config) {
        this(UringSettings.of(config));
    }

    UringProvider(UringSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "uring";
    }

    @Override
    public int ranking() {
        return RANKING;
    }

    @Override
    public Probe probe() {
        String problem = settings.problem();
        if (problem != null) {
            return Probe.unavailable(problem, "correct the configuration " + PID);
        }
        Probe platform = Platform.probe();
        return platform.isAvailable() ? probe(Path.of(System.getProperty("java.io.tmpdir"))) : platform;
    }

    Probe probe(Path temporaryFolder) {
        return new SelfTest(temporaryFolder, settings).run();
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        try {
            return UringBackend.start(settings, environment);
        } catch (RingProblem e) {
            throw Errors.exception("start provider=uring: " + e.getMessage() + "; " + e.remedy(), e.number());
        } catch (OutOfMemoryError e) {
            throw new AioException("start provider=uring", Errno.EAGAIN, e.getMessage());
        }
    }
}
