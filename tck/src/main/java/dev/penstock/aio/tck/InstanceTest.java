package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.io.TempDir;

/** What a test needs of an instance, whatever is below that: a directory, files in it, and waits that end. */
public abstract class InstanceTest {
    /** The directory of this test, removed afterwards. */
    @TempDir
    protected Path directory;

    /** For the tests that stand on this. */
    protected InstanceTest() {}

    /** Returns this test's instance. */
    protected abstract AsyncIo io();

    /** Returns a path in this test's directory. */
    protected final Path path(String name) {
        return directory.resolve(name);
    }

    /** Makes a file of bytes of {@link Pattern} with a seed of 0. */
    protected final Path fileOf(String name, int bytes) throws IOException {
        return Files.write(path(name), Pattern.heap(bytes, 0, 0).array());
    }

    /** Opens a file of this test's instance. */
    protected final AsyncFile open(Path path, OpenOption... options) throws AioException {
        return io().open(path, options);
    }

    /** Makes and opens an empty file for reading and writing. */
    protected final AsyncFile newFile(String name) throws AioException {
        return open(path(name), StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    }

    /** Waits for the end of every block's request, but collects nothing. */
    protected final void awaitDone(ControlBlock... blocks) throws AioException {
        for (ControlBlock block : blocks) {
            assertTrue(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT), "not done in time");
        }
    }

    /** Waits for the end of a block's request, asserts that it succeeded, and collects its result. */
    protected final long success(ControlBlock block) throws AioException {
        awaitDone(block);
        assertEquals(Errno.SUCCESS, io().error(block));
        return io().result(block);
    }
}
