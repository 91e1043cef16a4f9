package dev.penstock.aio.provider.nio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.spi.CompletionSink;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Remembers what is delivered. A second delivery for a token is a failure of the test that awaits it. */
final class RecordingSink implements CompletionSink {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private final Map<Long, Outcome> outcomes = new HashMap<>();
    private final BitSet slots = new BitSet();
    private int generation;
    private int deliveredTwice;

    /** Returns a token with a slot that no outstanding transfer has. */
    synchronized long newToken() {
        int slot = slots.nextClearBit(0);
        slots.set(slot);
        return (long) ++generation << 32 | slot;
    }

    @Override
    public void completed(long token, long result) {
        put(token, Outcome.completed(result));
    }

    @Override
    public void failed(long token, int errno, String text) {
        put(token, Outcome.failed(errno, text));
    }

    @Override
    public void repeat(long token) {
        put(token, Outcome.handedBack());
    }

    private synchronized void put(long token, Outcome outcome) {
        if (outcomes.put(token, outcome) != null) {
            deliveredTwice++;
        }
        slots.clear((int) token);
        notifyAll();
    }

    /** Returns how a transfer ended; {@code null} if it has not. */
    synchronized Outcome get(long token) {
        return outcomes.get(token);
    }

    /** Waits for the end of a transfer. */
    synchronized Outcome await(long token) {
        long untilNs = System.nanoTime() + LIMIT_NS;
        boolean interrupted = false;
        while (!outcomes.containsKey(token) && System.nanoTime() < untilNs) {
            try {
                wait(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        assertThat(deliveredTwice).isZero();
        assertThat(outcomes).as("transfer %x has ended", token).containsKey(token);
        return outcomes.remove(token);
    }
}
