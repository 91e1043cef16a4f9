package dev.penstock.aio.provider.posix;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A lane of glibc's aio.
 *
 * <h2>Which thread runs what</h2>
 *
 * Any thread stages, flushes and cancels. One at a time starts: see {@link Starter}. The engine lets one at a time collect
 * and block. glibc's own threads, which the process has in common, carry out reads, writes and syncs.
 *
 * <h2>What orders what</h2>
 *
 * {@link Slots} holds a lock for each of its steps. A slot in a line is looked at only once glibc has its aiocb: before,
 * the aiocb would answer for its earlier life. aio_error takes glibc's own lock, so what looked done before it was called
 * is done with: descriptor, memory and aiocb are ours again.
 *
 * <h2>Why this shape</h2>
 *
 * Notification by thread or signal costs a hundred times a cached read and is lost at times, so completions are polled for.
 * There are as many lanes as threads are likely to wait at once, because a thread in aio_suspend does not hear of what
 * others start meanwhile.
 */
final class PosixLane implements Lane {
    /** At 8, direct and cached transfers alike went fastest. */
    private static final int FLUSH_THRESHOLD = 8;

    private final Slots slots;
    private final Starter starter;
    private final Sleeper sleeper;
    private final CompletionSink sink;
    /** For the thread that collects. */
    private final @Nullable Slot[] done;

    PosixLane(int index, PosixSettings settings, SlabAddresses slabs, Calls calls, CompletionSink sink) {
        // Collected when nobody has the lane any more; as long as the lane is there, glibc may write to it.
        Arena arena = Arena.ofAuto();
        this.slots = new Slots(index, settings.window(), arena);
        this.starter = new Starter(slots, slabs, calls, this::endedHere, arena);
        this.sleeper = new Sleeper(slots, starter, settings.pollUs() * 1_000L, arena);
        this.sink = sink;
        this.done = new Slot[settings.window()];
    }

    @Override
    public int window() {
        return slots.window();
    }

    @Override
    public int flushThreshold() {
        return FLUSH_THRESHOLD;
    }

    @Override
    public boolean flushesWhenIdle() {
        return true;
    }

    @Override
    public boolean pushes() {
        return false;
    }

    @Override
    public void stage(long token, Transfer transfer) {
        slots.stage(token, transfer);
    }

    @Override
    public void flush() {
        starter.start();
    }

    @Override
    public int collect() {
        int count = slots.takeEnded(done);
        int delivered = 0;
        try {
            while (delivered < count) {
                deliver(requireNonNull(done[delivered++]));
            }
        } finally {
            // None is lost if the delivery of another throws.
            for (; delivered < count; delivered++) {
                Slot slot = requireNonNull(done[delivered]);
                slots.end(slot, slot.result);
            }
        }
        starter.startLeft();
        if (slots.isAnyPostponed()) {
            slots.restage(count > 0);
            starter.start();
        }
        return count;
    }

    private void deliver(Slot slot) {
        long token = slot.token;
        long result = slot.result;
        // From the delivery on the engine may stage another transfer in this slot.
        slot.free();
        sink.completed(token, result);
    }

    @Override
    public void block(long nanos) {
        sleeper.sleep(nanos);
    }

    @Override
    public void wake() {
        sleeper.wake();
    }

    private void endedHere() {
        sleeper.unpark();
    }

    @Override
    public boolean cancel(long token) {
        if (slots.cancelBeforeStart(token)) {
            sink.completed(token, -Errno.ECANCELED.number());
            return true;
        }
        boolean canceled;
        try {
            canceled = starter.cancelInLine(token);
            if (canceled) {
                sink.completed(token, -Errno.ECANCELED.number());
            }
        } finally {
            // Who had something to start meanwhile relies on this thread.
            starter.start();
        }
        return canceled;
    }
}
