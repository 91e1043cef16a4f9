package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The memory through which requests are copied when a kernel goes on using it after the call and it is not of a lease:
 * chunks of the pool of leases, bounded in all and for each user. What is lent outlives whatever the user does with his
 * own memory.
 *
 * <p>Who is refused for want of room, in all or within what the user may have, has it kept for him, or a large one would
 * starve behind small ones that come and go. He asks again within a millisecond or so; should he not, his turn passes by
 * itself.
 */
final class Copies {
    static final long TURN_NS = 5_000_000;

    private final LeasePool pool;
    private final long maxBytes;
    private final long maxBytesOfUser;
    private final long turnNs;
    private final AtomicLong lentBytes = new AtomicLong();
    /** Who was refused first and has the next turn, if anybody. */
    private final AtomicReference<@Nullable Turn> turn = new AtomicReference<>();

    /** A turn of somebody, until a time by System.nanoTime. */
    private record Turn(Object whose, long untilNs) {}

    /** What a user has of it. */
    static final class Share {
        private final AtomicLong lentBytes = new AtomicLong();
        private final AtomicReference<@Nullable Turn> turn = new AtomicReference<>();

        long lentBytes() {
            return lentBytes.get();
        }
    }

    Copies(LeasePool pool, long maxBytes, long maxBytesOfUser, long turnNs) {
        this.pool = pool;
        this.maxBytes = maxBytes;
        this.maxBytesOfUser = Math.min(maxBytes, maxBytesOfUser);
        this.turnNs = turnNs;
    }

    /**
     * Lends memory for a copy; at least one is always lent, however small the bounds.
     *
     * @param asker whose turn it is if he is refused
     * @param wanted bytes; what is lent may hold fewer
     * @return null if too much is lent now
     * @throws AioException ENOMEM
     */
    LeasePool.@Nullable Chunk lend(Object asker, Consumer to, long wanted) throws AioException {
        int bytes = (int) Math.min(wanted, maxBytesOfUser);
        long rounded = LeasePool.rounded(bytes);
        Share share = to.copies();
        if (!isTurn(share.turn.get(), asker) || !isTurn(turn.get(), asker)) {
            return null;
        }
        if (!take(share.lentBytes, rounded, maxBytesOfUser)) {
            keep(share.turn, asker);
            return null;
        }
        boolean lent = false;
        try {
            if (!take(lentBytes, rounded, maxBytes)) {
                keep(turn, asker);
                return null;
            }
            try {
                LeasePool.Chunk chunk = pool.lend(to, bytes);
                lent = true;
                clear(share.turn, asker);
                clear(turn, asker);
                return chunk;
            } finally {
                if (!lent) {
                    lentBytes.addAndGet(-rounded);
                }
            }
        } finally {
            if (!lent) {
                share.lentBytes.addAndGet(-rounded);
            }
        }
    }

    /** Whether nobody else has the turn. */
    private static boolean isTurn(@Nullable Turn now, Object asker) {
        return now == null || now.whose == asker || System.nanoTime() - now.untilNs >= 0;
    }

    private void keep(AtomicReference<@Nullable Turn> of, Object asker) {
        Turn now = of.get();
        if (isTurn(now, asker)) {
            of.compareAndSet(now, new Turn(asker, System.nanoTime() + turnNs));
        }
    }

    private static void clear(AtomicReference<@Nullable Turn> of, Object asker) {
        Turn now = of.get();
        if (now != null && isTurn(now, asker)) {
            of.compareAndSet(now, null);
        }
    }

    /** Adds to a sum, unless that passes its bound; the first is always let in. */
    private static boolean take(AtomicLong sum, long bytes, long max) {
        long now;
        do {
            now = sum.get();
            if (now > 0 && now + bytes > max) {
                return false;
            }
        } while (!sum.compareAndSet(now, now + bytes));
        return true;
    }

    /** How much is lent now. */
    long lentBytes() {
        return lentBytes.get();
    }

    void takeBack(Consumer from, LeasePool.Chunk chunk) {
        pool.takeBack(chunk);
        lentBytes.addAndGet(-chunk.bytes());
        from.copies().lentBytes.addAndGet(-chunk.bytes());
    }
}
