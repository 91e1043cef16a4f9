package dev.penstock.aio.spi;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One way into the kernel (a ring, or a thread pool's queue). It knows a few verbs, and the engine decides when to use
 * them. In most cases several threads use one lane; requests of one thread go to one lane.
 *
 * <p>There are two kinds. A lane that {@linkplain #pushes() pushes} delivers to its sink from threads of its own. A
 * lane that is collected delivers inside {@link #collect()}; somebody has to call it, and to {@link #block} for it.
 * Either kind delivers also what a {@link #cancel} takes back, what a waiter carries out by {@link #help}, and what a
 * {@link #flush} does at once, if it likes.
 *
 * <p>No verb is called while {@link Backend#close} runs or after it.
 *
 * <p>Every verb but {@link #block} and {@link #help} is called by virtual threads too, often while they hold something
 * of the engine: its locks in {@link #stage}, the sole right to collect in {@link #collect}. So none of these should
 * park the calling thread, neither for a lock of {@code java.util.concurrent} nor for a monitor: an unmounted virtual
 * thread holds up everybody else for as long as its scheduler likes. Use compare-and-set, or spin. A call into the
 * kernel does not unmount.
 */
@ConsumerType
public interface Lane {
    /** {@return how many transfers may be staged or in flight at a time, 1 or more; fixed} */
    int window();

    /**
     * {@return at how many staged transfers the engine should flush without waiting for more, 1 or more} Asked at each
     * submit, and may change. It must answer from what is known, by a read of a field, also when the backend is closed.
     */
    int flushThreshold();

    /**
     * {@return whether the engine should flush at once what is staged while nothing is in flight} Asked at each submit,
     * and may change; see {@link #flushThreshold}. No, if all that is staged is {@linkplain #isForHelpers for helpers}:
     * the waiter, or the engine's keeper, comes soon enough.
     */
    boolean flushesWhenIdle();

    /**
     * {@return whether a thread that waits for this transfer does best to carry it out itself, by {@link #help}} Then the
     * engine lets it try, hurries nobody, and goes on calling {@link #flushByKeeper} even after a {@link #flush}. Asked
     * before {@link #stage}, and by whoever waits, for whom the transfer may have ended, or be another one, by then; it must
     * answer from what is known, by reads of fields, also when the backend is closed.
     *
     * @param transfer a transfer, of a file of this backend
     */
    default boolean isForHelpers(Transfer transfer) {
        return false;
    }

    /** {@return whether completions are delivered by threads of the lane; then it is never collected} */
    boolean pushes();

    /**
     * Takes a transfer without starting it. The engine holds its own lock for the lane, so this is never called by
     * two threads at a time, never with more than {@link #window()} outstanding; it must neither block nor deliver.
     *
     * @param token names the transfer from now until its completion: a number below {@link #window()} in its low 32
     *     bits, that no other outstanding transfer of the lane has, and a generation in its high ones
     * @param transfer what to do
     */
    void stage(long token, Transfer transfer);

    /**
     * Starts what is staged. Any thread, no lock of the engine's held. Never blocks for I/O to finish. It may leave to
     * {@linkplain #isForHelpers helpers} what they are about to start. It may deliver what it has done without waiting;
     * but a flush that is called inside a delivery by a flush delivers nothing, for with each end there is room, and the
     * engine stages and flushes the next.
     *
     * <p>What was staged before the call and cannot be started now, because a queue is full or there is no thread to be
     * had, stays the lane's duty: the engine does not ask again. A lane that is collected must try again in each
     * {@link #collect} and {@link #block}, which the engine keeps calling while something is in flight: at least every
     * two milliseconds or so, even if nobody waits. A lane that pushes must see to it with threads of its own. If this
     * throws, the engine does ask again.
     */
    void flush();

    /**
     * As {@link #flush()}, from a thread that lives as long as the lane. Transfers that
     * {@linkplain Transfer#needsKeeper() need the keeper} are started by this call only, where that matters to the
     * kernel.
     *
     * <p>The engine calls it about every 50 to 100 us while something is staged that was not flushed, or was left to
     * {@linkplain #isForHelpers helpers}. While other threads flush or help every 200 us or so on the average, it leaves to them
     * what they stage: then something that they do not start is, within 1.5 ms or so, by this call or, on a lane that is
     * collected, by a {@link #flush()} of a thread of the engine's. What helpers are about to start may be left to them here
     * too, and the engine asks again; not for more than a call or two, for there may be no helper.
     *
     * @return whether all is started, or the lane's duty as in {@link #flush()}; if not, the engine asks again at its
     *     next turn
     */
    default boolean flushByKeeper() {
        flush();
        return true;
    }

    /**
     * Delivers what is finished to the sink; never blocks. The engine calls it from one thread at a time.
     *
     * @return how many were delivered; 0 for a lane that pushes
     */
    default int collect() {
        return 0;
    }

    /**
     * Waits, on a platform thread, until something may be collectable, {@link #wake()} is called, the thread is
     * interrupted, or the time is over; it may return early. The engine calls it from one thread at a time, with no
     * lock held. Not called for a lane that pushes.
     *
     * @param nanos 1 or more
     */
    default void block(long nanos) {}

    /**
     * Ends a {@link #block} under way, or the next one if none is. Any thread. A lane whose kernel wait cannot be ended
     * from outside waits in slices of time, 1 ms at most, and ends the block at the end of one: then a wake, as an
     * interrupt, takes effect that late.
     */
    default void wake() {}

    /**
     * Carries out in the calling platform thread a transfer that is staged and was not started, and delivers it. The thread
     * waits for its request, or for one that waits for it, as a sync does for writes. It takes as long as the transfer does:
     * a wait with a timeout may end that late.
     *
     * @param token the transfer
     * @return whether it was dealt with; false if it is not there any more or is not one to be helped with, and nothing
     *     was done then
     */
    default boolean help(long token) {
        return false;
    }

    /**
     * Tries to take a transfer back. If it succeeds, the completion with ECANCELED is delivered to the sink before
     * this returns, and neither file nor memory is touched any more. Any thread.
     *
     * @param token the transfer
     * @return true if it was taken back; false if it runs, or ended, or nobody can know
     */
    boolean cancel(long token);
}
