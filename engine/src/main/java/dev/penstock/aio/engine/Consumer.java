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
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one user: in a container one bundle, in plain Java the whole program. It has its own share of the
 * limits, and what it opened and leased ends with it.
 */
class Consumer implements AsyncIo {
    private final Engine engine;
    private final String user;
    private final Admission admission;
    private final Admission files;
    private final ConsumerLeases leases;
    private final Set<OpenFile> open = ConcurrentHashMap.newKeySet();
    private final WaitPool waits = new WaitPool();
    private volatile boolean closed;

    /**
     * Makes the calls of a user.
     *
     * @param user who it is, for operators
     */
    Consumer(Engine engine, String user) {
        this.engine = engine;
        this.user = user;
        this.admission = new Admission(engine.config().maxRequestsPerConsumer());
        this.files = new Admission(engine.config().maxOpenFiles());
        this.leases = new ConsumerLeases(this, engine.leases(), engine.config().maxLeasedBytes());
    }

    Engine engine() {
        return engine;
    }

    String user() {
        return user;
    }

    Notifier notifier() {
        return engine.notifier();
    }

    Stats stats() {
        return engine.stats();
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
        open.add(file);
        if (closed) {
            file.closeAsync();
            throw stopped("open path=" + path);
        }
        return file;
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
        return leases.lend(bytes);
    }

    @Override
    public CompletionQueue completionQueue() {
        return new EndQueue(this);
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

    private AioException stopped(String action) {
        return new AioException(action, Errno.ENXIO, "the instance " + engine.name() + " has been stopped");
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
        submit(block, kind);
    }

    /** Starts a request and flushes as its lane likes it. */
    void submit(Block block, TransferKind kind) throws AioException {
        try {
            claim(block);
            try {
                block.prepare(kind);
                admit(block.flight, 1);
            } catch (AioException | RuntimeException | Error e) {
                block.unclaim();
                throw e;
            }
            accept(block, true);
        } catch (AioException e) {
            stats().refused.increment();
            throw e;
        }
        requireNonNull(block.driver).submitted(isWaitedFor(block.flight.telling()));
    }

    private void claim(Block block) throws AioException {
        requireOpen("start " + block);
        if (!block.claim()) {
            throw block.busy("start");
        }
    }

    /** Takes a share of the limits. */
    private void admit(Flight flight, int count) throws AioException {
        if (!admission.acquire(count)) {
            throw flight.refusal(Errno.EAGAIN, admission.pending() + " requests of this user are pending");
        }
        if (!engine.admission().acquire(count)) {
            admission.release(count);
            throw flight.refusal(Errno.EAGAIN, engine.admission().pending() + " requests are pending");
        }
        if (flight.telling().notification() == SigEvent.Notify.CALL
                && notifier().pending() >= engine.admission().max()) {
            release(count);
            throw flight.refusal(Errno.EAGAIN, notifier().pending() + " callbacks have not run");
        }
    }

    /** Gives a share of the limits back. */
    void release(int count) {
        engine.admission().release(count);
        admission.release(count);
    }

    /**
     * Hands a claimed, prepared and admitted block to its file.
     *
     * @param releases whether a refusal also gives the claim and the share of the limits back
     */
    private void accept(Block block, boolean releases) throws AioException {
        boolean accepted = false;
        boolean borrowed = false;
        boolean expected = false;
        SigEvent telling = block.flight.telling();
        LaneDriver driver = requireNonNull(block.driver);
        try {
            borrowed = block.flight.borrow();
            if (!borrowed) {
                throw new IllegalStateException("the lease was released: " + block);
            }
            if (telling.notification() == SigEvent.Notify.QUEUE) {
                queueOf(telling).expect(block, driver);
                expected = true;
            } else if (telling.notification() == SigEvent.Notify.CALL) {
                driver.need();
            }
            block.flight.target().order().submit(block);
            accepted = true;
        } finally {
            if (!accepted) {
                if (expected) {
                    queueOf(telling).expectNoMore(block);
                } else if (borrowed && telling.notification() == SigEvent.Notify.CALL) {
                    driver.unneed();
                }
                if (borrowed) {
                    block.flight.giveBack();
                }
                if (releases) {
                    release(1);
                    block.unclaim();
                }
            }
        }
    }

    /** Whether somebody else may be waiting for it by now: then it is started at once. */
    private boolean isWaitedFor(SigEvent telling) {
        return switch (telling.notification()) {
            case NONE, LISTENERS -> false;
            case CALL -> true;
            case QUEUE -> queueOf(telling).hasWaiters();
        };
    }

    // ---- lists

    @Override
    public void list(ListMode mode, @Nullable ControlBlock[] blocks, SigEvent event) throws AioException {
        requireNonNull(mode, "mode");
        requireNonNull(blocks, "blocks");
        requireNonNull(event, "event");
        new ListStart(this, mode, blocks, mode == ListMode.WAIT ? SigEvent.none() : event).run();
    }

    /** Claims an entry of a list. */
    void claimEntry(Block block) throws AioException {
        claim(block);
    }

    /** Takes a share of the limits for all entries of a list. */
    void admitList(Flight first, int count) throws AioException {
        admit(first, count);
    }

    /** Starts an entry of a list, which was claimed and admitted. */
    void startEntry(Block block, TransferKind kind) throws AioException {
        block.prepare(kind);
        accept(block, false);
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
        if (own.sequence() == 0) {
            throw new AioException("cancel " + own, Errno.EINVAL, "it was never started");
        }
        OpenFile file = own.flight.target();
        if (!file.isOpen()) {
            throw new AioException("cancel " + own, Errno.EBADF, "the file is closed");
        }
        return file.cancel(own);
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
        synchronized (open) {
            if (closed) {
                return;
            }
            closed = true;
        }
        for (OpenFile file : open) {
            file.closeAsync();
            file.order().cancelQueued();
        }
        long deadline = System.nanoTime() + engine.config().closeTimeoutNs();
        for (OpenFile file : open) {
            if (!Waiting.awaitUninterrupted(file.closing(), Math.max(1, deadline - System.nanoTime()))) {
                engine.warn(user + " stopped, and its " + file + " has requests that do not end: "
                        + file.pending().size());
            }
        }
        leases.closeAll();
        engine.ended(this);
    }

    @Override
    public String toString() {
        return "AsyncIo[instance=" + engine.name() + " user=" + user + (closed ? " closed" : "") + "]";
    }
}
