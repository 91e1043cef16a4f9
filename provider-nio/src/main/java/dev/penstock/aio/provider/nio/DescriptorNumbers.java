package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The numbers of a backend's descriptors. All that are not known yet are found by one look at every descriptor of the
 * process, so that thousands of files that are asked one after the other do not cost thousands of such looks.
 */
final class DescriptorNumbers {
    /** So many are looked at first, at each end: what was opened last tends to be high, what was first is low. */
    private static final int FIRST_LOOKS = 32;

    private final String threadPrefix;
    private final Set<DescriptorNumber> unknown = ConcurrentHashMap.newKeySet();

    /**
     * Knows none yet.
     *
     * @param threadPrefix how the name of a thread begins that looks for a caller who may be interrupted
     */
    DescriptorNumbers(String threadPrefix) {
        this.threadPrefix = threadPrefix;
    }

    /** Returns the number of a channel, which is looked for when it is asked. To be forgotten before the channel is closed. */
    DescriptorNumber of(FileChannel channel) {
        DescriptorNumber number = new DescriptorNumber(this, channel);
        unknown.add(number);
        return number;
    }

    void forget(DescriptorNumber number) {
        unknown.remove(number);
    }

    /**
     * Looks for one. An interrupt closes nothing, for channels are touched by a {@link SteadyThread} only: the caller, or
     * one of its own.
     */
    int find(DescriptorNumber sought) throws IOException {
        boolean isSteady = Thread.currentThread() instanceof SteadyThread;
        int found = isSteady ? look(sought) : SteadyThread.call(threadPrefix + "-descriptor", () -> look(sought));
        if (found != DescriptorNumber.UNKNOWN) {
            forget(sought);
        }
        return found;
    }

    private int look(DescriptorNumber sought) throws IOException {
        if (sought.look(ends(DescriptorPositions.numbers())) == DescriptorNumber.UNKNOWN) {
            lookForAll(sought);
        }
        // Of one that is appended to meanwhile the position changes, unless that has to wait.
        return sought.look(DescriptorPositions.numbers());
    }

    private static int[] ends(int[] all) {
        if (all.length <= 2 * FIRST_LOOKS) {
            return all;
        }
        int[] ends = Arrays.copyOf(all, 2 * FIRST_LOOKS);
        System.arraycopy(all, all.length - FIRST_LOOKS, ends, FIRST_LOOKS, FIRST_LOOKS);
        return ends;
    }

    /** Looks for all that are unknown, unless the one was found while another look was waited for. */
    private synchronized void lookForAll(DescriptorNumber sought) throws IOException {
        if (sought.known() != DescriptorNumber.UNKNOWN) {
            return;
        }
        Map<Long, DescriptorNumber> marked = new HashMap<>();
        for (DescriptorNumber each : unknown) {
            mark(each, marked);
        }
        for (int candidate : DescriptorPositions.numbers()) {
            DescriptorNumber there = marked.get(DescriptorPositions.of(candidate));
            if (there != null) {
                confirm(there, candidate);
            }
        }
    }

    private static void mark(DescriptorNumber number, Map<Long, DescriptorNumber> marked) {
        try {
            long position = number.markIfFree();
            if (position != DescriptorPositions.NONE) {
                marked.put(position, number);
            }
        } catch (IOException e) {
            // Being closed, or a device without positions: if it is that one that is sought, its own look says so.
        }
    }

    private void confirm(DescriptorNumber number, int candidate) {
        try {
            if (number.confirmIfFree(candidate)) {
                forget(number);
            }
        } catch (IOException e) {
            // As above.
        }
    }
}
