package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.SwapWorkload.What;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/** One thread of a {@link SwapWorkload}: what it does, and what it knows of its places in the files. */
final class SwapWorker {
    /** Places of one thread in one file, and how large each is. */
    private static final int PLACES = 16;

    private static final int BYTES = 1024;
    private static final int BATCH_MAX = 12;

    private final SwapWorkload workload;
    private final int number;
    private final Random random;
    /** What was written last, by file and place; 0 if nothing was. */
    private final long[][] versions;

    private final List<ControlBlock> blocks = new ArrayList<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final CompletionQueue queue;
    private long version;
    private long appends;

    SwapWorker(SwapWorkload workload, int number, long seed) throws AioException {
        this.workload = workload;
        this.number = number;
        this.random = new Random(seed);
        this.versions = new long[workload.written().size()][PLACES];
        this.queue = workload.io().completionQueue();
        for (int i = 0; i < BATCH_MAX; i++) {
            ControlBlock block = workload.io().controlBlock();
            blocks.add(block);
            // Every second one is a lease.
            if (i % 2 == 0) {
                Lease lease = workload.io().lease(BYTES);
                buffers.add(lease.buffer());
                block.lease(lease);
            } else {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
                buffers.add(buffer);
                block.buffer(buffer);
            }
        }
    }

    /** Does one thing. */
    void step() throws IOException, InterruptedException {
        switch (random.nextInt(8)) {
            case 0, 1 -> transfers(false);
            case 2 -> transfers(true);
            case 3 -> list();
            case 4 -> full();
            case 5 -> sync();
            case 6 -> append(false);
            default -> append(true);
        }
    }

    /** Reads all its places. */
    void checkAll() throws IOException, InterruptedException {
        for (int file = 0; file < versions.length; file++) {
            for (int place = 0; place < PLACES; place++) {
                check(file, place);
            }
        }
        queue.close();
    }

    private long offset(int place) {
        return ((long) number * PLACES + place) * BYTES;
    }

    private long seed(int file, long of) {
        return of * 1_000 + file * 10L + number;
    }

    /** Asserts that a buffer holds what was written last to a place; nothing is there if nothing was. */
    private void check(ByteBuffer buffer, int file, int place, long of) throws IOException {
        long offset = offset(place);
        for (int i = 0; i < BYTES; i++) {
            byte expected = of == 0 ? 0 : Pattern.at(seed(file, of), offset + i);
            if (buffer.get(i) != expected) {
                workload.failed("thread " + number + " file " + file + " place " + place + " does not hold version "
                        + of + " at byte " + i);
            }
        }
        workload.count(What.READ);
    }

    private void check(int file, int place) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        answer(workload.written().get(file).readFully(buffer, offset(place)));
        check(buffer, file, place, versions[file][place]);
    }

    private static <T> T answer(Request<T> request) throws IOException, InterruptedException {
        try {
            return request.await(Bounded.LIMIT);
        } catch (TimeoutException e) {
            throw new IOException("not in time: " + request, e);
        }
    }

    private void await(ControlBlock block) throws IOException {
        if (!workload.io().suspend(new ControlBlock[] {block}, Bounded.LIMIT)) {
            workload.failed("not in time: " + block);
        }
    }

    /** Waits for a block and collects it; answers whether it was canceled. */
    private boolean collect(ControlBlock block, long expected) throws IOException {
        await(block);
        Errno errno = workload.io().error(block);
        long result = workload.io().result(block);
        if (errno != Errno.ECANCELED && (errno != Errno.SUCCESS || result != expected)) {
            workload.failed(errno + " and " + result + " instead of " + expected + ": " + block);
        }
        return errno == Errno.ECANCELED;
    }

    /** Some reads and writes at a time, of which some are canceled. */
    private void transfers(boolean cancel) throws IOException, InterruptedException {
        int file = random.nextInt(versions.length);
        boolean queued = random.nextBoolean();
        int count = 1 + random.nextInt(BATCH_MAX);
        long[] to = new long[count];
        int[] places = places(count);
        for (int i = 0; i < count; i++) {
            ControlBlock block = describe(i, file, places[i], queued ? SigEvent.queue(queue) : SigEvent.none());
            // What nobody has written is not there to be read.
            if (versions[file][places[i]] == 0 || random.nextBoolean()) {
                to[i] = ++version;
                Pattern.fill(buffers.get(i).clear(), seed(file, to[i]), offset(places[i]));
                workload.io().write(block);
            } else {
                workload.io().read(block);
            }
        }
        boolean[] canceled = new boolean[count];
        for (int i = 0; cancel && i < count; i++) {
            canceled[i] = workload.io().cancel(blocks.get(i)) == CancelResult.CANCELED;
            workload.count(canceled[i] ? What.CANCELED : What.NOT_CANCELED);
        }
        for (int i = 0; queued && i < count; i++) {
            if (queue.take(Bounded.LIMIT) == null) {
                workload.failed("a queue is not told in time");
            }
        }
        for (int i = 0; i < count; i++) {
            end(i, file, places[i], to[i], canceled[i]);
        }
    }

    private void end(int i, int file, int place, long to, boolean canceled) throws IOException, InterruptedException {
        if (collect(blocks.get(i), BYTES) != canceled) {
            workload.failed("the answer of a cancel and the status do not agree: " + blocks.get(i));
        }
        if (to == 0) {
            if (!canceled) {
                check(buffers.get(i), file, place, versions[file][place]);
            }
        } else if (!canceled) {
            versions[file][place] = to;
            workload.count(What.WRITE);
        }
        if (canceled && versions[file][place] != 0) {
            check(file, place);
        }
    }

    private int[] places(int count) {
        int first = random.nextInt(PLACES);
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = (first + i) % PLACES;
        }
        return places;
    }

    private ControlBlock describe(int i, int file, int place, SigEvent event) throws AioException {
        return blocks.get(i)
                .file(workload.written().get(file))
                .offset(offset(place))
                .length(BYTES)
                .priority(random.nextInt(3))
                .sigEvent(event);
    }

    private void list() throws IOException {
        int file = random.nextInt(versions.length);
        int count = 1 + random.nextInt(BATCH_MAX);
        int[] places = places(count);
        ControlBlock[] entries = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            entries[i] = describe(i, file, places[i], SigEvent.none()).opcode(Opcode.WRITE);
            versions[file][places[i]] = ++version;
            Pattern.fill(buffers.get(i).clear(), seed(file, version), offset(places[i]));
        }
        boolean waits = random.nextBoolean();
        workload.io().list(waits ? ListMode.WAIT : ListMode.NOWAIT, entries, SigEvent.none());
        for (ControlBlock entry : entries) {
            if (collect(entry, BYTES)) {
                workload.failed("canceled by nobody: " + entry);
            }
            workload.count(What.WRITE);
        }
        workload.count(What.LIST);
    }

    private void full() throws IOException, InterruptedException {
        int file = random.nextInt(versions.length);
        int place = random.nextInt(PLACES);
        version++;
        ByteBuffer source = Pattern.heap(BYTES, seed(file, version), offset(place));
        long bytes = answer(workload.written().get(file).writeFully(source, offset(place)));
        if (bytes != BYTES) {
            workload.failed("a full write of " + BYTES + " bytes answers " + bytes);
        }
        versions[file][place] = version;
        workload.count(What.WRITE);
        check(file, place);
    }

    private void sync() throws IOException, InterruptedException {
        AsyncFile file =
                random.nextInt(4) == 0 ? anyLog().file() : workload.written().get(random.nextInt(versions.length));
        long before = workload.witness().now();
        answer(file.sync(random.nextBoolean() ? SyncMode.FULL : SyncMode.DATA));
        if (!workload.witness().sawSync(file.path(), before)) {
            workload.failed("a sync of " + file.path() + " was told that was not carried out");
        }
        workload.count(What.SYNC);
    }

    private AppendLog anyLog() {
        return workload.appended().get(random.nextInt(workload.appended().size()));
    }

    /** Appends some records, of which some are canceled. */
    private void append(boolean cancel) throws IOException, InterruptedException {
        AppendLog log = anyLog();
        int count = 1 + random.nextInt(BATCH_MAX);
        List<Request<Long>> requests = new ArrayList<>();
        long first = appends;
        for (int i = 0; i < count; i++) {
            ByteBuffer record = random.nextBoolean()
                    ? ByteBuffer.allocate(AppendLog.BYTES)
                    : ByteBuffer.allocateDirect(AppendLog.BYTES);
            AppendLog.fill(record, number, appends++);
            requests.add(log.file().writeFully(record.flip(), 0));
        }
        for (int i = count - 1; i >= 0; i--) {
            Request<Long> request = requests.get(i);
            if (cancel && random.nextBoolean() && request.cancel() == CancelResult.CANCELED) {
                workload.count(What.CANCELED);
            } else {
                answer(request);
                log.expect(number, first + i);
            }
        }
    }
}
