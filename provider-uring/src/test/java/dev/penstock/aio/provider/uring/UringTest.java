package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.Pattern;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
import org.junit.jupiter.api.io.TempDir;

/** The engine above this provider alone, started by the first use and ended after each test. */
@Timeout(120)
abstract class UringTest {
    @TempDir
    Path folder;

    private final Map<String, Object> configuration = new TreeMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private AioProvider provider = new UringProvider();
    private Standalone io;

    @AfterEach
    final void end() {
        boolean interrupted = Thread.interrupted();
        if (io != null) {
            io.close();
        }
        threads.forEach(Bounded::join);
        assertThat(interrupted).as("the test left its thread interrupted").isFalse();
    }

    /** Sets an attribute of the engine; before the first use. */
    final void configure(String attribute, Object value) {
        configuration.put(attribute, value);
    }

    /** Takes another provider, or this one with other settings; before the first use. */
    final void use(AioProvider other) {
        provider = other;
    }

    final AsyncIo io() {
        if (io == null) {
            io = ServiceLoader.load(AioEngine.class).findFirst().orElseThrow().start(configuration, List.of(provider));
            assertThat(io.providers())
                    .singleElement()
                    .satisfies(info -> assertThat(info.reason()).isEmpty());
        }
        return io;
    }

    final Path path(String name) {
        return folder.resolve(name);
    }

    /** Makes a file of bytes of {@link Pattern} with a seed of 0. */
    final Path fileOf(String name, int bytes) throws IOException {
        return Files.write(path(name), Pattern.heap(bytes, 0, 0).array());
    }

    final AsyncFile open(Path path, OpenOption... options) throws AioException {
        return io().open(path, options);
    }

    /** Makes and opens an empty file for reading and writing. */
    final AsyncFile newFile(String name) throws AioException {
        return open(path(name), StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /** A block with a direct buffer of its own. */
    final ControlBlock block(AsyncFile file, int bytes, long offset) throws AioException {
        return io().controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocateDirect(bytes))
                .offset(offset);
    }

    /** Blocks with buffers of their own, one behind the other in the file. */
    final ControlBlock[] blocks(AsyncFile file, int count, int bytes) throws AioException {
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = block(file, bytes, (long) i * bytes);
        }
        return blocks;
    }

    /** Starts what is staged. */
    final void flush(ControlBlock... blocks) throws AioException {
        io().suspend(blocks, Duration.ZERO);
    }

    final void awaitEnd(ControlBlock block) throws AioException {
        assertThat(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT))
                .as("ends in time: %s", block)
                .isTrue();
    }

    /** Waits for a block and collects its result, which must be a success. */
    final long success(ControlBlock block) throws AioException {
        awaitEnd(block);
        assertThat(io().error(block)).isEqualTo(Errno.SUCCESS);
        return io().result(block);
    }

    /** Waits for a block, whatever it ends with, and collects it. */
    final Errno outcome(ControlBlock block) throws AioException {
        awaitEnd(block);
        Errno errno = io().error(block);
        io().result(block);
        return errno;
    }

    /** Runs something in a thread of its own, which has to have ended when the test does. */
    final <T> FutureTask<T> background(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future, "test-background");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return future;
    }
}
