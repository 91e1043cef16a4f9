package dev.penstock.aio.provider.nio;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The transfers that are staged and not yet started, oldest first. Whoever wants one - a worker, a helper, somebody
 * who cancels - claims it by compare-and-set; exactly one does. Workers take only what is due.
 *
 * <h2>Which thread runs what</h2>
 *
 * {@link #add} is called by one thread at a time, as the engine promises of {@code stage}; everything else by any
 * thread.
 *
 * <h2>What orders what</h2>
 *
 * A slot, the low half of a token, holds the token while the transfer can be claimed; a claim empties it. Generations
 * make a token unique, so a claim that comes late fails. The ring holds tokens in order; an entry whose slot does not
 * hold its token is dead, left behind by a helper or a cancel, and is dropped by whoever meets it at the head. A token
 * may stand in the ring twice, for the claim decides. The volatile write of {@link #tail} publishes the entry, and
 * with it the slot and what the lane wrote before.
 *
 * <h2>Why this shape</h2>
 *
 * The JDK's queues allocate for each entry (24 to 33 bytes measured), and locks allocate when threads meet. First in
 * first out matters: transfers of a sequential stream that are taken in another order defeat read-ahead.
 */
final class StagedQueue {
    /** No token, for a slot is never so high. */
    static final long NONE = -1;

    private final AtomicLongArray slots;
    private final AtomicLongArray ring;
    private final int mask;
    /** Entries ever taken or dropped. */
    private final AtomicLong head = new AtomicLong();
    /** Entries ever added; written by the thread that adds. */
    private volatile long tail;

    /** Entries before this one are due. Only grows. */
    private final AtomicLong due = new AtomicLong();

    /** Makes a queue for so many transfers at a time, with slots below that number. */
    StagedQueue(int window) {
        slots = new AtomicLongArray(window);
        for (int slot = 0; slot < window; slot++) {
            slots.set(slot, NONE);
        }
        // Twice the window, so that dead entries are moved away at most once in a window's worth of entries.
        int length = Integer.highestOneBit(Math.max(2, window * 2 - 1)) << 1;
        ring = new AtomicLongArray(length);
        mask = length - 1;
    }

    static int slot(long token) {
        return (int) token;
    }

    void add(long token) {
        slots.setRelease(slot(token), token);
        while (tail - head.get() > mask - 1) {
            makeRoom();
        }
        append(token);
    }

    private void append(long token) {
        long end = tail;
        ring.setRelease((int) end & mask, token);
        tail = end + 1;
    }

    /**
     * Drops the dead ones of all entries there are. What lives is appended before it is dropped from the head, so at
     * no time is it missing.
     */
    private void makeRoom() {
        for (long left = tail - head.get(); left > 0; left--) {
            long first = head.get();
            if (first == tail) {
                return;
            }
            long token = ring.get((int) first & mask);
            if (isLive(token)) {
                append(token);
                // Due or not: who makes it due just now may not have seen where it stands from now on.
                makeDue(end());
            }
            head.compareAndSet(first, first + 1);
        }
    }

    private boolean isLive(long token) {
        return slots.get(slot(token)) == token;
    }

    /** Claims a transfer; false if it is not there any more. */
    boolean claim(long token) {
        int slot = slot(token);
        return slots.get(slot) == token && slots.compareAndSet(slot, token, NONE);
    }

    /** Returns where the next entry will stand. */
    long end() {
        return tail;
    }

    /** Entries before a place are due, unless they are already. */
    void makeDue(long end) {
        for (long now = due.get(); now < end; now = due.get()) {
            if (due.compareAndSet(now, end)) {
                return;
            }
        }
    }

    /** Claims the oldest transfer that is due; {@link #NONE} if there is none. */
    long take() {
        for (; ; ) {
            long first = head.get();
            if (first >= due.get()) {
                return NONE;
            }
            long token = ring.get((int) first & mask);
            if (head.compareAndSet(first, first + 1) && claim(token)) {
                return token;
            }
        }
    }

    /** Whether there is nothing to claim. */
    boolean isEmpty() {
        return firstLive() >= tail;
    }

    /** Whether there is something for a worker to claim. */
    boolean isAnyDue() {
        return firstLive() < due.get();
    }

    /** Returns where the oldest that can be claimed stands; the end if there is none. Drops the dead ones before it. */
    private long firstLive() {
        for (; ; ) {
            long first = head.get();
            if (first >= tail || isLive(ring.get((int) first & mask))) {
                return first;
            }
            head.compareAndSet(first, first + 1);
        }
    }
}
