package dev.penstock.aio.provider.uring;

import dev.penstock.aio.tck.system.ChildJvm;
import java.io.IOException;

/** Processes of their own with this provider. */
final class Children {
    private static final String GRANT = "--enable-native-access=ALL-UNNAMED";

    private Children() {}

    /** Gives a child the engine and this provider, and access to native functions. */
    static ChildJvm granted(ChildJvm child) throws IOException {
        return ungranted(child).options(GRANT);
    }

    static ChildJvm ungranted(ChildJvm child) throws IOException {
        return child.withProvider(UringProvider.class);
    }
}
