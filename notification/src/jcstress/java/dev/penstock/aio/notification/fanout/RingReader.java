package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import java.nio.file.Path;

/** Reads a ring as a subscription does, and checks the order of each file. */
final class RingReader {
    private static final Path PATH = Path.of("/f");

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

    static Completion numbered(long file, long sequence) {
        return new Told(
                Completion.Operation.READ, "", PATH, file, sequence, 0, 0, 0, Errno.SUCCESS, 0, "", 0, 0, null);
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
                inOrder &= last[file] < there.sequence();
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
