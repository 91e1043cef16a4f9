package dev.penstock.aio.provider.nio;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A thread of the pool, with what it uses again and again. */
final class Worker extends SteadyThread {
    private static final @Nullable ByteBuffer[] NONE = {};

    final int index;
    private final Workers workers;
    private @Nullable ByteBuffer[] gathered = NONE;

    Worker(Workers workers, int index, String name) {
        super(null, name);
        this.workers = workers;
        this.index = index;
    }

    @Override
    public void run() {
        workers.work(this);
    }

    /** Returns an array with room for so many buffers, to be given back by {@link #release}. */
    @Nullable
    ByteBuffer[] gather(int count) {
        if (gathered.length < count) {
            gathered = new ByteBuffer[count];
        }
        return gathered;
    }

    void release() {
        Arrays.fill(gathered, null);
    }
}
