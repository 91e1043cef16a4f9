package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The JDK's own DIRECT, by which the tests know without the provider whether a file system can pass the page cache
 * by. Reached by reflection, because a framework need not give it to the tests.
 */
final class JdkDirect {
    private static final String TYPE = "com.sun.nio.file.ExtendedOpenOption";

    private JdkDirect() {}

    /** Returns the JDK's option; aborts the test where this Java has none. */
    static OpenOption option() {
        try {
            Class<?> type = Class.forName(TYPE, true, ClassLoader.getPlatformClassLoader());
            for (Object constant : type.getEnumConstants()) {
                if (constant.toString().equals("DIRECT")) {
                    return (OpenOption) constant;
                }
            }
        } catch (ClassNotFoundException e) {
            Assumptions.abort("this Java has no " + TYPE);
        }
        throw new AssertionError("no DIRECT among the options of " + TYPE);
    }

    /** Goes on if a file in a directory can be opened past the page cache, and else aborts the test. */
    static void assumePossibleIn(Path directory) throws IOException {
        Assumptions.assumeTrue(isPossibleIn(directory), () -> "the file system of " + directory + " has no DIRECT");
    }

    /** Returns whether a file in a directory can be opened past the page cache. */
    static boolean isPossibleIn(Path directory) throws IOException {
        Path probe = directory.resolve("direct-probe");
        try {
            FileChannel.open(probe, CREATE_NEW, WRITE, option()).close();
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
