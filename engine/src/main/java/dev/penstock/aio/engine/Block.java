package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A control block: the user's description of an operation, the present request made of it, and its outcome.
 *
 * <p>The description is changed by setters while the block is not busy. The outcome is written in state ENDING by the
 * thread that moved it there, and read after {@link Life#publish}.
 */
final class Block extends Life implements ControlBlock {
    final Consumer consumer;
    final Flight flight = new Flight(this);
    /** Its place in the one list of waiting blocks that it is in: of its file, of a lane, or a completion queue. */
    final BlockList.Link queued = new BlockList.Link(this);
    /** Its place among the file's transfers that are not done; guarded by the file's lock. */
    final BlockList.Link outstanding = new BlockList.Link(this);

    /** Its place among what a completion queue expects of lanes that push; guarded by the queue's lock. */
    final BlockList.Link expected = new BlockList.Link(this);

    /** Whether a completion queue expects it; guarded by the queue's lock. */
    boolean isExpected;

    /** The request of {@link AsyncFile} that this block carries out, if it is not a user's. Set before each start. */
    @Nullable
    FileRequest<?> owner;
    /** The list it was started by; set by the claimer, cleared in ENDING. */
    @Nullable
    ListOperation list;

    /** Its number among the file's requests; guarded by the file's lock. */
    long place;
    /** Admitted but not handed to a lane yet; written by who makes it wait, hands it over or ends it while queued. */
    boolean undispatched;
    /** Whether a lane has it while its file wants to move; guarded by the file's lock. */
    boolean isAwaited;
    /**
     * Whether its lane is driven for it until it ends. Written by the claimer, under the file's lock while it is
     * accepted, and by who ends it.
     */
    boolean isKept;
    /** The next of the syncs that one transfer has served; between their moves to ENDING and their ends. */
    @Nullable
    Block nextToEnd;
    /** Its number among the lane's requests; guarded by the lane's lock. */
    long ticket;
    /** The lane it goes to; written before {@link Life#begin}, and under the file's lock while no lane has it. */
    @Nullable
    LaneDriver driver;
    /** Names its present flight to the lane; written under the lane's lock before the transfer is staged. */
    volatile long token;

    private @Nullable OpenFile file;
    private long offset;
    private @Nullable Buffers buffers;
    private long length;
    private int priority;
    private Opcode opcode = Opcode.NOP;
    private SigEvent event = SigEvent.none();
    private @Nullable Object attachment;

    private Errno errno = Errno.SUCCESS;
    private int errnoNumber;
    private @Nullable String detail;
    private long bytes;

    Block(Consumer consumer) {
        this.consumer = consumer;
    }

    // ---- description

    @Override
    public Block file(AsyncFile newFile) throws AioException {
        OpenFile own = consumer.own(requireNonNull(newFile, "file"));
        requireIdle("file");
        file = own;
        return this;
    }

    @Override
    public Block offset(long newOffset) throws AioException {
        requireIdle("offset");
        offset = newOffset;
        return this;
    }

    @Override
    public Block buffer(ByteBuffer buffer) throws AioException {
        requireNonNull(buffer, "buffer");
        requireIdle("buffer");
        return set(Buffers.kept(buffer));
    }

    @Override
    public Block buffers(ByteBuffer... newBuffers) throws AioException {
        Buffers.requireNoNull(newBuffers, "buffers");
        requireIdle("buffers");
        return set(Buffers.kept(newBuffers));
    }

    @Override
    public Block lease(Lease lease) throws AioException {
        PooledLease own = consumer.own(requireNonNull(lease, "lease"));
        requireIdle("lease");
        if (buffers != null && buffers.refresh(own)) {
            return set(buffers);
        }
        return set(Buffers.of(own));
    }

    Block set(Buffers newBuffers) {
        if (buffers != newBuffers) {
            buffers = newBuffers;
        }
        length = newBuffers.total();
        return this;
    }

    @Override
    public Block length(long newLength) throws AioException {
        requireIdle("length");
        length = newLength;
        return this;
    }

    @Override
    public Block priority(int lowered) throws AioException {
        requireIdle("priority");
        priority = lowered;
        return this;
    }

    @Override
    public Block opcode(Opcode newOpcode) throws AioException {
        requireNonNull(newOpcode, "opcode");
        requireIdle("opcode");
        opcode = newOpcode;
        return this;
    }

    @Override
    public Block sigEvent(SigEvent newEvent) throws AioException {
        requireNonNull(newEvent, "event");
        requireIdle("sigEvent");
        event = newEvent;
        return this;
    }

    @Override
    public Block attachment(@Nullable Object newAttachment) {
        attachment = newAttachment;
        return this;
    }

    private void requireIdle(String setter) throws AioException {
        if (isBusy()) {
            throw busy("set " + setter);
        }
    }

    @Override
    public @Nullable AsyncFile file() {
        return file;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public List<ByteBuffer> bufferViews() {
        return buffers == null ? List.of() : buffers.given();
    }

    @Override
    public @Nullable Lease lease() {
        return buffers == null ? null : buffers.lease();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public Opcode opcode() {
        return opcode;
    }

    @Override
    public SigEvent sigEvent() {
        return event;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public long sequence() {
        return number(word());
    }

    @Override
    public boolean isBusy() {
        return isBusy(word());
    }

    AioException busy(String action) {
        return new AioException(action + " " + this, Errno.EBUSY);
    }

    // ---- request

    /** Describes a request of {@link AsyncFile}, on a block that nobody else may start. */
    Block describe(OpenFile newFile, long newOffset) {
        file = newFile;
        offset = newOffset;
        return this;
    }

    /**
     * Makes the request of the description and checks it. Only by the claimer.
     *
     * @throws AioException why it is refused
     */
    void prepare(TransferKind kind) throws AioException {
        if (kind == TransferKind.READ || kind == TransferKind.WRITE) {
            flight.transfer(kind, file, offset, buffers, length);
            flight.tell(event, priority);
            RequestChecks.event(flight);
            RequestChecks.transfer(flight, buffers != null);
        } else {
            flight.other(kind, file, kind == TransferKind.TRUNCATE ? offset : 0);
            flight.tell(event, 0);
            RequestChecks.event(flight);
            RequestChecks.other(flight);
        }
        LaneDriver lane = flight.target().lane(Thread.currentThread());
        flight.observe(lane);
        if (driver != lane) {
            driver = lane;
        }
    }

    /** {@link Life#dispatch}, and takes the time if somebody listens. */
    boolean handOver() {
        boolean moved = dispatch();
        if (moved) {
            flight.dispatched();
        }
        return moved;
    }

    /** Its lane need not be driven for it any more. */
    void drop() {
        if (isKept) {
            isKept = false;
            requireNonNull(driver).unneed();
        }
    }

    /** Returns the next of the syncs that end with it, and forgets which that is, for then the block may be used again. */
    @Nullable
    Block takeNextToEnd() {
        Block next = nextToEnd;
        nextToEnd = null;
        return next;
    }

    /** Lets go of the request of {@link AsyncFile} that it carried out, or did not even start, and of its memory. */
    void letGo() {
        owner = null;
        Buffers used = buffers;
        if (used != null) {
            buffers = null;
            flight.forget();
            used.spare();
        }
    }

    // ---- outcome

    /** Writes the outcome. Only in state ENDING, by the thread that moved it there. */
    void outcome(Errno newErrno, int number, @Nullable String newDetail, long newBytes) {
        if (errno != newErrno) {
            errno = newErrno;
        }
        errnoNumber = number;
        detail = newDetail;
        bytes = newBytes;
    }

    Errno outcomeErrno() {
        return errno;
    }

    int outcomeNumber() {
        return errnoNumber;
    }

    /** Bytes transferred, also by a request that failed. */
    long outcomeBytes() {
        return bytes;
    }

    /** What aio_return answers. */
    long outcomeResult() {
        return errno == Errno.SUCCESS ? bytes : -1;
    }

    AioException outcomeException() {
        return flight.exception(bytes, errno, errnoNumber, detail);
    }

    @Override
    public String toString() {
        long now = word();
        return "ControlBlock[file=" + (file == null ? "none" : file.path()) + " offset=" + offset + " length=" + length
                + " sequence=" + number(now) + " state=" + stateName(now) + "]";
    }
}
