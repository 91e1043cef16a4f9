package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The calls of {@link AsyncFile} with leases. The submitting thread awaits the requests in the order in which it started
 * them, as a user would who keeps some of them at hand; what ends before an older one waits for it.
 */
final class FilePort implements Port {
    private final AsyncFile file;
    private final Work work;
    private final List<FileSlot> slots = new ArrayList<>();
    private final Queue<FileSlot> inFlight;

    private static final class FileSlot extends Slot {
        final Lease lease;

        @Nullable
        Request<Long> move;

        @Nullable
        Request<Void> sync;

        FileSlot(Lease lease) {
            this.lease = lease;
        }

        void awaitDone() {
            if (move != null) {
                move.handle((bytes, why) -> true).toCompletableFuture().join();
            }
        }

        @Override
        ByteBuffer buffer() {
            return lease.buffer();
        }
    }

    /** The file stays the caller's. */
    FilePort(AsyncIo io, AsyncFile file, Work work) throws AioException {
        this.file = file;
        this.work = work;
        this.inFlight = new ArrayDeque<>(work.depth());
        for (int i = 0; i < work.depth(); i++) {
            slots.add(new FileSlot(io.lease(work.blockBytes())));
        }
    }

    @Override
    public List<? extends Slot> slots() {
        return slots;
    }

    @Override
    public void start(Slot started) {
        FileSlot slot = (FileSlot) started;
        slot.move = slot.writes ? file.write(slot.lease, slot.offset) : file.read(slot.lease, slot.offset);
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            slot.sync = file.sync(SyncMode.DATA);
        }
        inFlight.add(slot);
    }

    @Override
    public Slot end() throws Exception {
        FileSlot slot = inFlight.remove();
        if (slot.sync != null) {
            slot.sync.await();
        }
        if (slot.move != null) {
            Port.requireAll(work, slot, slot.move.await());
        }
        return slot;
    }

    @Override
    public void close() {
        // After a failure some are still in flight, whose outcome nobody wants any more.
        inFlight.forEach(FileSlot::awaitDone);
        slots.forEach(slot -> slot.lease.close());
    }
}
