package dev.penstock.aio.benchmarks.loop;

import java.nio.file.OpenOption;

/** The JDK's own option for O_DIRECT, by reflection: it lies in a package that the compiler warns of. */
final class DirectOption {
    private DirectOption() {}

    /** @throws UnsupportedOperationException if this JDK has none */
    static OpenOption ofJdk() {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException(e);
        }
    }
}
