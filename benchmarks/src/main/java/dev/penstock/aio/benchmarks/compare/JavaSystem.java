package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.benchmarks.loop.Loop;
import dev.penstock.aio.benchmarks.loop.Loops;
import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A system that is driven in this JVM: a provider below the engine, or the JDK itself. */
record JavaSystem(String name) implements IoSystem {
    static final String JDK = "jdk";

    /** Room for the longest list; the defaults are for all other work, as they are for users. */
    private static final Map<String, ?> LIST_LIMITS =
            Map.of("max.requests", 65_536, "max.requests.per.consumer", 65_536, "max.list.entries", 65_536);

    @Override
    public boolean does(Work work) {
        return !name.equals(JDK) || work.kind() != Work.Kind.LIST;
    }

    @Override
    public Run start(Work work, PatternFile file) throws IOException {
        return start(work, file.path(), file.bytes());
    }

    Run start(Work work, Path path, long bytes) throws IOException {
        if (name.equals(JDK)) {
            return new LoopRun(Loops.ofJdk(path, work, bytes), work, path, () -> {});
        }
        Standalone io = Loops.engine(name, work.kind() == Work.Kind.LIST ? LIST_LIMITS : Map.of());
        try {
            Loop loop = Loops.of(io, path, work, bytes);
            return new LoopRun(loop, work, path, io::close);
        } catch (IOException | RuntimeException e) {
            io.close();
            throw e;
        }
    }
}
