package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import org.jspecify.annotations.Nullable;

/**
 * One call of lio_listio: claims all, admits all or none, starts each, flushes once, and waits if asked to. The caller's array
 * is looked at once.
 */
final class ListStart implements Awaited {
    private final Consumer consumer;
    private final ListMode mode;
    private final @Nullable ControlBlock[] blocks;
    private final SigEvent event;
    /** What is started, claimed. Borrowed while the call lasts. */
    private final BlockWait entries;
    /** Who is told of the end; null if nobody is. */
    private @Nullable ListOperation operation;

    private ListStart(
            Consumer consumer, ListMode mode, @Nullable ControlBlock[] blocks, SigEvent event, BlockWait entries) {
        this.consumer = consumer;
        this.mode = mode;
        this.blocks = blocks;
        this.event = event;
        this.entries = entries;
    }

    /** Starts a list. */
    static void run(Consumer consumer, ListMode mode, @Nullable ControlBlock[] blocks, SigEvent event)
            throws AioException {
        BlockWait entries = consumer.waits().borrow();
        try {
            new ListStart(consumer, mode, blocks, event, entries).run();
        } finally {
            consumer.waits().giveBack(entries);
        }
    }

    private void run() throws AioException {
        requirePossible();
        claimAll();
        try {
            if (mode == ListMode.WAIT || event.notification() != SigEvent.Notify.NONE) {
                operation = new ListOperation(consumer, entries.count(), event);
            }
            admit();
        } catch (AioException | RuntimeException | Error e) {
            unclaimAll();
            throw e;
        }
        finish(startAll());
    }

    private void requirePossible() throws AioException {
        int max = consumer.limits().maxListEntries();
        if (blocks.length > max) {
            throw refusal(Errno.EINVAL, "more entries than " + max);
        }
        if (event.notification() == SigEvent.Notify.QUEUE) {
            throw refusal(Errno.EINVAL, "a completion queue takes blocks, not lists");
        }
        if (event.notification() == SigEvent.Notify.LISTENERS) {
            throw refusal(Errno.EINVAL, "listeners are told of the entries of a list, not of the list");
        }
    }

    private AioException refusal(Errno errno, String detail) {
        return new AioException("list entries=" + blocks.length + " mode=" + mode, errno, detail);
    }

    private void claimAll() throws AioException {
        entries.upTo(blocks.length);
        try {
            for (ControlBlock block : blocks) {
                if (block != null) {
                    claim(consumer.own(block));
                }
            }
        } catch (AioException | RuntimeException | Error e) {
            unclaimAll();
            throw e;
        }
    }

    private void claim(Block block) throws AioException {
        if (block.opcode() == Opcode.NOP) {
            return;
        }
        consumer.submission().claim(block);
        if (block.opcode() == Opcode.NOP) {
            // Another thread has set it just before.
            block.unclaim();
        } else {
            entries.addNext(block);
        }
    }

    private void unclaimAll() {
        for (int i = 0; i < entries.count(); i++) {
            entries.block(i).unclaim();
        }
    }

    private void admit() throws AioException {
        if (entries.count() > 0) {
            consumer.submission().admit(entries.block(0).flight, entries.count(), mayCall());
        } else if (Submission.calls(event)) {
            String behind = consumer.submission().behind();
            if (behind != null) {
                throw refusal(Errno.EAGAIN, behind);
            }
        }
    }

    /** Whether the end of the list, or of an entry, is told by a callback. */
    private boolean mayCall() {
        boolean calls = Submission.calls(event);
        for (int i = 0; i < entries.count() && !calls; i++) {
            calls = Submission.calls(entries.block(i).sigEvent());
        }
        return calls;
    }

    /** Starts every entry and flushes its lane; returns how many were refused by themselves. */
    private int startAll() {
        int begun = 0;
        int refused = 0;
        LaneDriver last = null;
        try {
            for (int i = 0; i < entries.count(); i++) {
                Block entry = entries.block(i);
                Opcode opcode = entry.opcode();
                if (opcode != Opcode.NOP) {
                    LaneDriver driver = start(entry, kind(opcode));
                    begun++;
                    refused += driver == null ? 1 : 0;
                    if (driver != null && driver != last) {
                        flush(last);
                        last = driver;
                    }
                }
            }
            return refused;
        } finally {
            started(begun);
            flush(last);
        }
    }

    /**
     * Leaves those that have not begun as they were: there was no memory to start them, or a thread that was about to set a
     * NOP when they were claimed has done so since.
     *
     * @param begun how many have, or one less
     */
    private void started(int begun) {
        int leftOut = 0;
        for (int i = 0; begun < entries.count() && i < entries.count(); i++) {
            if (!entries.hasBegun(i)) {
                entries.block(i).list = null;
                entries.block(i).unclaim();
                leftOut++;
            }
        }
        if (leftOut > 0) {
            consumer.submission().release(leftOut);
        }
        if (operation != null) {
            operation.started(leftOut);
        }
    }

    private static void flush(@Nullable LaneDriver driver) {
        if (driver != null) {
            driver.flush();
        }
    }

    /** Starts an entry; returns its lane, or null if it was refused by itself, and ended. */
    private @Nullable LaneDriver start(Block entry, TransferKind kind) {
        entry.list = operation;
        AioException refusal;
        try {
            return consumer.submission().startEntry(entry, kind);
        } catch (AioException e) {
            refusal = e;
        } catch (IllegalStateException released) {
            refusal = entry.flight.refusal(Errno.EINVAL, released.getMessage());
        } catch (IllegalArgumentException foreign) {
            // A queue of another user: nobody can be told by it.
            entry.flight.tell(SigEvent.none(), 0);
            refusal = entry.flight.refusal(Errno.EINVAL, foreign.getMessage());
        }
        if (operation != null) {
            operation.entryRefused();
        }
        refuse(entry, refusal);
        return null;
    }

    private static void refuse(Block entry, AioException why) {
        // No lane had it, so none was asked to be driven for its callback.
        entry.driver = null;
        entry.begin();
        entry.endQueued();
        Settlement.refused(entry, why);
    }

    private static TransferKind kind(Opcode opcode) {
        return switch (opcode) {
            case READ -> TransferKind.READ;
            case WRITE -> TransferKind.WRITE;
            case SYNC -> TransferKind.SYNC;
            case DATA_SYNC -> TransferKind.DATA_SYNC;
            case NOP -> throw new AssertionError("a NOP is not started");
        };
    }

    private void finish(int refused) throws AioException {
        int failed = refused;
        if (mode == ListMode.WAIT) {
            try {
                Waiting.await(this, Waiting.FOREVER);
            } catch (Waiting.Interrupted e) {
                throw refusal(Errno.EINTR, "interrupted; the requests go on");
            }
            failed = operation().failed();
        }
        if (failed > 0) {
            throw refusal(Errno.EIO, failed + " entries failed or were refused");
        }
    }

    // ---- the wait for the last entry

    private ListOperation operation() {
        return requireNonNull(operation);
    }

    @Override
    public boolean isMet() {
        return operation().hasEnded();
    }

    @Override
    public void enlist(Thread thread) {
        operation().enlist(thread);
    }

    @Override
    public void delist(Thread thread) {
        operation().delist(thread);
    }

    @Override
    public boolean help() {
        return entries.help();
    }

    @Override
    public void flush() {
        entries.flush();
    }

    @Override
    public void glance() {
        entries.glance();
    }

    @Override
    public @Nullable LaneDriver soleLane() {
        return entries.soleLane();
    }

    @Override
    public void need() {
        entries.need();
    }

    @Override
    public void unneed() {
        entries.unneed();
    }
}
