package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.TransferKind;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An open file: the idiomatic calls, and where its descriptor is. The order of its requests is kept by
 * {@link FileOrder}, its end by {@link FileClosing}.
 */
final class OpenFile implements AsyncFile {
    private final Consumer consumer;
    private final ParsedOptions spec;
    private final int alignmentBytes;
    private final FileHome home;
    private final FileOrder order;
    private final FileCancel cancel;
    private final FileClosing closing;
    private final FileTelling telling;
    private final BlockPool blocks = new BlockPool();
    /** The move that is under way. */
    private final AtomicReference<@Nullable FileMove> move = new AtomicReference<>();
    /** Why it did not move when it should have; empty if it did. */
    private volatile String staysBecause = "";
    /** Where an open of it did not come back; until it has moved. */
    private final Set<Bound> avoided = ConcurrentHashMap.newKeySet();

    OpenFile(Consumer consumer, ParsedOptions spec, Bound backend, BackendFile backendFile) {
        this.consumer = consumer;
        this.spec = spec;
        this.alignmentBytes = Math.max(1, backendFile.alignmentBytes());
        this.home = new FileHome(this, backend, backendFile);
        this.order = new FileOrder(this, home);
        this.cancel = new FileCancel(order);
        this.closing = new FileClosing(this, cancel);
        this.telling = new FileTelling(this, consumer.engine());
    }

    Consumer consumer() {
        return consumer;
    }

    ParsedOptions spec() {
        return spec;
    }

    /** The backend it is at now. */
    Bound backend() {
        return home.bound();
    }

    /** Its descriptor there. */
    BackendFile backendFile() {
        return home.descriptor();
    }

    FileOrder order() {
        return order;
    }

    /** How the notification service learns of the file's completions. */
    FileTelling telling() {
        return telling;
    }

    /** For the requests of {@link AsyncFile}. */
    BlockPool blocks() {
        return blocks;
    }

    /** Returns the lane for requests that a thread submits. */
    LaneDriver lane(Thread thread) {
        return home.bound().lane(thread);
    }

    @Override
    public Path path() {
        return spec.path();
    }

    @Override
    public Set<OpenOption> options() {
        return spec.options();
    }

    @Override
    public int alignmentBytes() {
        return alignmentBytes;
    }

    @Override
    public boolean isOpen() {
        return !closing.hasBegun();
    }

    @Override
    public boolean isPoisoned() {
        return order.isPoisoned();
    }

    // ---- requests

    @Override
    public Request<Long> read(ByteBuffer target, long offset) {
        requireNonNull(target, "target");
        return transfer(TransferKind.READ, Buffers.of(target), offset, false);
    }

    @Override
    public Request<Long> read(Lease target, long offset) {
        return transfer(TransferKind.READ, leased(target, "target"), offset, false);
    }

    @Override
    public Request<Long> read(ByteBuffer[] targets, long offset) {
        Buffers.requireNoNull(targets, "targets");
        return transfer(TransferKind.READ, Buffers.of(targets), offset, false);
    }

    @Override
    public Request<Long> write(ByteBuffer source, long offset) {
        requireNonNull(source, "source");
        return transfer(TransferKind.WRITE, Buffers.of(source), offset, false);
    }

    @Override
    public Request<Long> write(Lease source, long offset) {
        return transfer(TransferKind.WRITE, leased(source, "source"), offset, false);
    }

    @Override
    public Request<Long> write(ByteBuffer[] sources, long offset) {
        Buffers.requireNoNull(sources, "sources");
        return transfer(TransferKind.WRITE, Buffers.of(sources), offset, false);
    }

    @Override
    public Request<Long> readFully(ByteBuffer target, long offset) {
        requireNonNull(target, "target");
        return transfer(TransferKind.READ, Buffers.of(target), offset, true);
    }

    @Override
    public Request<Long> readFully(Lease target, long offset) {
        return transfer(TransferKind.READ, leased(target, "target"), offset, true);
    }

    @Override
    public Request<Long> writeFully(ByteBuffer source, long offset) {
        requireNonNull(source, "source");
        return transfer(TransferKind.WRITE, Buffers.of(source), offset, true);
    }

    @Override
    public Request<Long> writeFully(Lease source, long offset) {
        return transfer(TransferKind.WRITE, leased(source, "source"), offset, true);
    }

    @Override
    public Request<Void> sync(SyncMode mode) {
        requireNonNull(mode, "mode");
        return start(mode == SyncMode.FULL ? TransferKind.SYNC : TransferKind.DATA_SYNC, 0, OpenFile::nothing);
    }

    @Override
    public Request<Void> truncate(long size) {
        return start(TransferKind.TRUNCATE, size, OpenFile::nothing);
    }

    @Override
    public Request<Long> size() {
        return start(TransferKind.SIZE, 0, Long::valueOf);
    }

    @SuppressWarnings("NullAway") // the one value of Void
    private static Void nothing(long result) {
        return null;
    }

    private Buffers leased(Lease lease, String name) {
        return Buffers.of(consumer.own(requireNonNull(lease, name)));
    }

    private Request<Long> transfer(TransferKind kind, Buffers buffers, long offset, boolean full) {
        FileRequest<Long> request = new FileRequest<>(this, full, Long::valueOf);
        request.block().describe(this, offset).set(buffers);
        return start(request, kind);
    }

    private <T> Request<T> start(TransferKind kind, long offset, LongFunction<T> answer) {
        FileRequest<T> request = new FileRequest<>(this, false, answer);
        request.block().describe(this, offset);
        return start(request, kind);
    }

    private <T> Request<T> start(FileRequest<T> request, TransferKind kind) {
        try {
            consumer.submission().submit(request.block(), kind);
        } catch (AioException e) {
            return request.refused(e);
        }
        return request;
    }

    // ---- what lanes and settlements tell

    boolean isSyncTransfer(Block block) {
        return order.isSyncTransfer(block);
    }

    void syncEnded(Block block, long result, @Nullable String text) {
        order.syncEnded(block, result, text);
    }

    /** A block's request is published and told. */
    void released() {
        closing.released();
    }

    // ---- moving

    FileSwap swap() {
        return order.swap();
    }

    FileHome home() {
        return home;
    }

    /** Whether a move may begin: false if another one is under way. */
    boolean beginMove(FileMove newMove) {
        return move.compareAndSet(null, newMove);
    }

    /**
     * The move is over.
     *
     * @param why it stays where it is; empty if it has moved
     */
    void endMove(String why) {
        staysBecause = why;
        if (why.isEmpty()) {
            avoided.clear();
        }
        move.set(null);
    }

    /** Backends where an open of it did not come back. */
    Set<Bound> avoided() {
        return avoided;
    }

    /** A move that was begun does not take place. */
    void forgetMove() {
        move.set(null);
    }

    @Nullable
    FileMove move() {
        return move.get();
    }

    /** What its move is at, for operators; empty if it does not move. */
    String moveReport() {
        FileMove now = move.get();
        return now == null ? "" : now.describe();
    }

    /** Why it did not move when it should have; empty if it did. */
    String staysBecause() {
        return staysBecause;
    }

    /** The lanes have nothing of the file any more, which is to move. */
    void drained() {
        FileMove now = move.get();
        if (now != null) {
            now.drained();
        }
    }

    // ---- cancel and close

    /** Cancels the block's request with this number; one of another file has ended as far as this one is concerned. */
    CancelResult cancel(Block block, long number) {
        return cancel.cancel(block, number);
    }

    @Override
    public CancelReport cancelAll() throws AioException {
        if (closing.hasBegun()) {
            throw new AioException("cancel file=" + path(), Errno.EBADF, "the file is closed");
        }
        return cancel.all();
    }

    @Override
    public void close() throws AioException {
        closing.close();
    }

    @Override
    public Request<Void> closeAsync() {
        return closing.begin();
    }

    FileClosing closing() {
        return closing;
    }

    /** Cancels what no lane has; for an end that is in a hurry. */
    void cancelQueued() {
        cancel.queued();
    }

    /** Returns every request that is not done. */
    List<FileOrder.Pending> pending() {
        return order.pending();
    }

    @Override
    public String toString() {
        return "AsyncFile[" + path() + " provider=" + backend().name() + (isOpen() ? "" : " closed")
                + (isPoisoned() ? " poisoned" : "") + "]";
    }
}
