package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;

/**
 * A Java system in a JVM of its own for each work: what the compiler learned of one does not help or hurt another, its
 * threads are gone when it is done, and a crash ends that JVM alone.
 */
record ForkedSystem(JavaSystem system) implements IoSystem {
    @Override
    public String name() {
        return system.name();
    }

    @Override
    public boolean does(Work work) {
        return system.does(work);
    }

    @Override
    public Run start(Work work, PatternFile file) throws IOException {
        return new ForkedRun(name(), work, file.path(), file.bytes());
    }
}
