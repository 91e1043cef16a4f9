package dev.penstock.aio.provider.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.aio.Errno;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.List;

/**
 * Open files that every ring of a backend knows, under the same index, so that a transfer costs no look-up of its
 * descriptor and no change of the count of who uses it, which is in the caches of one processor at a time. What finds no
 * room is used by its descriptor. To put a file in or out is a system call for each ring.
 *
 * <p>A ring keeps a file open, whatever becomes of the descriptor. Before Linux 6.13 it does so until all that was started
 * earlier in that ring has ended, of whatever file; there nothing is registered.
 */
final class FixedFiles {
    /** The index of what is not registered. */
    static final int NONE = -1;

    /** As many descriptors as a process may have if nobody has raised the limit, which a table must not exceed. */
    static final int FILES_MAX = 1_024;

    private static final int GONE = -1;

    private static final System.Logger LOG = System.getLogger(FixedFiles.class.getName());

    private final List<Ring> rings;
    /** How many there may be; 0 if nothing can be registered. */
    private final int most;
    // Guarded by this.
    private final BitSet used = new BitSet();
    private boolean closed;

    /** Makes room in the rings for so many. */
    FixedFiles(List<Ring> rings, int most) {
        this.rings = rings;
        this.most = rings.stream().allMatch(ring -> ring.letsGoOfFiles() && makeRoom(ring, most)) ? most : 0;
    }

    private static boolean makeRoom(Ring ring, int most) {
        int answer = ring.makeTable(Abi.IORING_REGISTER_FILES2, most);
        if (answer < 0) {
            LOG.log(
                    Level.INFO,
                    "files are used unregistered, a table of " + most + ": " + Errno.of(-answer) + " (" + -answer
                            + "); the limit of open files (ulimit -n) may be too low");
        }
        return answer == 0;
    }

    /** Returns the index of a descriptor's file from now on, or {@link #NONE}. */
    synchronized int register(int fd) {
        int index = used.nextClearBit(0);
        if (closed || index >= most) {
            return NONE;
        }
        boolean registered = false;
        try {
            registered = rings.stream().allMatch(ring -> update(ring, index, fd) == 1);
        } finally {
            if (registered) {
                used.set(index);
            } else {
                rings.forEach(ring -> update(ring, index, GONE));
            }
        }
        return registered ? index : NONE;
    }

    /** Nothing is in flight on it. The rings let go of the file. */
    synchronized void unregister(int index) {
        if (!closed && index != NONE) {
            rings.forEach(ring -> update(ring, index, GONE));
            used.clear(index);
        }
    }

    private static int update(Ring ring, int index, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            return ring.putIntoTable(Abi.IORING_REGISTER_FILES_UPDATE2, index, arena.allocateFrom(JAVA_INT, fd));
        }
    }

    /** The rings are about to go, and their descriptors may be of something else soon. */
    synchronized void close() {
        closed = true;
    }
}
