package dev.penstock.aio.tck.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The descriptors that this process has open, where {@code /proc} tells them. */
public final class Descriptors {
    /** As Linux has them; O_SYNC has the bit of O_DSYNC and one more. */
    public static final int O_DSYNC = 0x1000;

    public static final int O_SYNC = 0x10_1000;
    public static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0x1_0000 : 0x4000;

    private static final int O_ACCMODE = 3;
    private static final Path OWN = Path.of("/proc/self/fd");
    private static final Path INFO = Path.of("/proc/self/fdinfo");

    private Descriptors() {}

    /** Returns how many descriptors there are of a file, which must still be where it was opened. */
    public static int of(Path path) throws IOException {
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

    /** Asserts that a file is open, and that each of its descriptors has a flag. */
    public static void assertFlag(int flag, Path path) throws IOException {
        assertFlag(flag, path, flagsOf(path));
    }

    /** Asserts that a file is open for writing, and that each of its descriptors that can write has a flag. */
    public static void assertFlagOfWriters(int flag, Path path) throws IOException {
        List<Integer> all = flagsOf(path);
        all.removeIf(flags -> (flags & O_ACCMODE) == 0);
        assertFlag(flag, path, all);
    }

    private static void assertFlag(int flag, Path path, List<Integer> all) {
        assertFalse(all.isEmpty(), () -> "no descriptor of " + path);
        for (int flags : all) {
            assertEquals(flag, flags & flag, () -> "flags=0" + Integer.toOctalString(flags) + " of " + path);
        }
    }

    /** Returns the flags of each descriptor of a file, as open(2) takes them. Aborts the test where nobody tells. */
    public static List<Integer> flagsOf(Path path) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(INFO), "there is no " + INFO);
        Path real = path.toRealPath();
        List<Integer> flags = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(OWN)) {
            for (Path descriptor : all) {
                if (leadsTo(descriptor, real)) {
                    flags.add(flags(INFO.resolve(descriptor.getFileName())));
                }
            }
        }
        return flags;
    }

    private static int flags(Path information) throws IOException {
        for (String line : Files.readAllLines(information)) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
            }
        }
        throw new AssertionError("no flags in " + information);
    }

    private static boolean leadsTo(Path descriptor, Path real) {
        try {
            return Files.readSymbolicLink(descriptor).equals(real);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
