package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SyncMode;

/** A write and a sync of its data, started together: the sync covers the write, so only the sync is waited for. */
final class EngineSyncPort extends EnginePort {
    private final ControlBlock[] sync;

    EngineSyncPort(AsyncIo io, AsyncFile file, Work work) throws AioException {
        super(io, file, work);
        this.sync = new ControlBlock[] {io.controlBlock().file(file)};
    }

    @Override
    public void start(Slot slot) throws AioException {
        super.start(slot);
        io.sync(SyncMode.DATA, sync[0]);
    }

    @Override
    public Slot end() throws Exception {
        io.suspend(sync);
        result(sync[0]);
        EngineSlot slot = slots().get(0);
        Port.requireAll(work, slot, result(slot.block));
        return slot;
    }
}
