package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the tests of queued requests share: a provider that is handed one request at a time, and is kept busy. */
abstract class QueueingTest extends TckTest {
    @Override
    protected final Map<String, ?> configuration() {
        return Map.of("window", 1);
    }

    /** Starts a write that is held running, so that what is started after it is queued. */
    final ControlBlock occupy(AsyncFile file, Hold hold) throws AioException {
        ControlBlock block = writeBlock(file, 1024, 0);
        io().write(block);
        hold.awaitHeld(1);
        return block;
    }

    final List<ControlBlock> queueWrites(AsyncFile file, int count) throws AioException {
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            ControlBlock block = writeBlock(file, 1024, i * 1024L);
            io().write(block);
            blocks.add(block);
        }
        return blocks;
    }
}
