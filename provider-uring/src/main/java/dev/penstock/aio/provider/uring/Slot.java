package dev.penstock.aio.provider.uring;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One of a lane's places for a transfer. What it holds is guarded by the lock of {@link Slots}; in STARTING it belongs to
 * the thread that starts, in CALLED to the one that makes the call, in ENDED to the one that collects.
 */
final class Slot {
    /**
     * Where the transfer is.
     *
     * <pre>
     *   FREE -> STAGED               the engine has staged it
     *   STAGED -> STARTING           taken by the thread that starts
     *   STARTING -> IN_KERNEL        the kernel has it, or is about to take it: the memory is the kernel's
     *   STARTING -> CALLED           a thread of ours carries it out by a call that blocks
     *   STAGED -> CALLED             a thread that waits for it does
     *   CALLED -> STAGED             it could not, and leaves it to the ring
     *   STARTING, IN_KERNEL -> POSTPONED -> STAGED   no room for a copy, or the kernel did not take it: once more, later
     *   IN_KERNEL -> ENDED           its completion was taken from the ring
     *   IN_KERNEL -> CANCELED        the same, and it is for the thread that cancels to deliver
     *   CANCELED -> ENDED            that thread has failed
     *   ENDED -> CALLED              it came back undone, and the kernel has no thread for it
     *   STARTING, CALLED -> ENDED    has its result without the ring
     *   ENDED -> FREE                about to be delivered by the thread that collects
     *   STARTING -> FREE             about to be delivered by the thread whose flush has done it at once
     *   STAGED, POSTPONED, IN_KERNEL, CANCELED -> FREE   about to be delivered by the thread that cancels
     *   CALLED -> FREE               about to be delivered by the thread that waits for it
     * </pre>
     */
    enum State {
        FREE,
        STAGED,
        STARTING,
        IN_KERNEL,
        CALLED,
        POSTPONED,
        CANCELED,
        ENDED
    }

    /** For calls by a thread that has claimed it: memory of the thread's own would have to be made for each call. */
    final MemorySegment errno;

    State state = State.FREE;
    long token;

    @Nullable
    Transfer transfer;

    /** Whether only a thread that lives long may start it. */
    boolean forKeeper;

    /** Whether a thread that waits for it may carry it out. */
    boolean forHelpers;

    /** How often the keeper had come by when it was staged. */
    int visit;

    /** Whether a thread waits for it to come back canceled. */
    boolean cancelAsked;

    /** The next one of whatever list it is in. */
    @Nullable
    Slot next;

    /** What is moved: where it lies, in which registered buffer if in any, and how much it is. */
    long address;

    int buffer;

    int bytes;

    long result;
    /** Whether the result is a completion of the ring; any other is final. */
    boolean fromRing;

    Slot(Arena arena) {
        this.errno = Library.errnoMemory(arena);
    }

    void take(long newToken, Transfer newTransfer) {
        token = newToken;
        transfer = newTransfer;
        forKeeper = newTransfer.needsKeeper();
        forHelpers = Helper.isFor(newTransfer);
        cancelAsked = false;
        state = State.STAGED;
    }

    /** Lets go of everything; the engine may use the place again as soon as it knows of the end. */
    void free() {
        transfer = null;
        state = State.FREE;
    }

    Transfer transfer() {
        return requireNonNull(transfer);
    }

    TransferKind kind() {
        return transfer().kind();
    }

    UringFile file() {
        return (UringFile) transfer().file();
    }

    boolean isAppend() {
        return kind() == TransferKind.WRITE && file().isAppend();
    }

    /** The position to move bytes from or to; the kernel ignores that of an append, but looks at it. */
    long offset() {
        return isAppend() ? 0 : transfer().offset();
    }
}
