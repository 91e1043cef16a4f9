package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The descriptors that this process has open. */
final class Descriptors {
    private Descriptors() {}

    /** Returns how many there are of a file. */
    static int of(Path path) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all) {
                count += leadsTo(descriptor, path.toRealPath()) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean leadsTo(Path descriptor, Path path) {
        try {
            return Files.readSymbolicLink(descriptor).equals(path);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
