package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private final ScriptedDisk.Descriptor descriptor;
    private final BriefLock lock = new BriefLock();
    /** Guarded by itself. */
    private final ScriptedDisk.Content content;
    /** Guarded by {@link #lock}. */
    private final List<String> log = new ArrayList<>();

    private final AtomicInteger closes = new AtomicInteger();
    /** Guarded by {@link #lock}. */
    private boolean closed;

    /**
     * Makes an open file.
     *
     * @param descriptor by which it can move to another provider, or null
     */
    ScriptedFile(ScriptedProvider provider, OpenSpec spec, int alignmentBytes, ScriptedDisk.Descriptor descriptor) {
        this.descriptor = descriptor;
        this.content = descriptor == null ? new ScriptedDisk.Content() : descriptor.content();
        this.provider = provider;
        this.spec = spec;
        this.alignmentBytes = alignmentBytes;
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    @Override
    public int descriptor() {
        if (isClosed()) {
            provider.violated("descriptor of a closed file");
        }
        return descriptor == null ? -1 : descriptor.number();
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
            closeDescriptor();
        }
    }

    private void closeDescriptor() {
        try {
            if (descriptor != null) {
                descriptor.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        return locked(() -> content.bytes.clone());
    }

    void fill(byte[] newContent) {
        locked(() -> {
            content.bytes = newContent.clone();
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
            synchronized (content) {
                return action.get();
            }
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
            case SIZE -> content.bytes.length;
        };
        boolean moves = transfer.kind() == TransferKind.READ || transfer.kind() == TransferKind.WRITE;
        log.add(transfer.kind() + (moves ? " " + (spec.append() ? "" : transfer.offset()) + "+" + result : ""));
        return result;
    }

    private long read(Transfer transfer, ByteBuffer[] memory, long most) {
        long at = transfer.offset();
        long left = Math.min(most, Math.max(0, content.bytes.length - at));
        long moved = 0;
        for (int i = 0; i < memory.length && left > 0; i++) {
            ByteBuffer buffer = memory[i];
            int part = (int) Math.min(left, buffer.remaining());
            buffer.put(content.bytes, (int) (at + moved), part);
            moved += part;
            left -= part;
        }
        return moved;
    }

    private long write(Transfer transfer, ByteBuffer[] memory, long most) {
        long at = spec.append() ? content.bytes.length : transfer.offset();
        long there = Arrays.stream(memory).mapToLong(ByteBuffer::remaining).sum();
        long length = Math.min(most, there);
        if (at + length > content.bytes.length) {
            content.bytes = Arrays.copyOf(content.bytes, (int) (at + length));
        }
        long moved = 0;
        for (int i = 0; i < memory.length && moved < length; i++) {
            ByteBuffer buffer = memory[i];
            int part = (int) Math.min(length - moved, buffer.remaining());
            buffer.get(content.bytes, (int) (at + moved), part);
            moved += part;
        }
        return moved;
    }

    private long truncate(long size) {
        if (size < content.bytes.length) {
            content.bytes = Arrays.copyOf(content.bytes, (int) size);
        }
        return 0;
    }
}
