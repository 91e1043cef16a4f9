package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Clients;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.nio.file.Path;

/** A system that is driven in this JVM: one of {@link Clients}. */
record JavaSystem(String name) implements IoSystem {
    @Override
    public boolean does(Work work) {
        return Clients.does(name, work);
    }

    @Override
    public Run start(Work work, PatternFile file) throws Exception {
        return start(work, file.path(), file.bytes());
    }

    Run start(Work work, Path path, long bytes) throws Exception {
        return new LoopRun(Clients.open(name, path, work, bytes), work, path);
    }
}
