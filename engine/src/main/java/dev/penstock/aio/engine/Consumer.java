package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Limits;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.ProviderInfo;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one user: in a container one bundle, in plain Java the whole program. It has its own share of the
 * limits, and what it opened and leased ends with it.
 */
class Consumer implements AsyncIo {
    private final Engine engine;
    private final String user;
    private final long owner;
    private final Submission submission;
    private final Admission files;
    private final ConsumerLeases leases;
    /** Bytes of his that are being copied; see {@link Copies}. */
    private final Copies.Share copies = new Copies.Share();

    private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
    /** Those that the user still holds, for his end to release their takers. */
    private final Set<EndQueue> queues = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final CallbackBacklog callbacks = new CallbackBacklog();
    private final WaitPool waits = new WaitPool();
    private volatile boolean closed;

    /**
     * Makes the calls of a user.
     *
     * @param user who it is, for operators
     * @param owner the id of his bundle, or {@link TappedFile#PROGRAM}
     */
    Consumer(Engine engine, String user, long owner) {
        this.engine = engine;
        this.user = user;
        this.owner = owner;
        this.submission = new Submission(this);
        this.files = new Admission(engine.config().maxOpenFiles());
        this.leases = new ConsumerLeases(this, engine.leases(), engine.config().maxLeasedBytes());
    }

    Engine engine() {
        return engine;
    }

    String user() {
        return user;
    }

    /** The id of his bundle, or {@link TappedFile#PROGRAM}. */
    long owner() {
        return owner;
    }

    Notifier notifier() {
        return engine.notifier();
    }

    /** What is to run for this user and has not. */
    CallbackBacklog callbacks() {
        return callbacks;
    }

    Stats stats() {
        return engine.stats();
    }

    Copies.Share copies() {
        return copies;
    }

    ConsumerLeases leases() {
        return leases;
    }

    Set<OpenFile> files() {
        return open;
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Limits limits() {
        return engine.config();
    }

    @Override
    public ProviderInfo provider() throws AioException {
        return engine.backends().activeInfo();
    }

    @Override
    public List<ProviderInfo> providers() {
        return engine.backends().infos();
    }

    // ---- making

    @Override
    public AsyncFile open(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws AioException {
        ParsedOptions spec = ParsedOptions.of(path, options, attributes);
        requireOpen("open path=" + path);
        FileKind.check(spec);
        if (!files.acquire(1)) {
            throw spec.refusal(Errno.EMFILE, files.max() + " files are open");
        }
        OpenFile file;
        try {
            file = engine.backends().open(this, spec);
        } catch (AioException | RuntimeException | Error e) {
            files.release(1);
            throw e;
        }
        engine.tapPoint().opened(file);
        if (closed) {
            file.closeAsync();
            throw stopped("open path=" + path);
        }
        return file;
    }

    void opened(OpenFile file) {
        open.add(file);
    }

    void closed(OpenFile file) {
        if (open.remove(file)) {
            files.release(1);
        }
    }

    @Override
    public ControlBlock controlBlock() {
        return new Block(this);
    }

    @Override
    public Lease lease(int bytes) throws AioException {
        requireOpen("lease");
        Lease lease = leases.lend(bytes);
        if (closed) {
            lease.close();
            throw stopped("lease");
        }
        return lease;
    }

    @Override
    public CompletionQueue completionQueue() {
        EndQueue queue = new EndQueue(this);
        queues.add(queue);
        if (closed) {
            queue.close();
        }
        return queue;
    }

    // ---- what is ours

    Block own(ControlBlock block) {
        if (requireNonNull(block, "block") instanceof Block own && own.consumer == this) {
            return own;
        }
        throw foreign(block);
    }

    OpenFile own(AsyncFile file) {
        if (requireNonNull(file, "file") instanceof OpenFile own && own.consumer() == this) {
            return own;
        }
        throw foreign(file);
    }

    PooledLease own(Lease lease) {
        if (lease instanceof PooledLease own && own.consumer() == this) {
            return own;
        }
        throw foreign(lease);
    }

    /** Returns the queue of an event, which must be ours. */
    EndQueue queueOf(SigEvent event) {
        CompletionQueue queue = requireNonNull(event.queue());
        if (queue instanceof EndQueue own && own.consumer == this) {
            return own;
        }
        throw foreign(queue);
    }

    private IllegalArgumentException foreign(Object object) {
        return new IllegalArgumentException(object + " was not made by this AsyncIo (" + engine.name() + ")");
    }

    private void requireOpen(String action) throws AioException {
        if (closed) {
            throw stopped(action);
        }
    }

    AioException stopped(String action) {
        return new AioException(action, Errno.ENXIO, whyStopped());
    }

    String whyStopped() {
        return "the instance " + engine.name() + " has been stopped";
    }

    // ---- starting

    @Override
    public void read(ControlBlock block) throws AioException {
        start(own(block), TransferKind.READ);
    }

    @Override
    public void write(ControlBlock block) throws AioException {
        start(own(block), TransferKind.WRITE);
    }

    @Override
    public void sync(SyncMode mode, ControlBlock block) throws AioException {
        requireNonNull(mode, "mode");
        start(own(block), mode == SyncMode.FULL ? TransferKind.SYNC : TransferKind.DATA_SYNC);
    }

    private void start(Block block, TransferKind kind) throws AioException {
        submission.submit(block, kind);
    }

    WaitPool waits() {
        return waits;
    }

    Submission submission() {
        return submission;
    }

    boolean isClosed() {
        return closed;
    }

    // ---- lists

    @Override
    public void list(ListMode mode, @Nullable ControlBlock[] blocks, SigEvent event) throws AioException {
        requireNonNull(mode, "mode");
        requireNonNull(blocks, "blocks");
        requireNonNull(event, "event");
        ListStart.run(this, mode, blocks, mode == ListMode.WAIT ? SigEvent.none() : event);
    }

    // ---- asking

    @Override
    public Errno error(ControlBlock block) throws AioException {
        Block own = own(block);
        long word = requireStarted(own, "error of");
        if (Life.isTerminal(word)) {
            return own.outcomeErrno();
        }
        LaneDriver driver = own.driver;
        if (driver != null) {
            driver.flush();
            driver.glance();
        }
        word = own.word();
        return Life.isTerminal(word) ? own.outcomeErrno() : Errno.EINPROGRESS;
    }

    @Override
    public int errorNumber(ControlBlock block) throws AioException {
        Block own = own(block);
        Errno errno = error(block);
        return errno == Errno.EINPROGRESS ? errno.number() : own.outcomeNumber();
    }

    @Override
    public long result(ControlBlock block) throws AioException {
        Block own = own(block);
        long word = requireStarted(own, "result of");
        if (!Life.isTerminal(word)) {
            throw new AioException("result of " + own, Errno.EINPROGRESS);
        }
        long result = own.outcomeResult();
        while (!own.retrieve(word)) {
            word = requireStarted(own, "result of");
            if (!Life.isTerminal(word)) {
                throw new AioException("result of " + own, Errno.EINPROGRESS);
            }
            // It may be the result of a later request by now.
            result = own.outcomeResult();
        }
        return result;
    }

    /** Checks that the block has a request whose result was not collected; returns its word. */
    private static long requireStarted(Block block, String action) throws AioException {
        long word = block.word();
        if (!Life.isPending(word) && !Life.isTerminal(word)) {
            throw new AioException(
                    action + " " + block,
                    Errno.EINVAL,
                    Life.number(word) == 0 ? "it was never started" : "its result was collected");
        }
        return word;
    }

    @Override
    public CancelResult cancel(ControlBlock block) throws AioException {
        Block own = own(block);
        // Before its file: if that is of a later request, then the one with this number has ended.
        long number = own.sequence();
        if (number == 0) {
            throw new AioException("cancel " + own, Errno.EINVAL, "it was never started");
        }
        OpenFile file = own.flight.targetOrNull();
        if (file == null) {
            // An entry of a list that was refused for it.
            return CancelResult.ALL_DONE;
        }
        if (!file.isOpen()) {
            throw new AioException("cancel " + own, Errno.EBADF, "the file is closed");
        }
        return file.cancel(own, number);
    }

    @Override
    public CancelResult cancel(AsyncFile file) throws AioException {
        return own(file).cancelAll().result();
    }

    // ---- waiting

    @Override
    public void suspend(@Nullable ControlBlock... blocks) throws AioException {
        suspend(blocks, Waiting.FOREVER);
    }

    @Override
    public boolean suspend(@Nullable ControlBlock[] blocks, Duration timeout) throws AioException {
        return suspend(blocks, Durations.nanos(timeout));
    }

    private boolean suspend(@Nullable ControlBlock[] blocks, long nanos) throws AioException {
        requireNonNull(blocks, "blocks");
        BlockWait wait = waits.borrow();
        try {
            wait.of(this, blocks).requireStarted();
            return Waiting.await(wait, nanos);
        } catch (Waiting.Interrupted e) {
            throw new AioException("suspend", Errno.EINTR);
        } finally {
            waits.giveBack(wait);
        }
    }

    // ---- the end

    /** Ends it: refuses, drains within the configured time, closes, returns. A second call has no effect. */
    final void end() {
        if (beginEnd()) {
            awaitEnd(System.nanoTime() + engine.config().closeTimeoutNs());
        }
    }

    /** Refuses from now on, and closes what is open; false if that was done already. */
    final boolean beginEnd() {
        synchronized (open) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        for (OpenFile file : open) {
            file.closeAsync();
            file.cancelQueued();
        }
        return true;
    }

    /** Waits until the files are closed or the time is over, and takes back the rest. After {@link #beginEnd} only. */
    final void awaitEnd(long deadline) {
        for (OpenFile file : open) {
            if (!Waiting.awaitUninterrupted(file.closing(), Math.max(1, deadline - System.nanoTime()))) {
                engine.warnings()
                        .once(user + " stopped, and its " + file + " has requests that do not end: "
                                + file.pending().size());
            }
        }
        closeQueues();
        leases.closeAll();
        notifier().abandon(this);
        engine.ended(this);
    }

    /** Ends whoever waits for what will not come any more. */
    private void closeQueues() {
        List<EndQueue> left;
        synchronized (queues) {
            left = List.copyOf(queues);
        }
        left.forEach(EndQueue::close);
    }

    @Override
    public String toString() {
        return "AsyncIo[instance=" + engine.name() + " user=" + user + (closed ? " closed" : "") + "]";
    }
}
