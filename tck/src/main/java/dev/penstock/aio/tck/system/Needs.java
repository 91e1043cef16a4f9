package dev.penstock.aio.tck.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine. Without it the test is not run, and says so. */
public final class Needs {
    private Needs() {}

    /** Returns whether this process may do everything. */
    public static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The test needs root. */
    public static void root() {
        that(isRoot(), "it needs root");
    }

    /** Returns whether a command is on the path. */
    public static boolean isThere(String command) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, command))) {
                return true;
            }
        }
        return false;
    }

    /** The test needs a command. */
    public static void command(String name) {
        that(isThere(name), "it needs the command " + name);
    }

    /** The test needs something else. */
    public static void that(boolean condition, String reason) {
        if (!condition) {
            System.out.println("not run: " + reason);
        }
        Assumptions.assumeTrue(condition, "not run: " + reason);
    }
}
