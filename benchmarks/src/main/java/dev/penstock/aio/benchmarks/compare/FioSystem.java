package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.nio.file.Path;
import java.util.List;

/** fio with its engine posixaio: what a C program gets out of glibc's aio. */
record FioSystem() implements IoSystem {
    static final String NAME = "fio";

    static String version(Path folder) {
        return Program.firstLine(List.of("fio", "--version"), folder);
    }

    static boolean isInstalled(Path folder) {
        return version(folder).startsWith(NAME);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean does(Work work) {
        return work.kind() != Work.Kind.LIST;
    }

    @Override
    public Run start(Work work, PatternFile file) {
        return new FioRun(work, file);
    }
}
