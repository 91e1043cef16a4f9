package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.nio.file.Path;
import java.util.List;

/** fio with one of its engines. */
record FioSystem(FioEngine engine) implements IoSystem {
    private static final String PROGRAM = "fio";

    static String version(Path folder) {
        return Program.firstLine(List.of(PROGRAM, "--version"), folder);
    }

    static boolean isInstalled(Path folder) {
        return version(folder).startsWith(PROGRAM);
    }

    @Override
    public String name() {
        return engine.system();
    }

    @Override
    public boolean does(Work work) {
        return engine.does(work);
    }

    @Override
    public Run start(Work work, PatternFile file) {
        return new FioRun(engine, work, file);
    }
}
