package dev.penstock.aio.provider.posix;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A provider's backend as the engine would drive it, with one transfer at a time. It needs no test library. */
final class DrivenBackend implements CompletionSink, AutoCloseable {
    /** What any DIRECT is content with; of offsets, lengths and memory. */
    static final int BLOCK = 4_096;

    private final Backend backend;
    private final Lane lane;
    private final Block block = new Block();
    private final BlockingQueue<Long> results = new LinkedBlockingQueue<>();
    private long generation;

    private DrivenBackend(AioProvider provider) throws AioException {
        backend = provider.start(new Environment());
        lane = backend.lane(0, this);
        backend.register(block);
    }

    /** With one of the providers of the class path. */
    static DrivenBackend of(String name) throws AioException {
        for (AioProvider each : ServiceLoader.load(AioProvider.class)) {
            if (each.name().equals(name)) {
                return new DrivenBackend(each);
            }
        }
        throw new IllegalArgumentException(name);
    }

    BackendFile open(OpenSpec spec) throws AioException {
        return backend.open(spec);
    }

    BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        return backend.takeOver(spec, descriptor);
    }

    /** Writes a block of one letter; returns the count of bytes, or the negative errno. */
    long write(BackendFile file, long offset, char letter) {
        for (int i = 0; i < BLOCK; i++) {
            block.memory.put(i, (byte) letter);
        }
        return run(TransferKind.WRITE, file, offset);
    }

    /** Reads a block; returns its letter if it is one of a single letter, else the count or the negative errno. */
    String read(BackendFile file, long offset) {
        long result = run(TransferKind.READ, file, offset);
        byte letter = block.memory.get(0);
        for (int i = 0; i < BLOCK && result == BLOCK; i++) {
            result = block.memory.get(i) == letter ? result : i;
        }
        return result == BLOCK ? Character.toString(letter) : Long.toString(result);
    }

    private long run(TransferKind kind, BackendFile file, long offset) {
        lane.stage(++generation << 32, new BlockTransfer(kind, file, offset, block));
        lane.flush();
        Bounded.await("the end of " + kind, () -> {
            lane.collect();
            return !results.isEmpty();
        });
        return results.remove();
    }

    @Override
    public void completed(long token, long result) {
        results.add(result);
    }

    @Override
    public void failed(long token, int errno, String text) {
        results.add((long) -errno);
    }

    @Override
    public void repeat(long token) {
        throw new AssertionError("nobody helps");
    }

    @Override
    public void close() {
        backend.close();
    }

    private record Environment() implements BackendEnvironment {
        @Override
        public String instance() {
            return "test";
        }

        @Override
        public void broken(String reason) {
            throw new AssertionError(reason);
        }
    }

    private static final class Block implements Slab {
        private final ByteBuffer memory =
                ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).slice(0, BLOCK);

        @Override
        public int id() {
            return 1;
        }

        @Override
        public ByteBuffer memory() {
            return memory.duplicate();
        }
    }

    /** One provider takes the memory as a buffer, the other as a part of a slab. */
    private record BlockTransfer(TransferKind kind, BackendFile file, long offset, Slab slab) implements Transfer {
        @Override
        public long length() {
            return BLOCK;
        }

        @Override
        public int buffers() {
            return 1;
        }

        @Override
        public ByteBuffer buffer(int index) {
            return slab.memory();
        }

        @Override
        public int pin() {
            return BLOCK;
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
}
