package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import one.jasyncfio.AsyncFile;
import one.jasyncfio.EventExecutor;
import one.jasyncfio.OpenOption;

/**
 * Jasyncfio as its own benchmark uses it: each submitting thread has an executor with the default settings, which is a
 * thread with rings, and has opened the file by it.
 */
final class JasyncfioClient implements Client {
    private final Path path;
    private final Work work;
    private final long fileBytes;

    private JasyncfioClient(Path path, Work work, long fileBytes) {
        this.path = path;
        this.work = work;
        this.fileBytes = fileBytes;
    }

    static Client open(Path path, Work work, long fileBytes) {
        Unsupported.lists("jasyncfio", work);
        return new JasyncfioClient(path, work, fileBytes);
    }

    @Override
    public Loop loop(int thread) throws Exception {
        EventExecutor executor = executor();
        try {
            AsyncFile file = AsyncFile.open(path, executor, options()).get();
            return new DepthLoop(new JasyncfioPort(executor, file, work), work, fileBytes, thread);
        } catch (Exception e) {
            executor.close();
            throw e;
        }
    }

    private static EventExecutor executor() throws IOException {
        try {
            return EventExecutor.initDefault();
        } catch (LinkageError e) {
            throw new IOException("jasyncfio cannot load its native part", e);
        }
    }

    private OpenOption[] options() {
        List<OpenOption> options = new ArrayList<>();
        options.add(work.isRead() ? OpenOption.READ_ONLY : OpenOption.READ_WRITE);
        if (work.direct()) {
            options.add(OpenOption.DIRECT);
        }
        return options.toArray(OpenOption[]::new);
    }

    @Override
    public void close() {
        // All is of the loops.
    }
}
