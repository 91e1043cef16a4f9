package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine. Without it the test is not run, and says so. */
final class Needs {
    private Needs() {}

    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    static void root() {
        that(isRoot(), "it needs root");
    }

    static void command(String name) {
        boolean found = false;
        for (String folder : System.getenv("PATH").split(":", -1)) {
            found |= Files.isExecutable(Path.of(folder, name));
        }
        that(found, "it needs the command " + name);
    }

    static void that(boolean condition, String reason) {
        if (!condition) {
            System.out.println("not run: " + reason);
        }
        Assumptions.assumeTrue(condition, "not run: " + reason);
    }
}
