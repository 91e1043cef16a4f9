package dev.penstock.aio.engine;

import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of lio_listio under way: counts its entries down and tells of the last.
 *
 * <p>The starting thread holds one count more than there are entries, so that the list cannot end while entries are
 * still being started.
 */
final class ListOperation extends Waitable implements Awaited {
    private final Consumer consumer;
    private final SigEvent event;
    private final BlockWait blocks;
    private final int entries;
    private final AtomicInteger left;
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    ListOperation(Consumer consumer, @Nullable ControlBlock[] blocks, int entries, SigEvent event) {
        this.consumer = consumer;
        this.event = event;
        this.blocks = new BlockWait().ofEntries(consumer, blocks);
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
        countDown(driver);
    }

    /** An entry was refused by itself, and ended. */
    void entryRefused() {
        refused.incrementAndGet();
    }

    /** Whether an entry counts as ended only after its own callback has run; who waits, waits for requests alone. */
    boolean isToldAfterCallbacks() {
        return event.notification() == SigEvent.Notify.CALL;
    }

    /** Every entry was started, or refused. */
    void started() {
        countDown(null);
    }

    private void countDown(@Nullable LaneDriver driver) {
        if (left.decrementAndGet() == 0) {
            wake(driver);
            if (event.notification() == SigEvent.Notify.CALL) {
                consumer.notifier().tell(new Told(consumer, event, entries - refused.get(), failed.get()));
            }
        }
    }

    int failed() {
        return failed.get();
    }

    @Override
    public boolean isMet() {
        return left.get() == 0;
    }

    @Override
    public boolean help() {
        return blocks.help();
    }

    @Override
    public void flush() {
        blocks.flush();
    }

    @Override
    public void glance() {
        blocks.glance();
    }

    @Override
    public @Nullable LaneDriver soleLane() {
        return blocks.soleLane();
    }

    @Override
    public void need() {
        blocks.need();
    }

    @Override
    public void unneed() {
        blocks.unneed();
    }
}
