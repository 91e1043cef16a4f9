package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;

/** Reads a ring as a subscription does, and checks the order of each file, and that nothing is mixed up. */
final class RingReader {
    private final Ring ring;
    private final long[] last = new long[3];
    private long index;
    private int read;
    private long missed;
    private boolean inOrder = true;

    RingReader(Ring ring) {
        this.ring = ring;
        this.index = ring.head();
    }

    void readAll() {
        while (true) {
            long from = ring.oldest(index);
            missed += from - index;
            index = from;
            Completion there = ring.at(index);
            if (there == null && ring.oldest(index) == index) {
                return;
            }
            if (there != null) {
                int file = (int) there.file();
                inOrder &= last[file] < there.sequence() && Numbered.isWhole(there);
                last[file] = there.sequence();
                read++;
                index++;
            }
        }
    }

    int read() {
        return read;
    }

    long missed() {
        return missed;
    }

    boolean isInOrder() {
        return inOrder;
    }
}
