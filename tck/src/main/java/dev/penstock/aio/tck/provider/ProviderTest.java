package dev.penstock.aio.tck.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.InstanceTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What a provider's own tests stand on: the engine above that provider alone, with nothing between them, started by the
 * first use and ended after each test.
 */
@Timeout(120)
public abstract class ProviderTest extends InstanceTest {
    private final Map<String, Object> configuration = new TreeMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private AioProvider provider;
    private Standalone io;

    /** For the tests of a provider. */
    protected ProviderTest(AioProvider provider) {
        this.provider = provider;
    }

    @AfterEach
    final void endWhatWasStarted() {
        boolean interrupted = Thread.interrupted();
        if (io != null) {
            io.close();
        }
        threads.forEach(Bounded::join);
        assertFalse(interrupted, "the test left its thread interrupted");
    }

    /** Sets an attribute of the engine; before the first use. */
    protected final void configure(String attribute, Object value) {
        configuration.put(attribute, value);
    }

    /** Takes another provider, or this one with other settings; before the first use. */
    protected final void use(AioProvider other) {
        provider = other;
    }

    /** Starts it if this is the first call. */
    @Override
    protected final AsyncIo io() {
        if (io == null) {
            io = ServiceLoader.load(AioEngine.class).findFirst().orElseThrow().start(configuration, List.of(provider));
            assertEquals(1, io.providers().size());
            assertEquals("", io.providers().get(0).reason());
        }
        return io;
    }

    /** Returns a block with a direct buffer of its own. */
    protected final ControlBlock block(AsyncFile file, int bytes, long offset) throws AioException {
        return io().controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocateDirect(bytes))
                .offset(offset);
    }

    /** Returns blocks with buffers of their own, one behind the other in the file. */
    protected final ControlBlock[] blocks(AsyncFile file, int count, int bytes) throws AioException {
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = block(file, bytes, (long) i * bytes);
        }
        return blocks;
    }

    /** Starts what is staged. */
    protected final void flush(ControlBlock... blocks) throws AioException {
        io().suspend(blocks, Duration.ZERO);
    }

    /** Waits for a block, whatever it ends with, and collects it. */
    protected final Errno outcome(ControlBlock block) throws AioException {
        awaitDone(block);
        Errno errno = io().error(block);
        io().result(block);
        return errno;
    }

    /** Runs something in a thread of its own, which has to have ended when the test does. */
    protected final <T> FutureTask<T> background(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future, "test-background");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return future;
    }
}
