package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import java.util.List;
import java.util.stream.Stream;

/** An engine of fio, and how it is used. */
enum FioEngine {
    /** A plain positional read or write. */
    PSYNC("fio-psync", "psync"),
    /** What a C program gets out of glibc's aio. */
    POSIXAIO("fio-posixaio", "posixaio"),
    /** What it gets out of the kernel's ring, with the buffers and the file registered. */
    URING("fio-uring", "io_uring");

    /**
     * What it submits at once. Reading 32 deep from the page cache, it was a tenth faster with 16 than with 8, and as
     * fast as with 32; direct, all were level. In both it was slower with singles or without registration, or level.
     */
    private static final int BATCH = 16;

    private final String system;
    private final String engine;

    FioEngine(String system, String engine) {
        this.system = system;
        this.engine = engine;
    }

    /** {@return as the tables name it} */
    String system() {
        return system;
    }

    static List<String> names() {
        return Stream.of(values()).map(FioEngine::system).toList();
    }

    /** {@return whether it has what the work asks for: psync has nothing in flight} */
    boolean does(Work work) {
        return work.kind() != Work.Kind.LIST && (this != PSYNC || work.depth() == 1);
    }

    List<String> arguments(Work work) {
        String name = "--ioengine=" + engine;
        if (this != URING) {
            return List.of(name);
        }
        return List.of(
                name,
                "--fixedbufs",
                "--registerfiles",
                // Without these it calls the kernel for each single request.
                "--iodepth_batch_submit=" + Math.min(BATCH, work.depth()),
                "--iodepth_batch_complete_min=1",
                "--iodepth_batch_complete_max=" + work.depth());
    }
}
