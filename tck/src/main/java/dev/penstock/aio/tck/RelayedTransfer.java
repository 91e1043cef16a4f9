package dev.penstock.aio.tck;

import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The engine's transfer as the real lane gets it: with the real file, and perhaps fewer bytes. */
final class RelayedTransfer implements Transfer {
    private final Transfer transfer;
    private final long length;
    private final List<ByteBuffer> shorter;

    RelayedTransfer(Transfer transfer, long length) {
        this.transfer = transfer;
        this.length = length;
        this.shorter = length == transfer.length() ? List.of() : cut(transfer, length);
    }

    private static List<ByteBuffer> cut(Transfer transfer, long length) {
        List<ByteBuffer> buffers = new ArrayList<>();
        long left = length;
        for (int i = 0; left > 0; i++) {
            ByteBuffer buffer = transfer.buffer(i).duplicate();
            buffer.limit(buffer.position() + (int) Math.min(left, buffer.remaining()));
            left -= buffer.remaining();
            buffers.add(buffer);
        }
        return buffers;
    }

    @Override
    public TransferKind kind() {
        return transfer.kind();
    }

    @Override
    public BackendFile file() {
        return ((FaultingFile) transfer.file()).real();
    }

    @Override
    public long offset() {
        return transfer.offset();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int buffers() {
        return shorter.isEmpty() ? transfer.buffers() : shorter.size();
    }

    @Override
    public ByteBuffer buffer(int index) {
        return shorter.isEmpty() ? transfer.buffer(index) : shorter.get(index);
    }

    @Override
    public int pin() {
        return (int) Math.min(transfer.pin(), length);
    }

    @Override
    public Slab slab() {
        return transfer.slab();
    }

    @Override
    public int slabOffset() {
        return transfer.slabOffset();
    }

    @Override
    public boolean needsKeeper() {
        return transfer.needsKeeper();
    }
}
