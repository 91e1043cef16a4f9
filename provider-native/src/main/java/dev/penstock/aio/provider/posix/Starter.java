package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a lane has staged to glibc, in batches. One thread at a time, whoever has the right; nobody waits for it.
 * What has no aio function goes to {@link Calls}.
 */
final class Starter {
    private static final System.Logger LOG = System.getLogger(Starter.class.getName());
    private static final int BATCH_MAX = 64;
    private static final long REFUSED_MAX_NS = 1_000_000_000;
    private static final int EAGAIN = Errno.EAGAIN.number();

    private final Slots slots;
    private final SlabAddresses slabs;
    private final Calls calls;
    /** Called when something ended without glibc. */
    private final Runnable endedHere;

    /** The sole right to start. */
    private final SpinLock right = new SpinLock();
    // For who has the right.
    private final @Nullable Slot[] batch;
    private final MemorySegment list;
    private final MemorySegment errno;
    /** Whether something may be staged that a thread has left, though the one that staged it relied on that thread. */
    private volatile boolean left;
    /** How many batches were started; written by who has the right. */
    private volatile int batches;

    Starter(Slots slots, SlabAddresses slabs, Calls calls, Runnable endedHere, Arena arena) {
        this.slots = slots;
        this.slabs = slabs;
        this.calls = calls;
        this.endedHere = endedHere;
        this.batch = new Slot[Math.min(slots.window(), BATCH_MAX)];
        this.list = arena.allocate(JAVA_LONG, batch.length);
        this.errno = Library.errnoMemory(arena);
    }

    int batches() {
        return batches;
    }

    /**
     * Starts what is staged; if another thread is at it, that one looks once more before it goes. But not for ever: where
     * others keep staging, it leaves the rest after twice what a lane holds, and wakes who is to come for it.
     */
    void start() {
        int most = 2 * slots.window();
        int started = 0;
        while (started < most && slots.isAnyStaged() && right.tryLock()) {
            try {
                left = false;
                started += startBatch();
            } finally {
                right.unlock();
            }
        }
        if (started >= most && slots.isAnyStaged()) {
            left = true;
            endedHere.run();
        }
    }

    /** Starts what another thread has left, if it has. */
    void startLeft() {
        if (left) {
            start();
        }
    }

    /** Takes a transfer back from glibc, where that is safe. {@link #start} is to be called afterwards. */
    boolean cancelInLine(long token) {
        if (!right.tryLock()) {
            return false;
        }
        try {
            return slots.cancelInLine(token, errno);
        } finally {
            right.unlock();
        }
    }

    /** In the order of the batch, for lines must stand as glibc has them. */
    private int startBatch() {
        int count = slots.takeStaged(batch);
        int prepared = 0;
        for (int i = 0; i < count; i++) {
            Slot slot = requireNonNull(batch[i]);
            switch (slot.transfer().kind()) {
                case READ, WRITE -> {
                    if (prepare(slot)) {
                        list.setAtIndex(JAVA_LONG, prepared, slot.aiocb.address());
                        batch[prepared++] = slot;
                    }
                }
                case SYNC, DATA_SYNC -> {
                    startTransfers(prepared);
                    prepared = 0;
                    trySync(slot);
                }
                case TRUNCATE, SIZE -> call(slot);
            }
        }
        startTransfers(prepared);
        batches++;
        return count;
    }

    /** Pins the memory and fills in the aiocb; false if the transfer cannot be started now, or ever. */
    private boolean prepare(Slot slot) {
        try {
            return pinAndDescribe(slot);
        } catch (RuntimeException | Error e) {
            failed(slot, e);
            return false;
        }
    }

    private void trySync(Slot slot) {
        try {
            startSync(slot);
        } catch (RuntimeException | Error e) {
            failed(slot, e);
        }
    }

    /** The others of the batch must not suffer. */
    private void failed(Slot slot, Throwable why) {
        PosixFile file = slot.file();
        if (slot.line != null) {
            slots.leaveLine(slot);
        }
        end(slot, -Errno.EIO.number());
        complain(file, why);
    }

    @SuppressWarnings("EmptyCatch") // there is nobody left to be told
    private static void complain(PosixFile file, Throwable why) {
        try {
            LOG.log(Level.ERROR, "a transfer could not be started or carried out: " + file, why);
        } catch (RuntimeException | Error e) {
            // No memory for it, or a logger that fails. The transfer has ended with EIO, and tells.
        }
    }

    private boolean pinAndDescribe(Slot slot) {
        Transfer transfer = slot.transfer();
        int bytes = transfer.pin();
        if (bytes == 0) {
            slots.postpone(slot);
        } else if (bytes < 0) {
            end(slot, bytes);
        } else {
            slots.enterLine(slot);
            slot.describe(slabs.of(requireNonNull(transfer.slab())) + transfer.slabOffset(), bytes);
        }
        return bytes > 0;
    }

    private void startTransfers(int count) {
        if (count == 0) {
            return;
        }
        Slot first = requireNonNull(batch[0]);
        int result = count == 1 ? startOne(first) : LibRt.lio_listio(list, count);
        for (int i = 0; i < count; i++) {
            Slot slot = requireNonNull(batch[i]);
            if (result == 0 || wasStarted(slot)) {
                slots.started(slot);
            } else {
                refused(slot);
            }
        }
    }

    private int startOne(Slot slot) {
        return slot.transfer().kind() == TransferKind.READ ? LibRt.aio_read(slot.aiocb) : LibRt.aio_write(slot.aiocb);
    }

    /**
     * Whether glibc has, or had, a request although it refused it, or one of its list. What it had no memory for has the
     * answer of a zeroed aiocb, success with nothing moved, as a read at the end of the file has; that is started again.
     */
    private static boolean wasStarted(Slot slot) {
        int error = LibRt.aio_error(slot.aiocb);
        return error != EAGAIN && (error != 0 || LibRt.aio_return(slot.aiocb) != 0);
    }

    private void startSync(Slot slot) {
        int mode = slot.transfer().kind() == TransferKind.SYNC ? Abi.O_SYNC : Abi.O_DSYNC;
        slots.enterLine(slot);
        slot.describeSync();
        int result = LibRt.aio_fsync(errno, mode, slot.aiocb);
        if (result == 0) {
            slots.started(slot);
        } else if (result == -EAGAIN) {
            refused(slot);
        } else {
            slots.leaveLine(slot);
            end(slot, result);
        }
    }

    /** glibc has no thread or no memory for it: it is tried again for a while. */
    private void refused(Slot slot) {
        slots.leaveLine(slot);
        long now = System.nanoTime();
        if (slot.refusedNs == 0) {
            slot.refusedNs = now;
        }
        if (now - slot.refusedNs > REFUSED_MAX_NS) {
            end(slot, -EAGAIN);
        } else {
            slots.postpone(slot);
        }
    }

    private void call(Slot slot) {
        slot.state = Slot.State.CALLED;
        PosixFile file = slot.file();
        boolean truncate = slot.transfer().kind() == TransferKind.TRUNCATE;
        long size = slot.transfer().offset();
        boolean accepted = false;
        Errno errno = Errno.EAGAIN;
        try {
            accepted = calls.run(() -> end(slot, result(file, truncate, size)));
        } catch (RuntimeException | Error e) {
            // No memory for it.
            errno = Errno.EIO;
            complain(file, e);
        }
        if (!accepted) {
            end(slot, -errno.number());
        }
    }

    private static long result(PosixFile file, boolean truncate, long size) {
        try {
            return truncate ? file.truncate(size) : file.size();
        } catch (RuntimeException | Error e) {
            complain(file, e);
            return -Errno.EIO.number();
        }
    }

    private void end(Slot slot, long result) {
        slots.end(slot, result);
        endedHere.run();
    }
}
