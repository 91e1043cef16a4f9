package dev.penstock.aio.provider.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of a lane's places for a transfer, with the aiocb that goes with it. What it holds is guarded by the lock of
 * {@link Slots}; in STARTING it belongs to the thread that starts, in ENDED to the one that collects.
 */
final class Slot {
    /**
     * Where the transfer is.
     *
     * <pre>
     *   FREE -> STAGED               the engine has staged it
     *   STAGED -> STARTING           taken by the thread that starts
     *   STARTING -> IN_LINE          glibc has it: nobody touches aiocb or memory until it has let go, see Slots.takeEnded
     *   STARTING -> CALLED           a thread of ours carries it out
     *   STARTING -> POSTPONED -> STAGED   no room for a copy, or glibc has no thread or memory for it: once more, later
     *   STARTING, IN_LINE, CALLED -> ENDED   has its result, which is to be collected
     *   ENDED -> FREE                taken by the thread that collects
     *   STAGED, IN_LINE -> FREE      canceled
     * </pre>
     */
    enum State {
        FREE,
        STAGED,
        STARTING,
        IN_LINE,
        CALLED,
        POSTPONED,
        ENDED
    }

    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final int EINPROGRESS = Errno.EINPROGRESS.number();

    final MemorySegment aiocb;
    State state = State.FREE;
    long token;

    @Nullable
    Transfer transfer;

    @Nullable
    Line line;

    /** The next one of whatever list it is in. */
    @Nullable
    Slot next;

    long result;
    /** When glibc refused it first, by System.nanoTime; 0 if it did not. */
    long refusedNs;

    Slot(MemorySegment aiocb) {
        this.aiocb = aiocb;
    }

    void take(long newToken, Transfer newTransfer) {
        token = newToken;
        transfer = newTransfer;
        refusedNs = 0;
        state = State.STAGED;
    }

    /** Lets go of everything; the engine may use the place again as soon as it knows of the end. */
    void free() {
        transfer = null;
        line = null;
        state = State.FREE;
    }

    /**
     * Looks, without a call, at what glibc notes in the aiocb. Only a hint, though one that is sure to come in time: glibc
     * may still hold the aiocb. Whoever polls by aio_error takes the lock that those who do the work want.
     */
    boolean looksDone() {
        return error() != EINPROGRESS;
    }

    /** Returns what glibc has noted: EINPROGRESS, 0, or what it failed with. */
    int error() {
        return (int) INT.getVolatile(aiocb, Abi.AIO_ERROR_CODE);
    }

    boolean isInLine() {
        return state == State.IN_LINE;
    }

    Transfer transfer() {
        return Objects.requireNonNull(transfer);
    }

    PosixFile file() {
        return (PosixFile) transfer().file();
    }

    Line line() {
        return Objects.requireNonNull(line);
    }

    /** Fills in the aiocb for a read or a write. */
    void describe(long address, int bytes) {
        Transfer described = transfer();
        boolean read = described.kind() == TransferKind.READ;
        // An append ignores the offset, but glibc checks it.
        long offset = !read && file().isAppend() ? 0 : described.offset();
        describe(aiocb, line().fd(), read ? Abi.LIO_READ : Abi.LIO_WRITE, address, bytes, offset);
    }

    /** Fills in the aiocb for a sync. */
    void describeSync() {
        describe(aiocb, line().fd(), 0, 0, 0, 0);
    }

    /** All else is zeroed: what glibc left there of an earlier life must not be read as an answer. */
    static void describe(MemorySegment aiocb, int fd, int opcode, long address, int bytes, long offset) {
        aiocb.fill((byte) 0);
        aiocb.set(JAVA_INT, Abi.AIO_FILDES, fd);
        aiocb.set(JAVA_INT, Abi.AIO_LIO_OPCODE, opcode);
        aiocb.set(JAVA_LONG, Abi.AIO_BUF, address);
        aiocb.set(JAVA_LONG, Abi.AIO_NBYTES, bytes);
        aiocb.set(JAVA_INT, Abi.AIO_SIGEV_NOTIFY, Abi.SIGEV_NONE);
        aiocb.set(JAVA_LONG, Abi.AIO_OFFSET, offset);
    }
}
