package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Standalone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** An engine with one provider and one open file, which serve all threads. */
final class EngineUseClient implements Client {
    /** How a thread uses them. */
    interface Use {
        Loop loop(AsyncIo io, AsyncFile file, int thread) throws AioException;
    }

    /** As deep as {@link EngineClient} goes with the default limits. */
    private static final int USUAL_DEPTH = 10_000;

    private static final Map<String, ?> DEEP =
            Map.of("max.requests", 1 << 20, "max.requests.per.consumer", 1 << 20, "max.leased.bytes", 8L << 30);

    private final Standalone io;
    private final AsyncFile file;
    private final Use use;

    private EngineUseClient(Standalone io, AsyncFile file, Use use) {
        this.io = io;
        this.file = file;
        this.use = use;
    }

    /** Opens the file for control blocks with callbacks. */
    static Client callbacks(String provider, Path path, Work work, long fileBytes) throws IOException {
        return open(
                provider,
                path,
                work,
                (io, file, thread) -> new CallbackLoop(new EngineCallbackPort(io, file, work), work, fileBytes));
    }

    /** Opens the file for the calls of {@link AsyncFile}. */
    static Client file(String provider, Path path, Work work, long fileBytes) throws IOException {
        return open(
                provider,
                path,
                work,
                (io, file, thread) -> new DepthLoop(new FilePort(io, file, work), work, fileBytes, thread));
    }

    private static Client open(String provider, Path path, Work work, Use use) throws IOException {
        Unsupported.lists("this use of control blocks", work);
        Standalone io = Loops.engine(provider, work.depth() > USUAL_DEPTH ? DEEP : Map.of());
        try {
            return new EngineUseClient(io, io.open(path, Loops.options(work)), use);
        } catch (IOException | RuntimeException e) {
            io.close();
            throw e;
        }
    }

    @Override
    public Loop loop(int thread) throws AioException {
        return use.loop(io, file, thread);
    }

    @Override
    public void close() throws AioException {
        try (io) {
            file.close();
        }
    }
}
