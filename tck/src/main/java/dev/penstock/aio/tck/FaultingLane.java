package dev.penstock.aio.tck;

import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.TransferRecord.Event;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * A real lane with faults in front of it.
 *
 * <p>The lock of the faults serialises what is staged at the real lane, for a release stages too, from the
 * releasing thread. No completion is delivered with it held. What ends here and not in the real lane is delivered
 * after the next flush, as everything is: inside {@link #collect()}, or by the thread of the backend for a lane that
 * pushes.
 */
final class FaultingLane implements Lane {
    private record Ended(long token, Faults.Ending ending) {}

    private final Lane lane;
    private final CompletionSink sink;
    private final Faults faults;
    private final Executor pusher;

    /** Guarded by the faults' lock. */
    private final Queue<Ended> staged = new ArrayDeque<>();

    /** Guarded by the faults' lock: what is in flight while somebody observes. */
    private final Map<Long, TransferRecord> observed = new HashMap<>();

    private final Queue<Ended> collectable = new ConcurrentLinkedQueue<>();

    private FaultingLane(LaneMaker maker, CompletionSink sink, Faults faults, Executor pusher) {
        this.sink = sink;
        this.faults = faults;
        this.pusher = pusher;
        this.lane = maker.make(new RecordingSink());
    }

    /** Makes the real lane. */
    interface LaneMaker {
        Lane make(CompletionSink sink);
    }

    static FaultingLane of(LaneMaker maker, CompletionSink sink, Faults faults, Executor pusher) {
        return new FaultingLane(maker, sink, faults, pusher);
    }

    @Override
    public int window() {
        return lane.window();
    }

    @Override
    public int flushThreshold() {
        return lane.flushThreshold();
    }

    @Override
    public boolean flushesWhenIdle() {
        return lane.flushesWhenIdle();
    }

    @Override
    public boolean isForHelpers(Transfer transfer) {
        return transfer.file() instanceof FaultingFile
                && lane.isForHelpers(new RelayedTransfer(transfer, transfer.length()));
    }

    @Override
    public boolean pushes() {
        return lane.pushes();
    }

    @Override
    public void stage(long token, Transfer transfer) {
        faults.lock.run(() -> {
            if (faults.isObserved()) {
                TransferRecord record = record(transfer);
                observed.put(token, record);
                faults.tell(record);
            }
            if (!faults.held(this, token, transfer)) {
                pass(token, transfer);
            }
        });
    }

    private static TransferRecord record(Transfer transfer) {
        return new TransferRecord(
                Event.STAGED, transfer.kind(), Faults.path(transfer), transfer.offset(), transfer.length(), 0);
    }

    /** Hands a transfer on, or ends it here. The caller holds the faults' lock. */
    void pass(long token, Transfer transfer) {
        Faults.Ending ending = faults.ending(transfer);
        if (ending == null) {
            lane.stage(token, new RelayedTransfer(transfer, faults.limit(transfer)));
        } else {
            staged.add(new Ended(token, ending));
        }
    }

    @Override
    public void flush() {
        boolean ended = endStaged();
        lane.flush();
        tell(ended);
    }

    @Override
    public boolean flushByKeeper() {
        boolean ended = endStaged();
        boolean all = lane.flushByKeeper();
        tell(ended);
        return all;
    }

    /**
     * Starts what a hold has released. The engine flushed it when it was held, so nobody else will; what must be started
     * by a long-lived thread, or is left to helpers, is started by the backend's.
     */
    void flushReleased(boolean needsKeeper) {
        flush();
        if (needsKeeper || !lane.pushes()) {
            pusher.execute(this::flushAll);
        }
        lane.wake();
    }

    private void flushAll() {
        while (!flushByKeeper()) {
            Thread.onSpinWait();
        }
    }

    private boolean endStaged() {
        return faults.lock.get(() -> {
            boolean ended = collectable.addAll(staged);
            staged.clear();
            return ended;
        });
    }

    private void tell(boolean ended) {
        if (ended && lane.pushes()) {
            pusher.execute(this::deliver);
        } else if (ended) {
            lane.wake();
        }
    }

    @Override
    public int collect() {
        return deliver() + lane.collect();
    }

    private int deliver() {
        int delivered = 0;
        for (Ended next = collectable.poll(); next != null; next = collectable.poll()) {
            ended(next.token, next.ending.result(), Event.COMPLETED);
            next.ending.deliver(sink, next.token);
            delivered++;
        }
        return delivered;
    }

    @Override
    public void block(long nanos) {
        if (collectable.isEmpty()) {
            lane.block(nanos);
        }
    }

    @Override
    public void wake() {
        lane.wake();
    }

    @Override
    public boolean help(long token) {
        return isReal(token) && lane.help(token);
    }

    @Override
    public boolean cancel(long token) {
        return isReal(token) && lane.cancel(token);
    }

    private boolean isReal(long token) {
        return faults.lock.get(() -> !faults.holds(this, token)
                && staged.stream().noneMatch(next -> next.token == token)
                && collectable.stream().noneMatch(next -> next.token == token));
    }

    private void ended(long token, long result, Event event) {
        faults.lock.run(() -> {
            TransferRecord record = observed.remove(token);
            if (record != null) {
                faults.tell(new TransferRecord(
                        event, record.kind(), record.path(), record.offset(), record.length(), result));
            }
        });
    }

    /** Sees what the real lane delivers before the engine does. */
    private final class RecordingSink implements CompletionSink {
        @Override
        public void completed(long token, long result) {
            ended(token, result, Event.COMPLETED);
            sink.completed(token, result);
        }

        @Override
        public void failed(long token, int errno, String text) {
            ended(token, -errno, Event.COMPLETED);
            sink.failed(token, errno, text);
        }

        @Override
        public void repeat(long token) {
            ended(token, 0, Event.REPEATED);
            sink.repeat(token);
        }
    }
}
