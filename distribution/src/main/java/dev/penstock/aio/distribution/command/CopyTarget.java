package dev.penstock.aio.distribution.command;

import static java.nio.file.StandardOpenOption.CREATE_NEW;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Set;

/**
 * The file that a copy writes. One that was made is removed again at {@link #close()} unless it was finished; one that
 * existed stays with what it then holds.
 */
final class CopyTarget implements AutoCloseable {
    private final AsyncFile file;
    private final boolean made;
    private boolean finished;

    private CopyTarget(AsyncFile file, boolean made) {
        this.file = file;
        this.made = made;
    }

    /**
     * Opens the target. It is made exclusively first, so whether it existed is known and not guessed.
     *
     * @param options for opening, without those for creating
     * @param force whether to write over an existing file
     * @param attributes for a file that is made
     * @throws IOException if it cannot be opened, or exists and {@code force} is not given
     */
    static CopyTarget open(
            AsyncIo aio, Path path, Set<OpenOption> options, boolean force, FileAttribute<?>... attributes)
            throws IOException {
        if (Files.isDirectory(path)) {
            throw new AioException("open path=" + path, Errno.EISDIR);
        }
        Set<OpenOption> making = new HashSet<>(options);
        making.add(CREATE_NEW);
        try {
            return new CopyTarget(aio.open(path, making, attributes), true);
        } catch (AioException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            if (!force) {
                throw Files.isRegularFile(path) ? new IOException(e.getMessage() + "; --force writes over it", e) : e;
            }
        }
        return new CopyTarget(aio.open(path, options), false);
    }

    AsyncFile file() {
        return file;
    }

    /** Returns whether the file did not exist before. */
    boolean isMade() {
        return made;
    }

    /** Cuts the file to its size, where it is longer and no device, and closes it. */
    void finish(long sizeBytes, boolean sync) throws AioException, InterruptedException {
        if (file.size().await() > sizeBytes && Files.isRegularFile(file.path())) {
            file.truncate(sizeBytes).await();
        }
        if (sync) {
            file.sync(SyncMode.FULL).await();
        }
        file.close();
        finished = true;
    }

    @Override
    public void close() throws IOException {
        if (finished) {
            return;
        }
        try {
            file.close();
        } finally {
            if (made) {
                Files.deleteIfExists(file.path());
            }
        }
    }
}
