package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import org.jspecify.annotations.Nullable;

/**
 * How one user's requests are started: claim the block, copy and check its description, take a share of the limits,
 * borrow its memory, hand it to its file. Where a step refuses, the steps before it are undone.
 */
final class Submission {
    private final Consumer consumer;
    private final Admission own;
    private final Admission shared;

    Submission(Consumer consumer) {
        this.consumer = consumer;
        this.own = new Admission(consumer.engine().config().maxRequestsPerConsumer());
        this.shared = consumer.engine().admission();
    }

    /** Starts a request and flushes as its lane likes it. */
    void submit(Block block, TransferKind kind) throws AioException {
        // Read before the block is accepted: from then on a callback may start it anew, with another event, elsewhere.
        LaneDriver driver;
        SigEvent telling;
        try {
            claim(block);
            try {
                block.prepare(kind);
                telling = block.flight.telling();
                admit(block.flight, 1, calls(telling) || block.owner != null);
            } catch (AioException | RuntimeException | Error e) {
                block.unclaim();
                throw e;
            }
            try {
                driver = accept(block, telling);
            } catch (AioException | RuntimeException | Error e) {
                release(1);
                block.unclaim();
                throw e;
            }
        } catch (AioException e) {
            consumer.stats().refused.increment();
            throw e;
        }
        if (CallbackThread.flushesLater(driver, block)) {
            driver.submittedToBeFlushed();
        } else {
            driver.submitted(isWaitedFor(telling));
        }
    }

    void claim(Block block) throws AioException {
        if (consumer.isClosed()) {
            throw consumer.stopped("start " + block);
        }
        if (!block.claim()) {
            throw block.busy("start");
        }
    }

    /**
     * Takes a share of the limits.
     *
     * @param mayCall whether code of the user may have to be run when they end: refused while as many callbacks and
     *     dependent stages as there may be requests have not run
     */
    void admit(Flight flight, int count, boolean mayCall) throws AioException {
        String behind = mayCall ? behind() : null;
        if (behind != null) {
            throw flight.refusal(Errno.EAGAIN, behind);
        }
        if (!own.acquire(count)) {
            throw flight.refusal(
                    Errno.EAGAIN, own.pending() + " of " + own.max() + " requests of this user are pending");
        }
        if (!shared.acquire(count)) {
            own.release(count);
            throw flight.refusal(Errno.EAGAIN, shared.pending() + " of " + shared.max() + " requests are pending");
        }
    }

    /** Returns how many callbacks have not run, if nothing may be started that would add one; else null. */
    @Nullable
    String behind() {
        String own = behind("callbacks of this user", consumer.callbacks().pending(), this.own.max());
        return own != null ? own : behind("callbacks", consumer.notifier().pending(), shared.max());
    }

    private static @Nullable String behind(String what, int pending, int max) {
        return pending < max ? null : pending + " of " + max + " " + what + " have not run";
    }

    /** Gives a share of the limits back. */
    void release(int count) {
        shared.release(count);
        own.release(count);
    }

    /**
     * Starts an entry of a list, which was claimed and admitted; if it is refused it stays so.
     *
     * @return the lane to be flushed
     */
    LaneDriver startEntry(Block block, TransferKind kind) throws AioException {
        block.prepare(kind);
        return accept(block, block.flight.telling());
    }

    /**
     * Hands a claimed, prepared and admitted block to its file.
     *
     * @return the lane to be flushed
     */
    private LaneDriver accept(Block block, SigEvent telling) throws AioException {
        if (!block.flight.borrow()) {
            throw new IllegalStateException("the lease was released: " + block);
        }
        expect(block, telling);
        try {
            return block.flight.target().order().submit(block);
        } catch (AioException | RuntimeException | Error e) {
            expectNoMore(block, telling);
            block.flight.giveBack();
            throw e;
        }
    }

    private void expect(Block block, SigEvent telling) {
        LaneDriver driver = requireNonNull(block.driver);
        if (telling.notification() == SigEvent.Notify.QUEUE) {
            consumer.queueOf(telling).expect(block, driver);
        } else if (calls(telling)) {
            block.isKept = true;
            driver.need();
        }
    }

    private void expectNoMore(Block block, SigEvent telling) {
        if (telling.notification() == SigEvent.Notify.QUEUE) {
            consumer.queueOf(telling).expectNoMore(block);
        }
        block.drop();
    }

    static boolean calls(SigEvent telling) {
        return telling.notification() == SigEvent.Notify.CALL;
    }

    /** Whether somebody may be waiting for it by now: then it is started at once. */
    private boolean isWaitedFor(SigEvent telling) {
        return switch (telling.notification()) {
            case NONE, LISTENERS -> false;
            case CALL -> true;
            case QUEUE -> consumer.queueOf(telling).hasWaiters();
        };
    }
}
