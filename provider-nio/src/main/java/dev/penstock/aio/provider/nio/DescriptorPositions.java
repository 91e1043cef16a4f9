package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where each descriptor of this process stands in its file, as {@code /proc/self/fdinfo} tells; about 10 us for each. */
final class DescriptorPositions {
    /** There is no such descriptor, or it is not for us to see. */
    static final long NONE = -1;

    private static final Path FOLDER = Path.of("/proc/self/fdinfo");
    private static final String LABEL = "pos:\t";

    private DescriptorPositions() {}

    /** Returns the numbers in use, in ascending order; none where they are not told. */
    static int[] numbers() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return new int[0];
        }
        try (Stream<Path> entries = Files.list(FOLDER)) {
            return entries.mapToInt(
                            entry -> Integer.parseInt(entry.getFileName().toString()))
                    .sorted()
                    .toArray();
        }
    }

    /** Returns where a descriptor stands, or {@link #NONE}. */
    static long of(int number) {
        try {
            String information = Files.readString(FOLDER.resolve(Integer.toString(number)));
            int end = information.indexOf('\n');
            return information.startsWith(LABEL) && end > 0
                    ? Long.parseLong(information.substring(LABEL.length(), end))
                    : NONE;
        } catch (IOException e) {
            // Closed since the folder was read.
            return NONE;
        }
    }
}
