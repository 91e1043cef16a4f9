package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The number of a channel's descriptor, which Java does not tell. With it the same file is opened once more, even if it
 * was renamed or removed.
 *
 * <p>The channel's position, which is not used for anything else, is set to a random number, and the descriptor that
 * stands at that position is the one; a second number confirms it. Linux only. {@link DescriptorNumbers} says where it is
 * looked for.
 *
 * <p>An append or a truncate moves the position too, and while the size is asked for it cannot be set. Whoever does that to the
 * channel while its number may be looked for must hold the {@link #lock}, as the look does.
 */
final class DescriptorNumber {
    /** There is no such number to be found. */
    static final int UNKNOWN = -1;

    private static final Path FD = Path.of("/proc/self/fd");

    private static final long POSITION_MIN = 1L << 30;
    private static final long POSITION_MAX = 1L << 31;

    private final DescriptorNumbers numbers;
    private final FileChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    /**
     * Written under the lock, read by anybody. Looked for until it is found and then never again: somebody who was told it may have duplicated
     * the descriptor, and a duplicate stands at the same position.
     */
    private volatile int number = UNKNOWN;

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

    int known() {
        return number;
    }

    ReentrantLock lock() {
        return lock;
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
    int look(int[] candidates) throws IOException {
        lock.lock();
        try {
            long position = number == UNKNOWN ? mark() : DescriptorPositions.NONE;
            for (int i = 0; i < candidates.length && number == UNKNOWN; i++) {
                if (DescriptorPositions.of(candidates[i]) == position && !confirm(candidates[i])) {
                    // It was another descriptor that happened to stand there.
                    position = mark();
                }
            }
            return number;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes to a position of its own, unless the number is known or somebody has the lock, who may be at a slow append.
     *
     * @return the position, or {@link DescriptorPositions#NONE}
     */
    long markIfFree() throws IOException {
        if (!lock.tryLock()) {
            return DescriptorPositions.NONE;
        }
        try {
            return number == UNKNOWN ? mark() : DescriptorPositions.NONE;
        } finally {
            lock.unlock();
        }
    }

    /** Looks whether a number is the one, unless that is known or somebody has the lock. */
    boolean confirmIfFree(int candidate) throws IOException {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            return number == candidate || (number == UNKNOWN && confirm(candidate));
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private boolean confirm(int candidate) throws IOException {
        long position = mark();
        if (DescriptorPositions.of(candidate) == position) {
            number = candidate;
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
