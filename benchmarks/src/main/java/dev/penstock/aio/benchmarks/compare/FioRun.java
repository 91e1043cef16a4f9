package dev.penstock.aio.benchmarks.compare;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of fio for each sample. Its time is its own: without start and end of the process. */
final class FioRun implements Run {
    private static final long NS_OF_MS = 1_000_000;
    private static final int CHECKED_BLOCKS = 300;

    private final Work work;
    private final List<String> command;
    private final Path folder;

    FioRun(Work work, PatternFile file) {
        this.work = work;
        this.folder = requireNonNull(file.path().toAbsolutePath().getParent());
        this.command = new ArrayList<>(List.of(
                "fio",
                "--name=compare",
                "--output-format=json",
                "--ioengine=posixaio",
                "--filename=" + file.path(),
                "--size=" + file.bytes(),
                "--rw=" + pattern(),
                "--bs=" + work.blockBytes(),
                "--iodepth=" + work.depth(),
                "--direct=" + (work.direct() ? 1 : 0),
                // By default it drops the file from the page cache first: then nothing would be cached.
                "--invalidate=0",
                // Ours keep no book of the blocks that were done, and may do one twice.
                "--norandommap",
                // Other offsets in each process, as ours go on with theirs.
                "--randrepeat=0",
                // The file is there, with all its blocks; what is not there is an error, not to be made.
                "--allow_file_create=0",
                "--fallocate=none",
                // One process with one submitting thread, as ours; by default it forks.
                "--thread",
                // No clock is read for each request: ours take no latencies either.
                "--gtod_reduce=1"));
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            // Its engine posixaio carries that out by aio_fsync(O_SYNC), seen by strace: it syncs more than the others.
            command.add("--fdatasync=1");
        }
    }

    private String pattern() {
        return switch (work.kind()) {
            case RANDOM_READ -> "randread";
            case SEQUENTIAL_READ -> "read";
            case RANDOM_WRITE, SYNCED_WRITE -> "randwrite";
            case SEQUENTIAL_WRITE -> "write";
            case MIXED -> throw new IllegalArgumentException("mixed work is not told to fio yet");
            case LIST -> throw new IllegalArgumentException("fio has no lists");
        };
    }

    @Override
    public Sample measure(long nanos) throws Exception {
        long millis = Math.max(1, nanos / NS_OF_MS);
        FioResult result = run(nanos, List.of("--time_based", "--runtime=" + millis + "ms"));
        return new Sample(result.requests(), result.millis() * NS_OF_MS, -1);
    }

    /** fio compares what it reads, or reads what it wrote, with the file's pattern. */
    @Override
    public void check() throws Exception {
        run(
                0,
                List.of(
                        "--number_ios=" + CHECKED_BLOCKS,
                        "--verify=pattern",
                        "--verify_pattern=%o",
                        "--do_verify=1",
                        "--verify_state_save=0"));
    }

    private FioResult run(long nanos, List<String> more) throws Exception {
        List<String> full = new ArrayList<>(command);
        full.addAll(more);
        Program.Output output = Program.run(full, folder, nanos);
        if (output.status() != 0) {
            throw new IOException("fio ended with status " + output.status() + ": " + output.errors());
        }
        return FioResult.parse(output.text(), work.isRead());
    }

    @Override
    public void close() {
        // Nothing of it is left.
    }
}
