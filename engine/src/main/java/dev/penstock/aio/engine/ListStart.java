package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import org.jspecify.annotations.Nullable;

/** One call of lio_listio: claims all, admits all or none, starts each, flushes once, and waits if asked to. */
final class ListStart {
    private final Consumer consumer;
    private final ListMode mode;
    private final @Nullable ControlBlock[] blocks;
    private final SigEvent event;

    ListStart(Consumer consumer, ListMode mode, @Nullable ControlBlock[] blocks, SigEvent event) {
        this.consumer = consumer;
        this.mode = mode;
        this.blocks = blocks;
        this.event = event;
    }

    void run() throws AioException {
        requirePossible();
        int entries = claimAll();
        Block first = firstEntry();
        if (first != null) {
            try {
                consumer.submission().admit(first.flight, entries, mayCall());
            } catch (AioException | RuntimeException | Error e) {
                unclaim(blocks.length);
                throw e;
            }
        } else if (Submission.calls(event)) {
            String behind = consumer.submission().behind();
            if (behind != null) {
                throw refusal(Errno.EAGAIN, behind);
            }
        }
        ListOperation operation = needsOperation() ? new ListOperation(consumer, blocks, entries, event) : null;
        int refused = startAll(operation);
        if (operation != null) {
            operation.started();
        }
        finish(operation, refused);
    }

    private boolean needsOperation() {
        return mode == ListMode.WAIT || event.notification() != SigEvent.Notify.NONE;
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

    private @Nullable Block entry(int index) {
        ControlBlock block = blocks[index];
        if (block == null) {
            return null;
        }
        Block own = consumer.own(block);
        return own.opcode() == Opcode.NOP ? null : own;
    }

    private @Nullable Block firstEntry() {
        for (int i = 0; i < blocks.length; i++) {
            Block entry = entry(i);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** Whether the end of the list, or of an entry, is told by a callback. */
    private boolean mayCall() {
        if (Submission.calls(event)) {
            return true;
        }
        for (int i = 0; i < blocks.length; i++) {
            Block entry = entry(i);
            if (entry != null && Submission.calls(entry.sigEvent())) {
                return true;
            }
        }
        return false;
    }

    private int claimAll() throws AioException {
        int claimed = 0;
        for (int i = 0; i < blocks.length; i++) {
            try {
                Block entry = entry(i);
                if (entry != null) {
                    consumer.submission().claim(entry);
                    claimed++;
                }
            } catch (AioException | RuntimeException e) {
                unclaim(i);
                throw e;
            }
        }
        return claimed;
    }

    private void unclaim(int end) {
        for (int i = 0; i < end; i++) {
            Block entry = entry(i);
            if (entry != null) {
                entry.unclaim();
            }
        }
    }

    /** Starts every entry and flushes its lane; returns how many were refused by themselves. */
    private int startAll(@Nullable ListOperation operation) {
        int refused = 0;
        LaneDriver last = null;
        for (int i = 0; i < blocks.length; i++) {
            Block entry = entry(i);
            LaneDriver driver = entry == null ? last : start(entry, operation);
            if (driver == null && entry != null) {
                refused++;
            } else if (driver != last) {
                flush(last);
                last = driver;
            }
        }
        flush(last);
        return refused;
    }

    private static void flush(@Nullable LaneDriver driver) {
        if (driver != null) {
            driver.flush();
        }
    }

    /** Starts an entry; returns its lane, or null if it was refused by itself, and ended. */
    private @Nullable LaneDriver start(Block entry, @Nullable ListOperation operation) {
        entry.list = operation;
        AioException refusal;
        try {
            return consumer.submission().startEntry(entry, kind(entry.opcode()));
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

    private void finish(@Nullable ListOperation operation, int refused) throws AioException {
        int failed = refused;
        if (mode == ListMode.WAIT && operation != null) {
            try {
                Waiting.await(operation, Waiting.FOREVER);
            } catch (Waiting.Interrupted e) {
                throw refusal(Errno.EINTR, "interrupted; the requests go on");
            }
            failed = operation.failed();
        }
        if (failed > 0) {
            throw refusal(Errno.EIO, failed + " entries failed or were refused");
        }
    }
}
