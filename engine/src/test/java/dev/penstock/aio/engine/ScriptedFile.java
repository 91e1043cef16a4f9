package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A file in memory, and a log of what was carried out on it in which order. */
final class ScriptedFile implements BackendFile {
    private final ScriptedProvider provider;
    private final OpenSpec spec;
    private final int alignmentBytes;
    private final BriefLock lock = new BriefLock();
    /** Guarded by {@link #lock}. */
    private byte[] bytes = new byte[0];
    /** Guarded by {@link #lock}. */
    private final List<String> log = new ArrayList<>();

    private final AtomicInteger closes = new AtomicInteger();
    /** Guarded by {@link #lock}. */
    private boolean closed;

    ScriptedFile(ScriptedProvider provider, OpenSpec spec, int alignmentBytes) {
        this.provider = provider;
        this.spec = spec;
        this.alignmentBytes = alignmentBytes;
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    @Override
    public void close() throws AioException {
        if (closes.getAndIncrement() > 0) {
            provider.violated("file closed twice: " + spec.path());
        }
        try {
            provider.script().closingFile();
        } finally {
            locked(() -> closed = true);
        }
    }

    boolean isClosed() {
        return locked(() -> closed);
    }

    /** What was carried out: kind, offset and bytes moved, such as {@code WRITE 0+5}. */
    List<String> log() {
        return locked(() -> List.copyOf(log));
    }

    byte[] content() {
        return locked(() -> bytes.clone());
    }

    void fill(byte[] newContent) {
        locked(() -> {
            bytes = newContent.clone();
            return null;
        });
    }

    /**
     * Moves at most so many bytes and answers as {@link TransferKind} says.
     *
     * @param pinned what to move them to and from; null for the transfer's buffers
     */
    long carryOut(Transfer transfer, ByteBuffer pinned, long most) {
        ByteBuffer[] memory = pinned == null ? buffers(transfer) : new ByteBuffer[] {pinned.duplicate()};
        return locked(() -> carriedOut(transfer, memory, most));
    }

    private static ByteBuffer[] buffers(Transfer transfer) {
        ByteBuffer[] buffers = new ByteBuffer[transfer.buffers()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = transfer.buffer(i);
        }
        return buffers;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private long carriedOut(Transfer transfer, ByteBuffer[] memory, long most) {
        if (closed) {
            provider.violated("transfer after the file was closed: " + transfer.kind());
        }
        long result = switch (transfer.kind()) {
            case READ -> read(transfer, memory, most);
            case WRITE -> write(transfer, memory, most);
            case SYNC, DATA_SYNC -> 0;
            case TRUNCATE -> truncate(transfer.offset());
            case SIZE -> bytes.length;
        };
        boolean moves = transfer.kind() == TransferKind.READ || transfer.kind() == TransferKind.WRITE;
        log.add(transfer.kind() + (moves ? " " + (spec.append() ? "" : transfer.offset()) + "+" + result : ""));
        return result;
    }

    private long read(Transfer transfer, ByteBuffer[] memory, long most) {
        long at = transfer.offset();
        long left = Math.min(most, Math.max(0, bytes.length - at));
        long moved = 0;
        for (int i = 0; i < memory.length && left > 0; i++) {
            ByteBuffer buffer = memory[i];
            int part = (int) Math.min(left, buffer.remaining());
            buffer.put(bytes, (int) (at + moved), part);
            moved += part;
            left -= part;
        }
        return moved;
    }

    private long write(Transfer transfer, ByteBuffer[] memory, long most) {
        long at = spec.append() ? bytes.length : transfer.offset();
        long there = Arrays.stream(memory).mapToLong(ByteBuffer::remaining).sum();
        long length = Math.min(most, there);
        if (at + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) (at + length));
        }
        long moved = 0;
        for (int i = 0; i < memory.length && moved < length; i++) {
            ByteBuffer buffer = memory[i];
            int part = (int) Math.min(length - moved, buffer.remaining());
            buffer.get(bytes, (int) (at + moved), part);
            moved += part;
        }
        return moved;
    }

    private long truncate(long size) {
        if (size < bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) size);
        }
        return 0;
    }
}
