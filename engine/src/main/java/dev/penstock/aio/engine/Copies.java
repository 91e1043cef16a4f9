package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory through which requests are copied when a kernel goes on using it after the call and it is not of a lease:
 * chunks of the pool of leases, bounded in all. What is lent outlives whatever the user does with his own memory.
 */
final class Copies {
    private final LeasePool pool;
    private final long maxBytes;
    private final AtomicLong lentBytes = new AtomicLong();

    Copies(LeasePool pool, long maxBytes) {
        this.pool = pool;
        this.maxBytes = maxBytes;
    }

    /**
     * Lends memory for a copy; at least one is always lent, however small the bound.
     *
     * @param wanted bytes; what is lent may hold fewer
     * @return null if too much is lent now
     * @throws AioException ENOMEM
     */
    LeasePool.@Nullable Chunk lend(Consumer to, long wanted) throws AioException {
        int bytes = (int) Math.min(wanted, maxBytes);
        long rounded = LeasePool.rounded(bytes);
        long now;
        do {
            now = lentBytes.get();
            if (now > 0 && now + rounded > maxBytes) {
                return null;
            }
        } while (!lentBytes.compareAndSet(now, now + rounded));
        try {
            return pool.lend(to, bytes);
        } catch (AioException | RuntimeException | Error e) {
            lentBytes.addAndGet(-rounded);
            throw e;
        }
    }

    /** How much is lent now. */
    long lentBytes() {
        return lentBytes.get();
    }

    void takeBack(LeasePool.Chunk chunk) {
        pool.takeBack(chunk);
        lentBytes.addAndGet(-chunk.bytes());
    }
}
