package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TappedFile;

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
    }

    private final Key key;
    private final Ring ring;

    Group(Key key, int capacity) {
        this.key = key;
        this.ring = new Ring(capacity);
    }

    Key key() {
        return key;
    }

    Ring ring() {
        return ring;
    }

    boolean matches(Completion.Operation operation) {
        return key.filter().matches(operation);
    }

    /** Whether a request of a file and a kind that match does so too. Allocates nothing. */
    boolean matches(EndedRequest request) {
        return key.filter().matches(request);
    }
}
