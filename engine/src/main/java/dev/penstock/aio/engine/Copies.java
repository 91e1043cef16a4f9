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
 * <p>Who is refused for want of room in all has it kept for him, or a large one would starve behind small ones that come
 * and go. He asks again within a millisecond or so; should he not, his turn passes by itself.
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
        if (!take(to.copiedBytes(), rounded, maxBytesOfUser)) {
            return null;
        }
        boolean lent = false;
        try {
            if (!takeInTurn(asker, rounded)) {
                return null;
            }
            try {
                LeasePool.Chunk chunk = pool.lend(to, bytes);
                lent = true;
                return chunk;
            } finally {
                if (!lent) {
                    lentBytes.addAndGet(-rounded);
                }
            }
        } finally {
            if (!lent) {
                to.copiedBytes().addAndGet(-rounded);
            }
        }
    }

    private boolean takeInTurn(Object asker, long bytes) {
        Turn now = turn.get();
        boolean own = now != null && now.whose == asker;
        if (now != null && !own && System.nanoTime() - now.untilNs < 0) {
            return false;
        }
        boolean taken = take(lentBytes, bytes, maxBytes);
        turn.compareAndSet(now, taken ? null : new Turn(asker, System.nanoTime() + turnNs));
        return taken;
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
        from.copiedBytes().addAndGet(-chunk.bytes());
    }
}
