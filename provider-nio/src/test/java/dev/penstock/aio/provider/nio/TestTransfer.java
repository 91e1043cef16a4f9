package dev.penstock.aio.provider.nio;

import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A transfer as the engine would describe it. */
class TestTransfer implements Transfer {
    private final TransferKind kind;
    private final BackendFile file;
    private final long offset;
    private final ByteBuffer[] buffers;
    private boolean needsKeeper;

    TestTransfer(TransferKind kind, BackendFile file, long offset, ByteBuffer... buffers) {
        this.kind = kind;
        this.file = file;
        this.offset = offset;
        this.buffers = buffers;
    }

    static TestTransfer read(BackendFile file, long offset, ByteBuffer... into) {
        return new TestTransfer(TransferKind.READ, file, offset, into);
    }

    static TestTransfer write(BackendFile file, long offset, ByteBuffer... from) {
        return new TestTransfer(TransferKind.WRITE, file, offset, from);
    }

    static TestTransfer of(TransferKind kind, BackendFile file) {
        return new TestTransfer(kind, file, 0);
    }

    TestTransfer forTheKeeper() {
        needsKeeper = true;
        return this;
    }

    /** A read that keeps its thread until it is let go. */
    static final class Held extends TestTransfer {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);

        Held(BackendFile file) {
            super(TransferKind.READ, file, 0, ByteBuffer.allocateDirect(1));
        }

        @Override
        public ByteBuffer buffer(int index) {
            started.countDown();
            await(letGo);
            return super.buffer(index);
        }

        void awaitStart() {
            await(started);
        }

        void letGo() {
            letGo.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("waited too long");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public TransferKind kind() {
        return kind;
    }

    @Override
    public BackendFile file() {
        return file;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long length() {
        long length = 0;
        for (ByteBuffer buffer : buffers) {
            length += buffer.remaining();
        }
        return length;
    }

    @Override
    public int buffers() {
        return buffers.length;
    }

    @Override
    public ByteBuffer buffer(int index) {
        return buffers[index];
    }

    @Override
    public int pin() {
        throw new AssertionError("nothing is pinned for a channel");
    }

    @Override
    public Slab slab() {
        return null;
    }

    @Override
    public int slabOffset() {
        return 0;
    }

    @Override
    public boolean needsKeeper() {
        return needsKeeper;
    }
}
