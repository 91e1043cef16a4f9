package dev.penstock.aio.provider.uring;

import dev.penstock.aio.spi.Slab;
import java.nio.ByteBuffer;

/** Memory as the engine would lend it. */
record TestSlab(int id, ByteBuffer whole) implements Slab {
    TestSlab(int id, int bytes) {
        this(id, ByteBuffer.allocateDirect(bytes));
    }

    @Override
    public ByteBuffer memory() {
        return whole.duplicate();
    }
}
