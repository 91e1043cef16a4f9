package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import one.jasyncfio.AsyncFile;
import one.jasyncfio.EventExecutor;

/**
 * Futures of jasyncfio, which the submitting thread gets in the order in which it started them. It also starts the sync of
 * a synced write, when the write has ended: what a dependent stage starts, on the executor's thread, is not submitted
 * before that thread goes to sleep, after a second.
 */
final class JasyncfioPort implements Port {
    /** What was started. */
    private record Started(JdkSlot slot, CompletableFuture<Integer> moved) {}

    private final EventExecutor executor;
    private final AsyncFile file;
    private final Work work;
    private final List<JdkSlot> slots;
    private final Queue<Started> inFlight;

    /** Takes over the executor and the file. */
    JasyncfioPort(EventExecutor executor, AsyncFile file, Work work) {
        this.executor = executor;
        this.file = file;
        this.work = work;
        this.slots = JdkFiles.slots(work);
        this.inFlight = new ArrayDeque<>(work.depth());
    }

    @Override
    public List<JdkSlot> slots() {
        return slots;
    }

    @Override
    public void start(Slot started) {
        JdkSlot slot = (JdkSlot) started;
        slot.buffer.clear();
        CompletableFuture<Integer> moved =
                slot.writes ? file.write(slot.buffer, slot.offset) : file.read(slot.buffer, slot.offset);
        inFlight.add(new Started(slot, moved));
    }

    @Override
    public Slot end() throws Exception {
        Started oldest = inFlight.remove();
        Port.requireAll(work, oldest.slot, oldest.moved.get());
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            file.dataSync().get();
        }
        return oldest.slot;
    }

    /** The executor ends its thread when it has nothing to do any more. */
    @Override
    public void close() throws IOException {
        try (executor) {
            // After a failure some are still in flight, whose outcome nobody wants any more.
            inFlight.forEach(
                    started -> started.moved.handle((bytes, why) -> true).join());
            file.close().get();
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            throw new IOException("interrupted while the file is closed", e);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
