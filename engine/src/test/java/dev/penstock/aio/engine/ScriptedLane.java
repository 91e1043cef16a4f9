package dev.penstock.aio.engine;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A lane in memory: staged, then started by a flush, then finished when the script says so, then delivered.
 *
 * <p>No verb but block parks, as {@link Lane} demands.
 */
final class ScriptedLane implements Lane {
    /** A transfer from its stage until its delivery. */
    static final class Entry {
        final long token;
        final Transfer transfer;
        final boolean needsKeeper;
        /** How often the keeper had come by when it was staged. */
        final int visits;

        final long stagedNs = System.nanoTime();
        /** What the lane pinned; null before, and on a lane that does not. Written by whoever starts it. */
        private volatile ByteBuffer memory;

        Entry(long token, Transfer transfer, int visits) {
            this.visits = visits;
            this.token = token;
            this.transfer = transfer;
            this.needsKeeper = transfer.needsKeeper();
        }

        /** The pinned memory. */
        ByteBuffer memory() {
            return memory.duplicate();
        }

        private void pinned(int bytes) {
            memory = transfer.slab().memory().slice(transfer.slabOffset(), bytes);
        }
    }

    /** What is to be told to the sink. */
    private record Ended(Entry entry, Script.Outcome outcome, long result, boolean twice) {}

    private final ScriptedProvider provider;
    private final ScriptedBackend backend;
    private final int index;
    private final CompletionSink sink;
    private final ThreadPoolExecutor pusher;

    private final BriefLock lock = new BriefLock();
    // Guarded by the lock.
    private final ArrayDeque<Entry> staged = new ArrayDeque<>();
    /** How often the keeper has come by. */
    private int visits;

    private final List<Entry> held = new ArrayList<>();
    /** To be started, and not pinned because too much is copied. */
    private final ArrayDeque<Entry> unpinned = new ArrayDeque<>();

    private final ArrayList<Ended> ended = new ArrayList<>();
    private final Map<Integer, Entry> outstanding = new HashMap<>();
    private final Random order;
    private final Set<Thread> deliveringThreads = new HashSet<>();
    private int outstandingMax;
    private long startedAfterNsMax;

    /** How many threads are inside any verb. */
    private final AtomicInteger inside = new AtomicInteger();

    private final AtomicInteger stagers = new AtomicInteger();
    private final AtomicInteger collectors = new AtomicInteger();
    private final AtomicInteger blockers = new AtomicInteger();
    /** Deliveries inside flush that are asked for and not made: more than 0 while a thread delivers. */
    private final AtomicInteger toPush = new AtomicInteger();

    private final AtomicInteger blocks = new AtomicInteger();
    private final AtomicInteger collects = new AtomicInteger();
    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicInteger flushes = new AtomicInteger();
    private final AtomicInteger pins = new AtomicInteger();
    private final AtomicInteger helps = new AtomicInteger();
    private final Set<Thread> blockedThreads = ConcurrentHashMap.newKeySet();
    /** Who blocks, to be unparked by whoever makes something collectable. */
    private volatile Thread blocker;

    private volatile boolean woken;

    ScriptedLane(ScriptedProvider provider, ScriptedBackend backend, int index, CompletionSink sink) {
        this.provider = provider;
        this.backend = backend;
        this.index = index;
        this.sink = sink;
        this.order = provider.orderSeed == 0 ? null : new Random(provider.orderSeed + index);
        this.pusher = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedTransferQueue<>(), task -> {
            Thread thread = new Thread(task, "scripted-pusher-" + index);
            thread.setDaemon(true);
            return thread;
        });
        this.pusher.prestartAllCoreThreads();
    }

    void stop() {
        pusher.shutdown();
    }

    // ---- the lane

    @Override
    public int window() {
        return provider.window;
    }

    @Override
    public int flushThreshold() {
        int threshold = provider.flushThreshold;
        if (threshold < 0) {
            throw new IllegalStateException("thrown by the test");
        }
        return threshold;
    }

    @Override
    public boolean flushesWhenIdle() {
        return provider.flushesWhenIdle;
    }

    @Override
    public boolean isForHelpers(Transfer transfer) {
        return pushes() || provider.helpsWith.test(transfer);
    }

    @Override
    public boolean pushes() {
        return provider.delivery != ScriptedProvider.Delivery.COLLECTED;
    }

    @Override
    public void stage(long token, Transfer transfer) {
        enter("stage");
        alone(stagers, "stage");
        try {
            provider.script().staging(transfer);
            lock.lock();
            try {
                Entry entry = new Entry(token, transfer, visits);
                int slot = (int) token;
                if (slot < 0 || slot >= provider.window || outstanding.putIfAbsent(slot, entry) != null) {
                    provider.violated("slot " + slot + " staged beyond the window, or twice");
                }
                staged.add(entry);
                outstandingMax = Math.max(outstandingMax, outstanding.size());
            } finally {
                lock.unlock();
            }
        } finally {
            stagers.decrementAndGet();
            leave("stage");
        }
    }

    private void enter(String verb) {
        inside.incrementAndGet();
        backend.requireOpen(verb);
    }

    private void leave(String verb) {
        try {
            provider.script().leaving(index, verb);
        } finally {
            inside.decrementAndGet();
        }
    }

    private void alone(AtomicInteger users, String verb) {
        if (users.incrementAndGet() > 1) {
            provider.violated("two threads at a time in " + verb);
        }
    }

    /** Whether no thread is inside a verb. */
    boolean isLeft() {
        return inside.get() == 0;
    }

    @Override
    public void flush() {
        flush(false);
    }

    @Override
    public boolean flushByKeeper() {
        provider.script().visiting();
        if (provider.leftByKeeper.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return false;
        }
        flush(true);
        return !provider.leavesOnce || isNothingLeft();
    }

    private boolean isNothingLeft() {
        lock.lock();
        try {
            visits++;
            return staged.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void flush(boolean byKeeper) {
        enter("flush");
        try {
            flushes.incrementAndGet();
            provider.script().flushing();
            takeStaged(byKeeper).forEach(this::start);
            if (provider.delivery == ScriptedProvider.Delivery.PUSHED_IN_FLUSH) {
                pushHere();
            }
        } finally {
            leave("flush");
        }
    }

    private void start(Entry entry) {
        if (provider.pins && entry.transfer.length() > 0 && !pin(entry)) {
            return;
        }
        if (provider.holds(entry.transfer)) {
            locked(() -> held.add(entry));
            if (provider.isReleased(entry.transfer)) {
                // Meanwhile: whoever released looked before it was there.
                release(entry, provider.script().outcome(entry.transfer));
            }
        } else {
            finish(entry, provider.script().outcome(entry.transfer));
        }
    }

    private boolean pin(Entry entry) {
        int bytes = entry.transfer.pin();
        if (bytes > 0) {
            pins.incrementAndGet();
            entry.pinned(bytes);
        } else if (bytes == 0) {
            locked(() -> unpinned.add(entry));
        } else {
            finish(entry, Script.Outcome.error(-bytes));
        }
        return bytes > 0;
    }

    /** Starts what found no memory when it was to be started. */
    private void startUnpinned() {
        List<Entry> again = new ArrayList<>();
        locked(() -> {
            again.addAll(unpinned);
            unpinned.clear();
        });
        again.forEach(this::start);
    }

    private boolean isLeft(Entry entry) {
        return (provider.insistsOnKeeper && entry.needsKeeper)
                || (provider.leavesToHelpers && provider.helpsWith.test(entry.transfer));
    }

    private List<Entry> takeStaged(boolean byKeeper) {
        lock.lock();
        try {
            List<Entry> starting = new ArrayList<>();
            for (Entry entry : staged) {
                if ((byKeeper && !(provider.leavesOnce && isLeft(entry) && entry.visits == visits)) || !isLeft(entry)) {
                    starting.add(entry);
                    startedAfterNsMax = Math.max(startedAfterNsMax, System.nanoTime() - entry.stagedNs);
                }
            }
            staged.removeAll(starting);
            return starting;
        } finally {
            lock.unlock();
        }
    }

    /** Delivers in the flushing thread; a flush inside a delivery leaves its own to the outer one. */
    private void pushHere() {
        if (toPush.getAndIncrement() > 0) {
            return;
        }
        do {
            deliver(takeEnded(Integer.MAX_VALUE));
        } while (toPush.decrementAndGet() > 0);
    }

    @Override
    public int collect() {
        enter("collect");
        alone(collectors, "collect");
        try {
            if (pushes()) {
                provider.violated("collect of a lane that pushes");
            }
            collects.incrementAndGet();
            provider.script().collecting();
            int delivered = deliver(takeEnded(provider.script().batch()));
            startUnpinned();
            return delivered;
        } finally {
            collectors.decrementAndGet();
            leave("collect");
        }
    }

    private List<Ended> takeEnded(int most) {
        lock.lock();
        try {
            List<Ended> taken = new ArrayList<>();
            while (!ended.isEmpty() && taken.size() < most) {
                Ended next = ended.remove(order == null ? 0 : order.nextInt(ended.size()));
                outstanding.remove((int) next.entry.token);
                taken.add(next);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private int deliver(List<Ended> taken) {
        for (Ended each : taken) {
            locked(() -> deliveringThreads.add(Thread.currentThread()));
            deliver(each);
            if (each.twice) {
                deliver(each);
            }
        }
        return taken.size();
    }

    private void deliver(Ended each) {
        long token = each.entry.token;
        switch (each.outcome.end()) {
            case MOVES -> sink.completed(token, each.result);
            case FAILS -> sink.completed(token, -each.outcome.value());
            case FAILS_BY_TEXT -> sink.failed(token, 0, each.outcome.text());
            case IS_HANDED_BACK -> sink.repeat(token);
        }
    }

    @Override
    public void block(long nanos) {
        enter("block");
        alone(blockers, "block");
        try {
            Thread me = Thread.currentThread();
            blocks.incrementAndGet();
            blockedThreads.add(me);
            if (pushes() || VirtualThreads.isVirtual(me)) {
                provider.violated("block of a lane that pushes, or on a virtual thread");
            }
            blocker = me;
            provider.script().blocking(nanos);
            long whole = provider.blocksUntilWoken ? Bounded.LIMIT.toNanos() : nanos;
            long end = System.nanoTime() + whole;
            for (long left = whole; isBlocking(me) && left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
            }
            blocker = null;
            woken = false;
        } finally {
            blockers.decrementAndGet();
            leave("block");
        }
    }

    private boolean isBlocking(Thread me) {
        return !woken && !me.isInterrupted() && endedCount() == 0;
    }

    @Override
    public void wake() {
        enter("wake");
        try {
            wakes.incrementAndGet();
            provider.script().waking();
            woken = true;
            LockSupport.unpark(blocker);
        } finally {
            leave("wake");
        }
    }

    @Override
    public boolean help(long token) {
        enter("help");
        try {
            provider.script().helping();
            Entry entry = claim(token);
            if (entry != null) {
                helps.incrementAndGet();
                sink.completed(token, carryOut(entry, Script.Outcome.ALL));
            }
            return entry != null;
        } finally {
            leave("help");
        }
    }

    private Entry claim(long token) {
        lock.lock();
        try {
            Entry entry = outstanding.get((int) token);
            if (entry == null
                    || entry.token != token
                    || !provider.helpsWith.test(entry.transfer)
                    || !staged.remove(entry)) {
                return null;
            }
            outstanding.remove((int) token);
            return entry;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean cancel(long token) {
        enter("cancel");
        try {
            provider.script().canceling();
            if (!takeBack(token)) {
                return false;
            }
            sink.completed(token, -Errno.ECANCELED.number());
            return true;
        } finally {
            leave("cancel");
        }
    }

    private boolean takeBack(long token) {
        lock.lock();
        try {
            Entry entry = outstanding.get((int) token);
            boolean takes = entry != null
                    && entry.token == token
                    && (staged.contains(entry)
                            || unpinned.contains(entry)
                            || (held.contains(entry) && provider.script().takesBack(entry.transfer)));
            if (takes) {
                staged.remove(entry);
                unpinned.remove(entry);
                held.remove(entry);
                outstanding.remove((int) token);
            }
            return takes;
        } finally {
            lock.unlock();
        }
    }

    // ---- the script's hand

    /** Carries a transfer out and makes its end known. */
    private void finish(Entry entry, Script.Outcome outcome) {
        long result = outcome.end() == Script.End.MOVES ? carryOut(entry, outcome) : 0;
        boolean twice = provider.script().deliversTwice(entry.transfer);
        locked(() -> ended.add(new Ended(entry, outcome, result, twice)));
        LockSupport.unpark(blocker);
        if (provider.delivery == ScriptedProvider.Delivery.PUSHED) {
            pusher.execute(() -> deliver(takeEnded(1)));
        }
    }

    private static long carryOut(Entry entry, Script.Outcome outcome) {
        return ((ScriptedFile) entry.transfer.file()).carryOut(entry.transfer, entry.memory, outcome.value());
    }

    /** Finishes what is held, in the order of its start. */
    void release() {
        for (Entry entry : held()) {
            release(entry, provider.script().outcome(entry.transfer));
        }
        if (provider.delivery == ScriptedProvider.Delivery.PUSHED_IN_FLUSH) {
            pushHere();
        }
    }

    /** Finishes one that is held; no effect if it no longer is. */
    void release(Entry entry, Script.Outcome outcome) {
        boolean[] was = new boolean[1];
        locked(() -> was[0] = held.remove(entry));
        if (was[0]) {
            finish(entry, outcome);
        }
    }

    /** Tells the sink of a completion that was never asked for. */
    void deliverStray(long token, long result) {
        sink.completed(token, result);
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    // ---- what the test sees

    List<Entry> held() {
        lock.lock();
        try {
            return List.copyOf(held);
        } finally {
            lock.unlock();
        }
    }

    /** How many found no memory to be pinned. */
    int unpinned() {
        lock.lock();
        try {
            return unpinned.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many were carried out by who waited for them. */
    int helps() {
        return helps.get();
    }

    /** How often memory was pinned. */
    int pins() {
        return pins.get();
    }

    private int endedCount() {
        lock.lock();
        try {
            return ended.size();
        } finally {
            lock.unlock();
        }
    }

    int outstanding() {
        lock.lock();
        try {
            return outstanding.size();
        } finally {
            lock.unlock();
        }
    }

    int outstandingMax() {
        lock.lock();
        try {
            return outstandingMax;
        } finally {
            lock.unlock();
        }
    }

    /** The longest time between stage and start. */
    long startedAfterNsMax() {
        lock.lock();
        try {
            return startedAfterNsMax;
        } finally {
            lock.unlock();
        }
    }

    boolean isBlocked() {
        return blockers.get() > 0;
    }

    /** Whether the thread of that name is blocked in it. */
    boolean isBlockedBy(String name) {
        Thread thread = blocker;
        return thread != null && thread.getName().equals(name);
    }

    int blocks() {
        return blocks.get();
    }

    int collects() {
        return collects.get();
    }

    int wakes() {
        return wakes.get();
    }

    int flushes() {
        return flushes.get();
    }

    /** Threads that ever blocked in it. */
    Set<Thread> blockedThreads() {
        return Set.copyOf(blockedThreads);
    }

    /** Threads that ever delivered. */
    Set<Thread> deliveringThreads() {
        lock.lock();
        try {
            return Set.copyOf(deliveringThreads);
        } finally {
            lock.unlock();
        }
    }

    void forgetThreads() {
        blockedThreads.clear();
        locked(deliveringThreads::clear);
    }
}
