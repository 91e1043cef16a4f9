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
    private final Share all = new Share();

    /** A turn of somebody, until a time by System.nanoTime. */
    private record Turn(Object whose, long untilNs) {}

    /** What is lent, in all or to one user, and who is next. */
    static final class Share {
        private final AtomicLong lentBytes = new AtomicLong();
        /** Who was refused first and has the next turn, if anybody. */
        private final AtomicReference<@Nullable Turn> turn = new AtomicReference<>();

        long lentBytes() {
            return lentBytes.get();
        }

        /** Whether nobody else has the turn. */
        boolean isTurnOf(Object asker) {
            return isTurnOf(asker, turn.get());
        }

        private static boolean isTurnOf(Object asker, @Nullable Turn now) {
            return now == null || now.whose == asker || System.nanoTime() - now.untilNs >= 0;
        }

        /** Adds to what is lent, unless that passes its bound; the first is always let in. Who is refused is next. */
        boolean take(Object asker, long bytes, long max, long turnNs) {
            long now;
            do {
                now = lentBytes.get();
                if (now > 0 && now + bytes > max) {
                    changeTurn(asker, new Turn(asker, System.nanoTime() + turnNs));
                    return false;
                }
            } while (!lentBytes.compareAndSet(now, now + bytes));
            return true;
        }

        /** Who was next has got what he wanted. */
        void passTurn(Object asker) {
            changeTurn(asker, null);
        }

        private void changeTurn(Object asker, @Nullable Turn next) {
            Turn now = turn.get();
            if (now != next && isTurnOf(asker, now)) {
                turn.compareAndSet(now, next);
            }
        }

        void giveBack(long bytes) {
            lentBytes.addAndGet(-bytes);
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
        if (!share.isTurnOf(asker) || !all.isTurnOf(asker) || !share.take(asker, rounded, maxBytesOfUser, turnNs)) {
            return null;
        }
        boolean lent = false;
        try {
            if (!all.take(asker, rounded, maxBytes, turnNs)) {
                return null;
            }
            try {
                LeasePool.Chunk chunk = pool.lend(to, bytes);
                lent = true;
                share.passTurn(asker);
                all.passTurn(asker);
                return chunk;
            } finally {
                if (!lent) {
                    all.giveBack(rounded);
                }
            }
        } finally {
            if (!lent) {
                share.giveBack(rounded);
            }
        }
    }

    /** How much is lent now. */
    long lentBytes() {
        return all.lentBytes();
    }

    void takeBack(Consumer from, LeasePool.Chunk chunk) {
        pool.takeBack(chunk);
        all.giveBack(chunk.bytes());
        from.copies().giveBack(chunk.bytes());
    }
}
