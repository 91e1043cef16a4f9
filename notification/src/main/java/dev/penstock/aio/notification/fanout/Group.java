package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TappedFile;
import org.jspecify.annotations.Nullable;

/** Everybody who wants the same: one filter, one ring, whoever reads it. */
final class Group {
    /**
     * What its listeners have in common.
     *
     * @param filter what they want
     * @param sees whose files they may see: the id of a bundle, {@link TappedFile#PROGRAM}, or {@link #ALL}
     */
    record Key(Filter filter, long sees) {
        /** May see everybody's files. */
        static final long ALL = Long.MIN_VALUE;

        boolean matches(TappedFile file) {
            return (sees == ALL || sees == file.owner()) && filter.matches(file);
        }

        // By hand, for the JDK keeps the types of a record whose own were called last, and with them this class loader.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && sees == key.sees && filter.equals(key.filter);
        }

        @Override
        public int hashCode() {
            return 31 * filter.hashCode() + Long.hashCode(sees);
        }
    }

    private final Key key;
    private final Ring ring;
    /** Nobody is in it any more. */
    private volatile boolean over;
    /** See {@link #isAwaited}. */
    private volatile boolean awaited;

    Group(Key key, int capacity) {
        this.key = key;
        this.ring = new Ring(capacity);
    }

    Key key() {
        return key;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    Ring ring() {
        return ring;
    }

    /**
     * Whether the pump has to be called for what comes into the ring, if it is parked: not while everybody who reads it is
     * being run, for he looks again when he is through, or could be told of nothing.
     */
    boolean isAwaited() {
        return awaited;
    }

    /** Somebody waits for more; he looks into the ring afterwards. */
    void await() {
        awaited = true;
    }

    /** Nobody waits for more, as far as is known; who does says so afterwards. */
    void awaitNothing() {
        awaited = false;
    }

    boolean matches(Completion.Operation operation) {
        return key.filter().matches(operation);
    }

    /** Whether a request of a file and a kind that match does so too. Allocates nothing. */
    boolean matches(EndedRequest request) {
        return key.filter().matches(request);
    }
}
