package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import java.nio.ByteBuffer;

/** A control block with its lease. */
final class EngineSlot extends Slot {
    final ControlBlock block;
    final Lease lease;

    EngineSlot(AsyncIo io, AsyncFile file, int blockBytes) throws AioException {
        this.lease = io.lease(blockBytes);
        this.block = io.controlBlock().file(file).lease(lease).attachment(this);
    }

    @Override
    ByteBuffer buffer() {
        return lease.buffer();
    }
}
