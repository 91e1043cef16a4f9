package dev.penstock.aio.provider.posix;

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
 * The provider {@code native}: a component in a container, found by {@link java.util.ServiceLoader} in plain Java. It
 * touches nothing native before it is probed, and where it cannot serve it is there and says why.
 */
@Component(
        service = AioProvider.class,
        configurationPid = PosixProvider.PID,
        property = "service.ranking:Integer=" + PosixProvider.RANKING)
@Designate(ocd = PosixConfig.class)
public final class PosixProvider implements AioProvider {
    static final String PID = "dev.penstock.aio.provider.native";
    static final int RANKING = -10;

    private final PosixSettings settings;

    /** Makes a provider with the default configuration, for plain Java. */
    public PosixProvider() {
        this(PosixSettings.byDefault());
    }

    /**
     * Makes a provider in a container.
     *
     * @param config from the configuration admin, or the defaults
     */
    @Activate
    public PosixProvider(PosixConfig config) {
        this(PosixSettings.of(config));
    }

    PosixProvider(PosixSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "native";
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
        return new SelfTest(temporaryFolder).run();
    }

    @Override
    public Backend start(BackendEnvironment environment) throws AioException {
        try {
            return new PosixBackend(settings, environment.instance());
        } catch (OutOfMemoryError e) {
            throw new AioException("start provider=native", Errno.EAGAIN, e.getMessage());
        }
    }
}
