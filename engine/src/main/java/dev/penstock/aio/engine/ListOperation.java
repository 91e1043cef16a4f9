package dev.penstock.aio.engine;

import dev.penstock.aio.SigEvent;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of lio_listio under way: counts its entries down and tells of the last.
 *
 * <p>The starting thread holds one count more than there are entries, so that the list cannot end while entries are
 * still being started.
 */
final class ListOperation extends Waitable {
    private final Consumer consumer;
    private final SigEvent event;
    private final int entries;
    private final AtomicInteger left;
    private final AtomicInteger failed = new AtomicInteger();
    /** Written by the starting thread, before it counts itself off. */
    private int refused;

    ListOperation(Consumer consumer, int entries, SigEvent event) {
        this.consumer = consumer;
        this.event = event;
        this.entries = entries;
        this.left = new AtomicInteger(entries + 1);
    }

    /**
     * An entry ended, and its own notification, if any, has run.
     *
     * @param driver the lane whose kernel wait the list's waiter may be in, or null
     */
    void entryEnded(boolean unsuccessful, @Nullable LaneDriver driver) {
        if (unsuccessful) {
            failed.incrementAndGet();
        }
        countDown(1, driver);
    }

    /** An entry was refused by itself, and ended. By the starting thread. */
    void entryRefused() {
        refused++;
    }

    /** Whether an entry counts as ended only after its own callback has run; who waits, waits for requests alone. */
    boolean isToldAfterCallbacks() {
        return event.notification() == SigEvent.Notify.CALL;
    }

    /**
     * Every entry was started or refused. By the starting thread.
     *
     * @param leftOut all but so many, which are as before
     */
    void started(int leftOut) {
        refused += leftOut;
        countDown(1 + leftOut, null);
    }

    private void countDown(int by, @Nullable LaneDriver driver) {
        if (left.addAndGet(-by) == 0) {
            wake(driver);
            if (event.notification() == SigEvent.Notify.CALL) {
                consumer.notifier().tell(new Told(consumer, event, entries - refused, failed.get()));
            }
        }
    }

    /** Whether every entry was started or refused, and has ended. */
    boolean hasEnded() {
        return left.get() == 0;
    }

    int failed() {
        return failed.get();
    }
}
