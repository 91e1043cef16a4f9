package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import java.nio.file.Path;

/** A real provider's open file with the path it was opened by; its close may fail. */
final class FaultingFile implements BackendFile {
    private final BackendFile file;
    private final Path path;
    private final Faults faults;

    FaultingFile(BackendFile file, Path path, Faults faults) {
        this.file = file;
        this.path = path;
        this.faults = faults;
    }

    Path path() {
        return path;
    }

    BackendFile real() {
        return file;
    }

    @Override
    public int alignmentBytes() {
        return file.alignmentBytes();
    }

    @Override
    public int descriptor() {
        return file.descriptor();
    }

    @Override
    public void close() throws AioException {
        file.close();
        faults.closed(path);
    }
}
