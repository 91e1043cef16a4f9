package dev.penstock.aio.tck;

import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A backend of one lane without files, threads and bytes: every transfer that is flushed moves all that it may. */
final class ScriptedBackend implements Backend, Lane {
    /** Of the descriptor of each file that is opened by a path. */
    static final int NUMBER = 7;

    private final boolean pushes;
    private final Map<Long, Transfer> staged = new LinkedHashMap<>();
    private final Map<Long, Transfer> flushed = new LinkedHashMap<>();
    private final List<BackendFile> files = new ArrayList<>();
    private CompletionSink sink;
    private int wakes;

    ScriptedBackend(boolean pushes) {
        this.pushes = pushes;
    }

    /** Returns what was flushed since the last time, and ends it. */
    synchronized List<Transfer> finish() {
        List<Transfer> transfers = List.copyOf(flushed.values());
        Map<Long, Transfer> ended = new LinkedHashMap<>(flushed);
        flushed.clear();
        ended.forEach((token, transfer) -> sink.completed(token, transfer.length()));
        return transfers;
    }

    synchronized int wakes() {
        return wakes;
    }

    List<BackendFile> files() {
        return files;
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public Lane lane(int index, CompletionSink laneSink) {
        sink = laneSink;
        return this;
    }

    @Override
    public BackendFile open(OpenSpec spec) {
        return file(NUMBER);
    }

    /** One with the number of the descriptor, as if it had been opened by that; {@code null} for a negative one. */
    @Override
    public BackendFile takeOver(OpenSpec spec, int descriptor) {
        return descriptor < 0 ? null : file(descriptor);
    }

    private BackendFile file(int number) {
        BackendFile file = new BackendFile() {
            @Override
            public int descriptor() {
                return number;
            }

            @Override
            public int alignmentBytes() {
                return 1;
            }

            @Override
            public void close() {
                files.remove(this);
            }
        };
        files.add(file);
        return file;
    }

    @Override
    public void close() {}

    @Override
    public int window() {
        return 16;
    }

    @Override
    public int flushThreshold() {
        return 8;
    }

    @Override
    public boolean flushesWhenIdle() {
        return true;
    }

    @Override
    public boolean pushes() {
        return pushes;
    }

    @Override
    public synchronized void stage(long token, Transfer transfer) {
        staged.put(token, transfer);
    }

    @Override
    public synchronized void flush() {
        flushed.putAll(staged);
        staged.clear();
    }

    @Override
    public int collect() {
        return finish().size();
    }

    @Override
    public synchronized void wake() {
        wakes++;
    }

    @Override
    public boolean cancel(long token) {
        synchronized (this) {
            if (staged.remove(token) == null) {
                return false;
            }
        }
        sink.completed(token, -125);
        return true;
    }
}
