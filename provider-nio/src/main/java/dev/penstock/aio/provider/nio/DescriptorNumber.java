package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The number of a channel's descriptor, which Java does not tell. With it the same file is opened once more, even if it
 * was renamed or removed.
 *
 * <p>The channel's position, which is not used for anything else, is set to a random number, and the descriptor that
 * stands at that position is the one; a second number confirms it. Linux only. {@link DescriptorNumbers} says where it is
 * looked for.
 *
 * <p>An append or a truncate moves the position too. Whoever does that to the channel while its number may be looked for
 * must hold this object's monitor, as the look does.
 */
final class DescriptorNumber {
    /** There is no such number to be found. */
    static final int UNKNOWN = -1;

    private static final Path FD = Path.of("/proc/self/fd");

    private static final long POSITION_MIN = 1L << 30;
    private static final long POSITION_MAX = 1L << 31;

    private final DescriptorNumbers numbers;
    private final FileChannel channel;
    /**
     * Guarded by this. Looked for until it is found and then never again: somebody who was told it may have duplicated
     * the descriptor, and a duplicate stands at the same position.
     */
    private int number = UNKNOWN;

    /** Looks for nothing yet. See {@link DescriptorNumbers#of}. */
    DescriptorNumber(DescriptorNumbers numbers, FileChannel channel) {
        this.numbers = numbers;
        this.channel = channel;
    }

    /** Whether descriptors have paths here, by which their files can be opened. */
    static boolean hasPaths() {
        return Files.isDirectory(FD);
    }

    /** Returns the path that leads to the file of a descriptor, wherever that is by now. */
    static Path path(int number) {
        return FD.resolve(Integer.toString(number));
    }

    /** Returns the number, which holds as long as the channel is open; {@link #UNKNOWN} if it is not to be found. */
    int find() throws IOException {
        int found = known();
        return found == UNKNOWN ? numbers.find(this) : found;
    }

    synchronized int known() {
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

    // ---- by a steady thread

    /** Looks among some numbers, unless it is known. */
    synchronized int look(int[] candidates) throws IOException {
        if (number == UNKNOWN) {
            long position = mark();
            for (int candidate : candidates) {
                if (DescriptorPositions.of(candidate) == position && confirm(candidate)) {
                    break;
                }
            }
        }
        return number;
    }

    /** Goes to a position of its own, unless the number is known, and returns it, or {@link DescriptorPositions#NONE}. */
    synchronized long markUnlessKnown() throws IOException {
        return number == UNKNOWN ? mark() : DescriptorPositions.NONE;
    }

    /** Looks whether a number is the one, unless that is known. */
    synchronized boolean confirm(int candidate) throws IOException {
        if (number == UNKNOWN) {
            long position = mark();
            if (DescriptorPositions.of(candidate) == position) {
                number = candidate;
            }
        }
        return number == candidate;
    }

    private long mark() throws IOException {
        long position = ThreadLocalRandom.current().nextLong(POSITION_MIN, POSITION_MAX);
        channel.position(position);
        return position;
    }

    /** The channel is about to be closed, or nobody will ask any more. */
    void forget() {
        numbers.forget(this);
    }
}
