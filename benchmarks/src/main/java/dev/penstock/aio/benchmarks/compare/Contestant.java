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
            run.measure(warmUpNs);
        } catch (Exception e) {
            row.fail(Errors.oneLine(e));
        }
    }

    /** Takes a sample. */
    void measure(long nanos) throws IOException {
        settle();
        if (run == null || row.error() != null) {
            return;
        }
        try {
            row.add(run.measure(nanos));
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
    Row finish() {
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
