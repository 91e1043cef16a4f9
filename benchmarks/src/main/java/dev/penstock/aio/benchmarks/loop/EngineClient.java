package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Standalone;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** An engine by control blocks. All threads use one file; each has a completion queue and leases of its own. */
final class EngineClient implements Client {
    private final AsyncIo io;
    private final Closeable below;
    private final AsyncFile file;
    private final Work work;
    private final long fileBytes;

    /**
     * Opens the file.
     *
     * @param below what is to be closed after the file
     */
    EngineClient(AsyncIo io, Closeable below, Path path, Work work, long fileBytes) throws IOException {
        this.io = io;
        this.below = below;
        this.file = io.open(path, Loops.options(work));
        this.work = work;
        this.fileBytes = fileBytes;
    }

    /** Starts an engine with one provider, and opens the file. */
    static Client start(String provider, Path path, Work work, long fileBytes) throws IOException {
        Standalone io = Loops.engine(provider, limits(work));
        try {
            return new EngineClient(io, io::close, path, work, fileBytes);
        } catch (IOException | RuntimeException e) {
            io.close();
            throw e;
        }
    }

    /** The defaults, as they are for users, unless the work needs more room. */
    static Map<String, ?> limits(Work work) {
        int requests = work.inFlight();
        if (requests <= 10_000 && work.kind() != Work.Kind.LIST) {
            return Map.of();
        }
        long leasedBytes =
                work.kind() == Work.Kind.LIST ? 1L << 26 : (long) requests * Math.max(work.blockBytes(), 1 << 12);
        return Map.of(
                "max.requests", requests,
                "max.requests.per.consumer", requests,
                "max.list.entries", requests,
                "max.leased.bytes", leasedBytes);
    }

    @Override
    public Loop loop(int thread) throws IOException {
        return switch (work.kind()) {
            case LIST -> new EngineListLoop(io, file, work, fileBytes, thread);
            case SYNCED_WRITE -> new DepthLoop(new EngineSyncPort(io, file, work), work, fileBytes, thread);
            default -> new DepthLoop(new EnginePort(io, file, work), work, fileBytes, thread);
        };
    }

    @Override
    public void close() throws IOException {
        try (below) {
            file.close();
        }
    }
}
