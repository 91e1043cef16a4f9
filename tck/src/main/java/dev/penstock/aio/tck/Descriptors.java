package dev.penstock.aio.tck;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The descriptors that this process has open, where {@code /proc} tells them. */
final class Descriptors {
    private static final Path OWN = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Returns how many descriptors there are of a file, which must still be where it was opened. */
    static int of(Path path) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(OWN), "there is no " + OWN);
        Path real = path.toRealPath();
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(OWN)) {
            for (Path descriptor : all) {
                count += leadsTo(descriptor, real) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean leadsTo(Path descriptor, Path real) {
        try {
            return Files.readSymbolicLink(descriptor).equals(real);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
