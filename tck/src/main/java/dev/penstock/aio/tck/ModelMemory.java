package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The memory of one random request: a buffer of some kind, several, or a lease; and the calls that take it. */
final class ModelMemory {
    private static final BufferKind[] KINDS = {
        BufferKind.HEAP, BufferKind.HEAP_SLICE, BufferKind.DIRECT, BufferKind.DIRECT_SLICE
    };

    private final List<ByteBuffer> parts;
    private final Lease lease;

    private ModelMemory(List<ByteBuffer> parts, Lease lease) {
        this.parts = parts;
        this.lease = lease;
    }

    static ModelMemory of(AsyncIo io, Random random, int length) throws AioException {
        if (length > 0 && random.nextInt(4) == 0) {
            return new ModelMemory(List.of(), io.lease(length));
        }
        List<ByteBuffer> parts = new ArrayList<>();
        int left = length;
        for (int count = random.nextInt(3); count > 0; count--) {
            int part = random.nextInt(left + 1);
            parts.add(KINDS[random.nextInt(KINDS.length)].make(part));
            left -= part;
        }
        parts.add(KINDS[random.nextInt(KINDS.length)].make(left));
        return new ModelMemory(parts, null);
    }

    private List<ByteBuffer> views() {
        return lease == null ? parts : List.of(lease.buffer());
    }

    void fill(byte[] bytes) {
        int from = 0;
        for (ByteBuffer part : views()) {
            part.put(0, bytes, from, part.capacity());
            from += part.capacity();
        }
    }

    byte[] bytes() {
        int length = views().stream().mapToInt(ByteBuffer::capacity).sum();
        byte[] bytes = new byte[length];
        int from = 0;
        for (ByteBuffer part : views()) {
            part.get(0, bytes, from, part.capacity());
            from += part.capacity();
        }
        return bytes;
    }

    void release() {
        if (lease != null) {
            lease.close();
        }
    }

    /** Describes this in a control block. */
    ControlBlock describe(ControlBlock block) throws AioException {
        return lease == null ? block.buffers(parts.toArray(new ByteBuffer[0])) : block.lease(lease);
    }

    Request<Long> read(AsyncFile file, long offset, boolean fully) {
        if (lease != null) {
            return fully ? file.readFully(lease, offset) : file.read(lease, offset);
        }
        if (parts.size() == 1) {
            return fully ? file.readFully(parts.get(0), offset) : file.read(parts.get(0), offset);
        }
        return file.read(parts.toArray(new ByteBuffer[0]), offset);
    }

    Request<Long> write(AsyncFile file, long offset, boolean fully) {
        if (lease != null) {
            return fully ? file.writeFully(lease, offset) : file.write(lease, offset);
        }
        if (parts.size() == 1) {
            return fully ? file.writeFully(parts.get(0), offset) : file.write(parts.get(0), offset);
        }
        return file.write(parts.toArray(new ByteBuffer[0]), offset);
    }
}
