package dev.penstock.aio.benchmarks.compare;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process of fio for each sample. Its times are its own: without start and end of the process.
 *
 * <p>Its processor time is that of the whole process, as the kernel tells it: what fio itself tells is that of the
 * submitting threads, without those with which glibc's aio or the kernel serve them.
 */
final class FioRun implements Run {
    private static final long NS_OF_MS = 1_000_000;
    private static final int CHECKED_BLOCKS = 300;
    /** Processes that do next to nothing, whose mean is what start and end take: one is told in ticks of 10 ms. */
    private static final int BARE = 5;

    private final Work work;
    private final List<String> command;
    private final Path folder;
    /** What the process uses for its start and end, once that was looked at. */
    private Cpu bare = new Cpu(0, 0);

    FioRun(FioEngine engine, Work work, PatternFile file) {
        this.work = work;
        this.folder = requireNonNull(file.path().toAbsolutePath().getParent());
        this.command = new ArrayList<>(List.of(
                "fio",
                "--name=compare",
                "--output-format=json",
                "--filename=" + file.path(),
                "--size=" + file.bytes(),
                "--bs=" + work.blockBytes(),
                "--iodepth=" + work.depth(),
                "--direct=" + (work.direct() ? 1 : 0),
                // By default it drops the file from the page cache first: then nothing would be cached.
                "--invalidate=0",
                // Ours keep no book of the blocks that were done, and may do one twice.
                "--norandommap",
                // By default it changes each buffer a little before it is written. Ours write what they have.
                "--scramble_buffers=0",
                // As those of all others. By default only those of direct transfers begin with a page.
                "--iomem_align=4096",
                // Other random offsets in each process, as ours go on with theirs.
                "--randrepeat=0",
                // The file is there, with all its blocks; what is not there is an error, not to be made.
                "--allow_file_create=0",
                "--fallocate=none",
                // One process with submitting threads, as ours; by default it forks.
                "--thread",
                "--numjobs=" + work.threads(),
                "--group_reporting",
                // Reads and writes together.
                "--unified_rw_reporting=1"));
        command.addAll(engine.arguments(work));
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            // The engine posixaio carries that out by aio_fsync(O_SYNC), seen by strace: it syncs more than the others.
            command.add("--fdatasync=1");
        }
        if (work.kind() == Work.Kind.MIXED) {
            command.add("--rwmixread=" + work.readPercent());
        }
    }

    private String pattern() {
        return switch (work.kind()) {
            case RANDOM_READ -> "randread";
            case MIXED -> "randrw";
            case SEQUENTIAL_READ -> "read";
            case RANDOM_WRITE, SYNCED_WRITE -> "randwrite";
            case SEQUENTIAL_WRITE -> "write";
            case LIST -> throw new IllegalArgumentException("fio has no lists");
        };
    }

    /** Each process begins anew: there is nothing to warm up. */
    @Override
    public void warmUp(long nanos) throws Exception {
        Cpu before = Cpu.ofEndedChildren();
        for (int i = 0; i < BARE; i++) {
            run(0, pattern(), List.of("--number_ios=1"));
        }
        bare = Cpu.ofEndedChildren().since(before).dividedBy(BARE);
    }

    @Override
    public Sample measure(long nanos) throws Exception {
        // No clock is read for each request: ours take no latencies then either.
        Ended ended = run(nanos, pattern(), timed(nanos, "--gtod_reduce=1"));
        FioResult result = ended.result();
        return new Sample(
                result.requests(), result.millis() * NS_OF_MS, ended.cpu().without(bare), -1);
    }

    /** Of a synced write it tells those of the write and those of the sync, which make none of both. */
    @Override
    public @Nullable Percentiles latencies(long nanos) throws Exception {
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            return null;
        }
        List<String> more = timed(nanos, "--lat_percentiles=1", "--clat_percentiles=0", "--percentile_list=50:99:99.9");
        Percentiles told = run(nanos, pattern(), more).result().latencies();
        if (told == null) {
            throw new IOException("fio told of no latencies, though it was asked to look: " + more);
        }
        return told;
    }

    private static List<String> timed(long nanos, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add("--time_based");
        all.add("--runtime=" + Math.max(1, nanos / NS_OF_MS) + "ms");
        return all;
    }

    /** fio compares what it reads, or reads what it wrote, with the file's pattern: of mixed work, only what it wrote. */
    @Override
    public void check() throws Exception {
        if (work.kind() == Work.Kind.MIXED) {
            check("randread");
            check("randwrite");
        } else {
            check(pattern());
        }
    }

    private void check(String pattern) throws Exception {
        run(
                0,
                pattern,
                List.of(
                        "--number_ios=" + CHECKED_BLOCKS,
                        "--verify=pattern",
                        "--verify_pattern=%o",
                        "--do_verify=1",
                        "--verify_state_save=0"));
    }

    /** What a process left, and what it used. */
    private record Ended(FioResult result, Cpu cpu) {}

    private Ended run(long nanos, String pattern, List<String> more) throws Exception {
        List<String> full = new ArrayList<>(command);
        full.add("--rw=" + pattern);
        full.addAll(more);
        Cpu before = Cpu.ofEndedChildren();
        Program.Output output = Program.run(full, folder, nanos);
        Cpu cpu = Cpu.ofEndedChildren().since(before);
        if (output.status() != 0) {
            throw new IOException("fio ended with status " + output.status() + ": " + complaint(output));
        }
        return new Ended(FioResult.parse(output.text()), cpu);
    }

    /** Some come before the JSON. */
    private static String complaint(Program.Output output) {
        return output.errors().isBlank() ? output.text().split("\\{", 2)[0] : output.errors();
    }

    @Override
    public void close() {
        // Nothing of it is left.
    }
}
