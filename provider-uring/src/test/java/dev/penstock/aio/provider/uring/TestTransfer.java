package dev.penstock.aio.provider.uring;

import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;

/** A transfer as the engine would describe it, of a slab's first bytes. */
record TestTransfer(TransferKind kind, BackendFile file, long offset, int bytes, Slab slab) implements Transfer {
    static TestTransfer read(BackendFile file) {
        return new TestTransfer(TransferKind.READ, file, 0, 1, null);
    }

    @Override
    public long length() {
        return bytes;
    }

    @Override
    public int buffers() {
        return 1;
    }

    @Override
    public ByteBuffer buffer(int index) {
        throw new AssertionError("memory that is not of a slab is not looked at");
    }

    @Override
    public int pin() {
        return bytes;
    }

    @Override
    public int slabOffset() {
        return 0;
    }

    @Override
    public boolean needsKeeper() {
        return false;
    }
}
