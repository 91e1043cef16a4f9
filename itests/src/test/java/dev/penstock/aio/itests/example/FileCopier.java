package dev.penstock.aio.itests.example;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SyncMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.ToLongBiFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Copies a file to a new one, and returns how many bytes it has. */
@Component(service = ToLongBiFunction.class)
public final class FileCopier implements ToLongBiFunction<Path, Path> {
    private static final int BLOCK_BYTES = 1 << 16;

    private final AsyncIo aio;

    /**
     * Makes a copier.
     *
     * @param aio the default instance
     */
    @Activate
    public FileCopier(@Reference AsyncIo aio) {
        this.aio = aio;
    }

    @Override
    public long applyAsLong(Path from, Path to) {
        try (AsyncFile source = aio.open(from, READ);
                AsyncFile target = aio.open(to, WRITE, CREATE_NEW);
                Lease block = aio.lease(BLOCK_BYTES)) {
            long offset = 0;
            while (copyBlock(source, target, block, offset)) {
                offset += block.buffer().limit();
            }
            target.sync(SyncMode.FULL).await();
            return offset;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while copying " + from, e);
        }
    }

    private static boolean copyBlock(AsyncFile source, AsyncFile target, Lease block, long offset)
            throws IOException, InterruptedException {
        block.buffer().clear();
        long bytes = source.readFully(block, offset).await();
        block.buffer().limit((int) bytes);
        return bytes > 0 && target.writeFully(block, offset).await() == bytes;
    }
}
