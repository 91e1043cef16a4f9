package dev.penstock.aio.benchmarks.loop;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import java.util.ArrayList;
import java.util.List;

/** Control blocks with leases, collected by the submitting thread: one by suspend, several by a completion queue. */
class EnginePort implements Port {
    final AsyncIo io;
    final Work work;
    private final CompletionQueue queue;
    private final List<EngineSlot> slots = new ArrayList<>();
    private final ControlBlock[] single;

    EnginePort(AsyncIo io, AsyncFile file, Work work) throws AioException {
        this.io = io;
        this.work = work;
        this.queue = io.completionQueue();
        SigEvent event = SigEvent.queue(queue);
        for (int i = 0; i < work.depth(); i++) {
            EngineSlot slot = new EngineSlot(io, file, work.blockBytes());
            if (work.depth() > 1) {
                slot.block.sigEvent(event);
            }
            slots.add(slot);
        }
        this.single = new ControlBlock[] {slots.get(0).block};
    }

    @Override
    public List<EngineSlot> slots() {
        return slots;
    }

    @Override
    public void start(Slot slot) throws AioException {
        ControlBlock block = ((EngineSlot) slot).block.offset(slot.offset);
        if (slot.writes) {
            io.write(block);
        } else {
            io.read(block);
        }
    }

    @Override
    public Slot end() throws Exception {
        ControlBlock block = await();
        Slot slot = (Slot) requireNonNull(block.attachment());
        Port.requireAll(work, slot, result(block));
        return slot;
    }

    private ControlBlock await() throws AioException {
        if (work.depth() > 1) {
            return queue.take();
        }
        io.suspend(single);
        return single[0];
    }

    final long result(ControlBlock block) throws AioException {
        Errno error = io.error(block);
        if (error != Errno.SUCCESS) {
            throw new AioException(work.name() + " offset=" + block.offset(), error);
        }
        return io.result(block);
    }

    @Override
    public void close() throws AioException {
        queue.close();
        for (EngineSlot slot : slots) {
            slot.lease.close();
        }
    }
}
