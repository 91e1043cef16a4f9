package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a control block was given as its memory: the engine's own views, so that nobody else moves their position or
 * limit, and where in them the bytes lie. Made when the memory is set, armed anew for each request.
 */
final class Buffers {
    private static final ByteBuffer[] NOTHING = {};

    private final ByteBuffer[] views;
    /** Views that nobody moves, for who asks what was set; none where nobody can ask, or a lease was set. */
    private final ByteBuffer[] given;

    private final int[] starts;
    private final int[] ends;
    private final @Nullable PooledLease lease;
    private final boolean isReadOnly;
    private long total;

    private Buffers(ByteBuffer[] views, ByteBuffer[] given, @Nullable PooledLease lease) {
        this.views = views;
        this.given = given;
        this.lease = lease;
        this.starts = new int[views.length];
        this.ends = new int[views.length];
        boolean readOnly = false;
        for (int i = 0; i < views.length; i++) {
            starts[i] = views[i].position();
            ends[i] = views[i].limit();
            total += ends[i] - starts[i];
            readOnly |= views[i].isReadOnly();
        }
        this.isReadOnly = readOnly;
    }

    static void requireNoNull(ByteBuffer[] buffers, String name) {
        requireNonNull(buffers, name);
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] == null) {
                throw new NullPointerException(name + "[" + i + "]");
            }
        }
    }

    static Buffers of(ByteBuffer... buffers) {
        return new Buffers(duplicates(buffers), NOTHING, null);
    }

    /** As {@link #of(ByteBuffer...)}, for who may be asked for them later. */
    static Buffers kept(ByteBuffer... buffers) {
        ByteBuffer[] given = duplicates(buffers);
        return new Buffers(duplicates(given), given, null);
    }

    static Buffers of(PooledLease lease) {
        Buffers spare = lease.takeSpare();
        if (spare != null) {
            spare.refresh(lease);
            return spare;
        }
        return new Buffers(new ByteBuffer[] {lease.view()}, NOTHING, lease);
    }

    private static ByteBuffer[] duplicates(ByteBuffer[] buffers) {
        ByteBuffer[] duplicates = new ByteBuffer[buffers.length];
        for (int i = 0; i < buffers.length; i++) {
            duplicates[i] = buffers[i].duplicate();
        }
        return duplicates;
    }

    /** Returns what was set, as views of their own: those of a request move while it runs. */
    List<ByteBuffer> given() {
        return List.of(duplicates(given));
    }

    /** Takes the lease's present position and limit, if this is its description already. */
    boolean refresh(PooledLease again) {
        if (lease != again) {
            return false;
        }
        ByteBuffer now = again.present();
        starts[0] = now.position();
        ends[0] = now.limit();
        total = now.remaining();
        return true;
    }

    /** Nobody uses it any more: the lease may have it for its next request. */
    void spare() {
        if (lease != null) {
            lease.spare(this);
        }
    }

    long total() {
        return total;
    }

    int count() {
        return views.length;
    }

    ByteBuffer view(int index) {
        return views[index];
    }

    @Nullable
    PooledLease lease() {
        return lease;
    }

    boolean isReadOnly() {
        return isReadOnly;
    }

    /** Returns where in the first one the bytes begin. */
    int start() {
        return starts[0];
    }

    /** Whether the calling thread may touch the memory: an arena may be closed, or another thread's. */
    boolean isAccessible() {
        if (lease != null) {
            return true;
        }
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            for (int i = 0; i < views.length; i++) {
                if (ends[i] > starts[i]) {
                    views[i].get(starts[i]);
                }
            }
            return true;
        } catch (RuntimeException | InternalError e) {
            untouchable(e, interrupted);
            return false;
        }
    }

    /**
     * To be called for what memory threw that is closed, another thread's (java.lang.WrongThreadException, which Java 17
     * does not have), or mapped of a file that was cut meanwhile (InternalError).
     */
    private static void untouchable(Throwable why, boolean interrupted) {
        if (why instanceof IllegalStateException && !interrupted) {
            // An arena that is closed at this moment sets the flag of a thread inside it, though nobody interrupts.
            Thread.interrupted();
        }
    }

    /**
     * Copies what the views hold now into a copy.
     *
     * @return false if the calling thread cannot touch the memory
     */
    boolean gather(ByteBuffer copy, int bytes) {
        return move(copy, bytes, true);
    }

    /**
     * Copies out of a copy into what the views hold now.
     *
     * @return false if the calling thread cannot touch the memory
     */
    boolean scatter(ByteBuffer copy, int bytes) {
        return move(copy, bytes, false);
    }

    private boolean move(ByteBuffer copy, int bytes, boolean gather) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        try {
            int moved = 0;
            for (int i = 0; i < views.length && moved < bytes; i++) {
                ByteBuffer view = views[i];
                int part = Math.min(view.remaining(), bytes - moved);
                if (gather) {
                    copy.put(moved, view, view.position(), part);
                } else {
                    view.put(view.position(), copy, moved, part);
                }
                moved += part;
            }
            return true;
        } catch (RuntimeException | InternalError e) {
            untouchable(e, interrupted);
            return false;
        }
    }

    /** Whether every direct buffer starts at a multiple; the JDK and the engine copy what is on the heap. */
    boolean isAddressAligned(int alignment) {
        for (int i = 0; i < views.length; i++) {
            if (views[i].isDirect() && views[i].alignmentOffset(starts[i], alignment) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether every part that a transfer of this length uses is a multiple long. */
    boolean isLengthAligned(long length, int alignment) {
        long left = length;
        for (int i = 0; i < views.length && left > 0; i++) {
            long part = Math.min(left, (long) ends[i] - starts[i]);
            if (part % alignment != 0) {
                return false;
            }
            left -= part;
        }
        return true;
    }

    /** Sets position and limit of the views so that they hold these bytes of the whole. */
    void arm(long from, long length) {
        long skip = from;
        long left = length;
        for (int i = 0; i < views.length; i++) {
            long part = (long) ends[i] - starts[i];
            long skipped = Math.min(skip, part);
            long used = Math.min(left, part - skipped);
            int position = starts[i] + (int) skipped;
            views[i].limit(position + (int) used).position(position);
            skip -= skipped;
            left -= used;
        }
    }
}
