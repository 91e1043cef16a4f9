package dev.penstock.aio.provider.uring;

import dev.penstock.aio.spi.Probe;
import java.util.Locale;
import java.util.Set;

/**
 * Whether this is the platform whose structures are known, and whether its functions may be called. Decided once, for
 * neither changes while the process lives.
 */
final class Platform {
    private static final String GRANT = "--enable-native-access=ALL-UNNAMED";

    private static final class Once {
        static final Probe PROBE = decide();
    }

    private Platform() {}

    /** Available without capabilities, or why not. */
    static Probe probe() {
        return Once.PROBE;
    }

    private static Probe decide() {
        Probe named = of(System.getProperty("os.name"), System.getProperty("os.arch"));
        return named.isAvailable() ? link() : named;
    }

    /** What is said of an operating system and an architecture by their Java names. */
    static Probe of(String system, String architecture) {
        boolean known =
                system.equals("Linux") && Set.of("amd64", "x86_64").contains(architecture.toLowerCase(Locale.ROOT));
        return known
                ? Probe.available(Set.of())
                : Probe.unavailable(
                        system + " on " + architecture + ": the structures of io_uring are not verified",
                        "use the provider nio");
    }

    private static Probe link() {
        try {
            Class.forName(LibC.class.getName(), true, LibC.class.getClassLoader());
            Class.forName(IoUring.class.getName(), true, IoUring.class.getClassLoader());
            return Probe.available(Set.of());
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
            return unavailable(e.getCause() == null || e instanceof IllegalCallerException ? e : e.getCause());
        }
    }

    static Probe unavailable(Throwable why) {
        if (why instanceof IllegalCallerException) {
            return Probe.unavailable(
                    "native access is denied to it: " + why.getMessage(), "start Java with " + grant());
        }
        return Probe.unavailable(
                "the C library cannot be linked: " + why, "glibc on Linux x86-64 is needed; use the provider nio");
    }

    /** In a framework a bundle is of the unnamed module of its class loader; on the module path the module has a name. */
    private static String grant() {
        Module module = Platform.class.getModule();
        return module.isNamed() ? "--enable-native-access=" + module.getName() : GRANT;
    }
}
