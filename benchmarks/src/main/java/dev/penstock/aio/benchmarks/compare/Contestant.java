package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A system at one work. Once it has failed it does nothing any more, and its row says why. */
final class Contestant {
    private final IoSystem system;
    private final Work work;
    private final PatternFile file;
    private final Row row;
    private @Nullable Run run;

    Contestant(IoSystem system, Work work, PatternFile file) {
        this.system = system;
        this.work = work;
        this.file = file;
        this.row = new Row(work, system.name());
    }

    String describe() {
        return work.name() + " " + system.name();
    }

    /** Starts it and lets it warm up. */
    void start(long warmUpNs) throws IOException {
        settle();
        try {
            run = system.start(work, file);
            row.note(run.note());
            run.warmUp(warmUpNs);
        } catch (Exception e) {
            row.fail(Errors.oneLine(e));
        }
    }

    /** Takes a sample. */
    void measure(long nanos) throws IOException {
        whileItWorks(ready -> row.add(ready.measure(nanos)));
    }

    /** Looks at latencies, which is no sample: it costs time of its own. */
    void look(long nanos) throws IOException {
        whileItWorks(ready -> row.addLatencies(ready.latencies(nanos)));
    }

    private interface Turn {
        void of(Run ready) throws Exception;
    }

    private void whileItWorks(Turn turn) throws IOException {
        settle();
        if (run == null || row.error() != null) {
            return;
        }
        try {
            turn.of(run);
        } catch (Exception e) {
            row.fail(Errors.oneLine(e));
        }
    }

    /** Nobody is to bring to storage what the one before has written. */
    private void settle() throws IOException {
        if (!work.isRead()) {
            file.sync();
        }
    }

    /** Looks whether it moves what it should, and ends it. */
    Row finish() throws IOException {
        if (!work.isRead() && !work.isWrite()) {
            // What is read is to be what belongs there, and not what was written to be measured.
            file.spoil();
            file.fill(work.blockBytes());
            file.spoil();
        }
        try (Run ended = run) {
            if (ended != null && row.error() == null) {
                ended.check();
            }
        } catch (Exception e) {
            row.fail(Errors.oneLine(e));
        }
        return row;
    }
}
