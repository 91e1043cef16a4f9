package dev.penstock.aio.benchmarks.loop;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A direct buffer, page-aligned as a lease is. */
final class JdkSlot extends Slot {
    private static final int PAGE_BYTES = 4096;

    final ByteBuffer buffer;
    /** Written by the pool, read after the slot went through the queue. */
    @Nullable
    Throwable failure;

    JdkSlot(int blockBytes) {
        this.buffer = ByteBuffer.allocateDirect(blockBytes + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES)
                .slice(0, blockBytes);
    }

    @Override
    ByteBuffer buffer() {
        return buffer;
    }
}
