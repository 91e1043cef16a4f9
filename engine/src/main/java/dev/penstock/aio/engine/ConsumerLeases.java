package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What one user has leased, and how much of it. */
final class ConsumerLeases {
    private final Consumer consumer;
    private final LeasePool pool;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<PooledLease> leases = ConcurrentHashMap.newKeySet();

    ConsumerLeases(Consumer consumer, LeasePool pool, long maxBytes) {
        this.consumer = consumer;
        this.pool = pool;
        this.maxBytes = maxBytes;
    }

    Lease lend(int wanted) throws AioException {
        if (wanted < 1) {
            throw new AioException("lease bytes=" + wanted, Errno.EINVAL, "not 1 or more");
        }
        long rounded = LeasePool.rounded(wanted);
        long now;
        do {
            now = bytes.get();
            if (now + rounded > maxBytes) {
                throw new AioException(
                        "lease bytes=" + wanted, Errno.EAGAIN, now + " of " + maxBytes + " bytes are leased");
            }
        } while (!bytes.compareAndSet(now, now + rounded));
        try {
            PooledLease lease = new PooledLease(consumer, pool.lend(consumer, wanted), wanted);
            leases.add(lease);
            return lease;
        } catch (AioException | RuntimeException | Error e) {
            bytes.addAndGet(-rounded);
            throw e;
        }
    }

    /** How much is leased now, as rounded up. */
    long bytes() {
        return bytes.get();
    }

    void takeBack(PooledLease lease, LeasePool.Chunk chunk) {
        leases.remove(lease);
        pool.takeBack(chunk);
        bytes.addAndGet(-chunk.bytes());
    }

    /** Takes back what the user left; what a request still borrows, when that has ended. */
    void closeAll() {
        leases.forEach(PooledLease::abandon);
    }
}
