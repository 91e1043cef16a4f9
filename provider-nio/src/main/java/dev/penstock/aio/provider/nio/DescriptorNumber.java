package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Finds the number of a channel's descriptor, which Java does not tell, and opens the same file with it once more,
 * even if it was renamed or removed.
 *
 * <p>The channel's position, which is not used for anything else, is set to a random number, and the descriptor that
 * stands at that position in {@code /proc/self/fdinfo} is the one; a second number confirms it. Linux only. Only a
 * {@link SteadyThread} may call: an interrupt would close the channel.
 */
final class DescriptorNumber {
    /** There is no such number to be found. */
    static final int UNKNOWN = -1;

    private static final Path FDINFO = Path.of("/proc/self/fdinfo");
    /** Descriptors looked at, about 10 us each. */
    private static final int LOOKS_MAX = 4_096;

    private static final long POSITION_MIN = 1L << 30;
    private static final long POSITION_MAX = 1L << 31;

    private DescriptorNumber() {}

    static int of(FileChannel channel) throws IOException {
        long position = mark(channel);
        for (int number : fromBothEnds()) {
            if (isAt(number, position) && is(number, channel)) {
                return number;
            }
        }
        return UNKNOWN;
    }

    /** Whether this is the number of the channel's descriptor. */
    static boolean is(int number, FileChannel channel) throws IOException {
        return isAt(number, mark(channel));
    }

    /**
     * Opens the file of a channel once more.
     *
     * @throws UnsupportedOperationException if the channel's descriptor is not to be found
     */
    static FileChannel reopen(FileChannel channel, Set<? extends OpenOption> options) throws IOException {
        int number = of(channel);
        if (number == UNKNOWN) {
            throw new UnsupportedOperationException("the descriptor is not to be found in /proc/self/fdinfo");
        }
        return reopen(number, options);
    }

    /** Opens the file of a descriptor, which must stay open meanwhile. */
    static FileChannel reopen(int number, Set<? extends OpenOption> options) throws IOException {
        return FileChannel.open(Path.of("/proc/self/fd/" + number), options);
    }

    private static long mark(FileChannel channel) throws IOException {
        long position = ThreadLocalRandom.current().nextLong(POSITION_MIN, POSITION_MAX);
        channel.position(position);
        return position;
    }

    /** Returns the numbers in use from both ends: what was opened last tends to be high, what was first is low. */
    private static int[] fromBothEnds() throws IOException {
        int[] sorted = sorted();
        int[] order = new int[Math.min(sorted.length, LOOKS_MAX)];
        for (int i = 0; i < order.length; i++) {
            order[i] = i % 2 == 0 ? sorted[sorted.length - 1 - i / 2] : sorted[i / 2];
        }
        return order;
    }

    private static int[] sorted() throws IOException {
        if (!Files.isDirectory(FDINFO)) {
            return new int[0];
        }
        try (Stream<Path> entries = Files.list(FDINFO)) {
            return entries.mapToInt(
                            entry -> Integer.parseInt(entry.getFileName().toString()))
                    .sorted()
                    .toArray();
        }
    }

    private static boolean isAt(int number, long position) {
        try {
            String information = Files.readString(FDINFO.resolve(Integer.toString(number)));
            return information.startsWith("pos:\t" + position + "\n");
        } catch (IOException e) {
            // Closed since the folder was read, or not for us to see.
            return false;
        }
    }
}
