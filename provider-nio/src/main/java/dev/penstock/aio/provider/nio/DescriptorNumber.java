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
 * The number of a channel's descriptor, which Java does not tell. With it the same file is opened once more, even if it
 * was renamed or removed.
 *
 * <p>The channel's position, which is not used for anything else, is set to a random number, and the descriptor that
 * stands at that position in {@code /proc/self/fdinfo} is the one; a second number confirms it. Linux only.
 *
 * <p>An append or a truncate moves the position too. Whoever does that to the channel while its number may be looked for
 * must hold this object's monitor, as the look does.
 */
final class DescriptorNumber {
    /** There is no such number to be found. */
    static final int UNKNOWN = -1;

    private static final Path FD = Path.of("/proc/self/fd");
    private static final Path FDINFO = Path.of("/proc/self/fdinfo");
    /** Descriptors looked at, about 10 us each. */
    private static final int LOOKS_MAX = 4_096;

    private static final long POSITION_MIN = 1L << 30;
    private static final long POSITION_MAX = 1L << 31;

    private final FileChannel channel;
    private final String threadPrefix;
    /**
     * Guarded by this. Looked for until it is found and then never again: somebody who was told it may have duplicated
     * the descriptor, and a duplicate stands at the same position.
     */
    private int number = UNKNOWN;

    /**
     * Looks for nothing yet.
     *
     * @param threadPrefix how the name of a thread begins that looks for a caller who may be interrupted
     */
    DescriptorNumber(FileChannel channel, String threadPrefix) {
        this.channel = channel;
        this.threadPrefix = threadPrefix;
    }

    /** Whether descriptors have paths here, by which their files can be opened. */
    static boolean hasPaths() {
        return Files.isDirectory(FD);
    }

    /** Returns the path that leads to the file of a descriptor, wherever that is by now. */
    static Path path(int number) {
        return FD.resolve(Integer.toString(number));
    }

    /**
     * Returns the number, which holds as long as the channel is open; {@link #UNKNOWN} if it is not to be found. An
     * interrupt closes nothing, for the channel is touched by a {@link SteadyThread} only: the caller, or one of its own.
     */
    synchronized int find() throws IOException {
        if (number == UNKNOWN) {
            boolean isSteady = Thread.currentThread() instanceof SteadyThread;
            number = isSteady ? look() : SteadyThread.call(threadPrefix + "-descriptor", this::look);
        }
        return number;
    }

    /**
     * Opens the channel's file once more.
     *
     * @throws UnsupportedOperationException if the number is not to be found
     */
    FileChannel reopen(Set<? extends OpenOption> options) throws IOException {
        int found = find();
        if (found == UNKNOWN) {
            throw new UnsupportedOperationException("the descriptor is not to be found in /proc/self/fdinfo");
        }
        return FileChannel.open(path(found), options);
    }

    private int look() throws IOException {
        long position = mark();
        for (int candidate : fromBothEnds()) {
            if (isAt(candidate, position) && isAt(candidate, mark())) {
                return candidate;
            }
        }
        return UNKNOWN;
    }

    private long mark() throws IOException {
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
