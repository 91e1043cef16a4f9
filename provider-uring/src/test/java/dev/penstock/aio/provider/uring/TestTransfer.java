package dev.penstock.aio.provider.uring;

import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A transfer as the engine would describe it, of a slab's first bytes. */
record TestTransfer(
        TransferKind kind,
        BackendFile file,
        long offset,
        int bytes,
        Slab slab,
        boolean needsKeeper,
        AtomicInteger refusedPins)
        implements Transfer {
    static TestTransfer of(TransferKind kind, BackendFile file, long offset, int bytes, Slab slab) {
        return new TestTransfer(kind, file, offset, bytes, slab, false, new AtomicInteger());
    }

    static TestTransfer size(BackendFile file) {
        return of(TransferKind.SIZE, file, 0, 0, null);
    }

    /** The same, to be started by a thread that lives long. */
    TestTransfer forKeeper() {
        return new TestTransfer(kind, file, offset, bytes, slab, true, refusedPins);
    }

    /** The same, for which there is no room at first. */
    TestTransfer refusing(int pins) {
        return new TestTransfer(kind, file, offset, bytes, slab, needsKeeper, new AtomicInteger(pins));
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
        return refusedPins.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 0 : bytes;
    }

    @Override
    public int slabOffset() {
        return 0;
    }
}
