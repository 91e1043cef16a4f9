package dev.penstock.aio.benchmarks.loop;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Control blocks with leases, told by callbacks on the engine's own executor. A synced write is a write that nobody is
 * told of, and a sync that covers it.
 */
final class EngineCallbackPort implements CallbackPort {
    private final AsyncIo io;
    private final Work work;
    private final List<CallbackSlot> slots = new ArrayList<>();
    private @Nullable Listener listener;

    /** A lease with the block that moves it and, for a synced write, the block that syncs. */
    private static final class CallbackSlot extends Slot {
        final Lease lease;
        final ControlBlock move;
        final ControlBlock told;

        CallbackSlot(AsyncIo io, AsyncFile file, Work work, SigEvent event) throws AioException {
            this.lease = io.lease(work.blockBytes());
            this.move = io.controlBlock().file(file).lease(lease).attachment(this);
            boolean syncs = work.kind() == Work.Kind.SYNCED_WRITE;
            this.told = syncs ? io.controlBlock().file(file).attachment(this) : move;
            told.sigEvent(event);
        }

        @Override
        ByteBuffer buffer() {
            return lease.buffer();
        }
    }

    /** The file stays the caller's. */
    EngineCallbackPort(AsyncIo io, AsyncFile file, Work work) throws AioException {
        this.io = io;
        this.work = work;
        SigEvent event = SigEvent.call(this::told);
        for (int i = 0; i < work.depth(); i++) {
            slots.add(new CallbackSlot(io, file, work, event));
        }
    }

    @Override
    public void tell(Listener newListener) {
        listener = newListener;
    }

    @Override
    public List<? extends Slot> slots() {
        return slots;
    }

    @Override
    public void start(Slot started) throws AioException {
        CallbackSlot slot = (CallbackSlot) started;
        slot.move.offset(slot.offset);
        if (slot.writes) {
            io.write(slot.move);
        } else {
            io.read(slot.move);
        }
        if (slot.told != slot.move) {
            io.sync(SyncMode.DATA, slot.told);
        }
    }

    private void told(Notification end) {
        CallbackSlot slot =
                (CallbackSlot) requireNonNull(requireNonNull(end.block()).attachment());
        Listener to = requireNonNull(listener);
        long bytes;
        try {
            bytes = result(slot.move);
            if (slot.told != slot.move) {
                result(slot.told);
            }
        } catch (AioException e) {
            to.failed(slot, e);
            return;
        }
        to.moved(slot, bytes);
    }

    private long result(ControlBlock block) throws AioException {
        Errno error = io.error(block);
        long bytes = io.result(block);
        if (error != Errno.SUCCESS) {
            throw new AioException(work.name() + " offset=" + block.offset(), error);
        }
        return bytes;
    }

    @Override
    public void close() {
        slots.forEach(slot -> slot.lease.close());
    }
}
