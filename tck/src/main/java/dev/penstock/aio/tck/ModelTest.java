package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random requests against a model, in the manner of fsx: reads, writes, vectored and full ones, by leases and control
 * blocks, truncates, syncs and cancels, several in flight on disjoint ranges, before and behind a truncate; after each batch everything that was
 * read, and now and then the whole file, must be as the model says.
 *
 * <p>The seed is printed. The system property {@code penstock.tck.seed} repeats a run with one seed.
 */
class ModelTest extends TckTest {
    private static final String PROPERTY = "penstock.tck.seed";
    private static final int BATCHES = 250;
    private static final int SLOTS = 24;
    private static final int SLOT_BYTES = 8192;
    private static final int CAPACITY = (SLOTS + 1) * SLOT_BYTES;
    private static final int MOST_APPENDED = 2000;

    private Random random;
    private AsyncFile file;
    private FileModel model;
    /** Whether transfers are cut short and dispatched again now and then. */
    private boolean isTroubled;

    static LongStream seeds() {
        Long one = Long.getLong(PROPERTY);
        return one != null ? LongStream.of(one) : LongStream.of(1, 2, 3, new Random().nextInt(1_000_000));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyBatchOfRequestsLeavesTheFileAsTheModelSays(long seed) throws IOException {
        begin("plain", seed);
        file = open(path("f"), READ, WRITE, CREATE);

        run(this::batch);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shortAndRepeatedTransfersLeaveTheFileAsTheModelSays(long seed) throws IOException {
        begin("short and repeated", seed);
        file = open(path("f"), READ, WRITE, CREATE);
        trouble(seed);

        run(this::batch);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void appendsLeaveTheFileAsTheModelSays(long seed) throws IOException {
        begin("append", seed);
        assumeCapability("READ_APPEND", path("f"), READ, APPEND, CREATE);
        file = open(path("f"), READ, APPEND, CREATE);
        trouble(seed);

        run(this::appendBatch);
    }

    private void begin(String what, long seed) {
        System.out.println("model test, " + what + ": seed=" + seed + " (repeat with -D" + PROPERTY + "=" + seed + ")");
        random = new Random(seed);
        model = new FileModel(CAPACITY);
    }

    private void trouble(long seed) {
        isTroubled = true;
        Random transfers = new Random(seed);
        faults().limit(transfer -> transfers.nextInt(8) == 0, 1 + random.nextInt(500), Integer.MAX_VALUE);
        faults().repeat(transfer -> transfers.nextInt(16) == 0, Integer.MAX_VALUE);
    }

    /** Something that may fail as a request does. */
    private interface Batch {
        void run() throws IOException;
    }

    private void run(Batch batch) throws IOException {
        for (int i = 0; i < BATCHES; i++) {
            batch.run();
            if (i % 25 == 0) {
                assertEquals(model.size(), answer(file.size()));
                model.check(path("f"));
            }
        }
        file.close();
        model.check(path("f"));
    }

    /** Starts requests on disjoint ranges, and now and then a sync, or a truncate and more requests behind it. */
    private void batch() throws IOException {
        finish(startSome(), startOrdered(this::startSome));
    }

    private List<Transfer> startSome() throws AioException {
        List<Transfer> transfers = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            slots.add(i);
        }
        Collections.shuffle(slots, random);
        int base = random.nextInt(SLOT_BYTES);
        int count = 1 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            int skip = random.nextInt(SLOT_BYTES);
            int offset = base + slots.get(i) * SLOT_BYTES + skip;
            int length = random.nextInt(Math.min(SLOT_BYTES - skip, 1 + random.nextInt(SLOT_BYTES)) + 1);
            transfers.add(random.nextInt(5) < 2 ? startRead(offset, length) : startWrite(offset, length));
        }
        return transfers;
    }

    private void appendBatch() throws IOException {
        if (model.size() > CAPACITY / 2) {
            int size = random.nextInt(CAPACITY / 4);
            answer(file.truncate(size));
            model.truncate(size);
        }
        finish(startAppends(), startOrdered(this::startAppends));
    }

    private List<Transfer> startAppends() throws AioException {
        List<Transfer> transfers = new ArrayList<>();
        int count = 1 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(MOST_APPENDED);
            transfers.add(
                    random.nextInt(5) == 0
                            ? startRead(random.nextInt(model.size() + 1), length)
                            : startWrite(random.nextInt(), length));
        }
        return transfers;
    }

    /** Something that starts requests. */
    private interface Starter {
        List<Transfer> start() throws AioException;
    }

    /** Starts now and then a sync behind what was started, or a truncate and other requests behind that. */
    private Ordered startOrdered(Starter behind) throws AioException {
        return switch (random.nextInt(6)) {
            case 0 -> {
                int size = random.nextInt(CAPACITY);
                Request<Void> truncate = file.truncate(size);
                yield new Ordered(truncate, size, random.nextBoolean() ? behind.start() : List.of());
            }
            case 1 -> new Ordered(file.sync(SyncMode.FULL), -1, List.of());
            case 2 -> new Ordered(file.sync(SyncMode.DATA), -1, List.of());
            default -> new Ordered(null, -1, List.of());
        };
    }

    /** A request that is ordered behind the transfers, if there is one, and those that are ordered behind it. */
    private record Ordered(Request<Void> request, int newSize, List<Transfer> behind) {}

    /** Waits for what was started, and applies it to the model in the order in which it must have taken effect. */
    private void finish(List<Transfer> transfers, Ordered ordered) throws AioException {
        List<Transfer> all = new ArrayList<>(transfers);
        all.addAll(ordered.behind());
        if (random.nextInt(4) == 0) {
            all.get(random.nextInt(all.size())).cancel();
        }
        apply(transfers);
        if (ordered.request() != null) {
            answer(ordered.request());
        }
        if (ordered.newSize() >= 0) {
            model.truncate(ordered.newSize());
        }
        apply(ordered.behind());
    }

    /** Waits for transfers that run in any order, and applies them to the model: writes, then reads. */
    private void apply(List<Transfer> transfers) throws AioException {
        int sizeBefore = model.size();
        for (Transfer transfer : transfers) {
            if (!transfer.isRead) {
                transfer.applyWrite();
            }
        }
        for (Transfer transfer : transfers) {
            if (transfer.isRead) {
                transfer.checkRead(sizeBefore);
            }
        }
    }

    private Transfer startRead(int offset, int length) throws AioException {
        Transfer transfer = new Transfer(true, offset, length);
        transfer.start();
        return transfer;
    }

    private Transfer startWrite(int offset, int length) throws AioException {
        Transfer transfer = new Transfer(false, offset, length);
        random.nextBytes(transfer.bytes);
        transfer.memory.fill(transfer.bytes);
        transfer.start();
        return transfer;
    }

    /** One read or write under way, by a request or by a control block. */
    private final class Transfer {
        private final boolean isRead;
        private final int offset;
        private final byte[] bytes;
        private final ModelMemory memory;
        private final boolean isFull = random.nextInt(3) == 0;
        private Request<Long> request;
        private ControlBlock block;
        private boolean isCanceled;

        Transfer(boolean isRead, int offset, int length) throws AioException {
            this.isRead = isRead;
            this.offset = offset;
            this.bytes = new byte[length];
            this.memory = ModelMemory.of(io(), random, length);
        }

        void start() throws AioException {
            if (random.nextInt(3) > 0) {
                request = isRead ? memory.read(file, offset, isFull) : memory.write(file, offset, isFull);
                return;
            }
            block = memory.describe(io().controlBlock().file(file).offset(offset));
            if (isRead) {
                io().read(block);
            } else {
                io().write(block);
            }
        }

        /** Tries to cancel, unless what a full transfer has moved by then would be unknown. */
        void cancel() throws AioException {
            if (request != null && isFull) {
                return;
            }
            isCanceled = CancelResult.CANCELED == (request == null ? io().cancel(block) : request.cancel());
        }

        /** Waits for the end and returns the bytes moved. */
        private int moved() throws AioException {
            if (isCanceled) {
                if (request == null) {
                    failure(Errno.ECANCELED, block);
                } else {
                    expectFailure(Errno.ECANCELED, request);
                }
                return 0;
            }
            return (int) (request == null ? success(block) : (long) answer(request));
        }

        void applyWrite() throws AioException {
            int moved = moved();
            assertTrue(isCanceled || isTroubled || moved == bytes.length, () -> "short write of " + bytes.length);
            boolean isAppend = file.options().contains(APPEND);
            model.write(isAppend ? model.size() : offset, bytes, moved);
            memory.release();
        }

        void checkRead(int sizeBefore) throws AioException {
            int moved = moved();
            int least = isCanceled ? 0 : FileModel.available(offset, bytes.length, sizeBefore);
            int most = FileModel.available(offset, bytes.length, model.size());
            assertTrue(
                    moved <= most && (isTroubled ? moved > 0 || least == 0 : moved >= least),
                    () -> "read offset=" + offset + " moved=" + moved + " least=" + least + " most=" + most);
            model.check(offset, memory.bytes(), moved);
            memory.release();
        }
    }
}
