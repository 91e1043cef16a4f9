package dev.penstock.aio.provider.nio;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a lane, and who of them sleeps.
 *
 * <h2>Which thread runs what</h2>
 *
 * Any thread may {@link #signal} that something is due. Workers take it, oldest first, until there is none, and then
 * park. One of them is started at once and stays until {@link #close}, so that no request is lost where no other
 * thread can be had; the others are started when all that there are have work, and end after an idle time.
 *
 * <h2>What orders what</h2>
 *
 * Work is added before {@link #searching} is read. A worker shows itself as IDLE, and gives up its place in
 * {@link #searching}, before it looks at the queue for the last time. So either the worker sees the work, or the one
 * who brought it sees the idle worker.
 *
 * <h2>Why this shape</h2>
 *
 * To wake a thread costs the caller a few microseconds, more than a cached read. So a signal wakes few, and a woken
 * worker that found work and sees more wakes the next before it starts.
 */
final class Workers {
    /*
     * Where a worker is. Moves by compare-and-set:
     *
     *   ABSENT -> AWAKE            somebody starts its thread
     *   AWAKE -> IDLE              it found nothing to do, and is about to park
     *   IDLE -> AWAKE              somebody wakes it, or it saw work itself
     *   IDLE -> ABSENT             it was idle for long and ends
     *   AWAKE -> ABSENT            its thread could not be started
     */
    private static final int ABSENT = 0;
    private static final int IDLE = 1;
    private static final int AWAKE = 2;

    /** So many are on their way to work at a time; each calls the next. Waking all took four times the processor. */
    private static final int SEARCHING_MAX = 1;

    /** When no thread could be had, none is asked for so long. */
    private static final long RELAUNCH_NS = TimeUnit.SECONDS.toNanos(1);

    /** Carries out what a worker took. Throws nothing. */
    interface Runner {
        void run(long token, Worker worker);
    }

    private final StagedQueue queue;
    private final Runner runner;
    private final String threadPrefix;
    private final long idleNs;
    private final AtomicIntegerArray states;
    /** Set by who moves the state from ABSENT, before the thread can become IDLE. */
    private final AtomicReferenceArray<@Nullable Worker> workers;

    private final AtomicInteger searching = new AtomicInteger();
    private volatile long noThreadUntilNs = System.nanoTime();
    private volatile boolean closed;

    /**
     * Starts the first worker.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    Workers(NioSettings settings, String instance, StagedQueue queue, Runner runner) {
        this.queue = queue;
        this.runner = runner;
        this.threadPrefix = settings.threadPrefix() + "-" + instance + "-";
        this.idleNs = TimeUnit.SECONDS.toNanos(settings.idleSeconds());
        this.states = new AtomicIntegerArray(settings.threads());
        this.workers = new AtomicReferenceArray<>(settings.threads());
        states.set(0, AWAKE);
        searching.set(1);
        launch(0);
    }

    /** Sees to it that somebody looks for work, if there is any and anybody is free. */
    void signal() {
        while (queue.isAnyDue() && joinSearch()) {
            if (!wakeOne() && !launchOne()) {
                leaveSearch();
                // A worker that has gone idle since may have looked before the work was there.
                if (!isAnyIdle()) {
                    return;
                }
            }
        }
    }

    /** Takes a place among those who search; false if there are enough. */
    private boolean joinSearch() {
        for (int count = searching.get(); count < SEARCHING_MAX; count = searching.get()) {
            if (searching.compareAndSet(count, count + 1)) {
                return true;
            }
        }
        return false;
    }

    private void leaveSearch() {
        searching.decrementAndGet();
    }

    private boolean isAnyIdle() {
        for (int i = 0; i < states.length(); i++) {
            if (states.get(i) == IDLE) {
                return true;
            }
        }
        return false;
    }

    private boolean wakeOne() {
        for (int i = 0; i < states.length(); i++) {
            if (states.get(i) == IDLE && states.compareAndSet(i, IDLE, AWAKE)) {
                LockSupport.unpark(workers.get(i));
                return true;
            }
        }
        return false;
    }

    private boolean launchOne() {
        if (closed || System.nanoTime() - noThreadUntilNs < 0) {
            return false;
        }
        for (int i = 0; i < states.length(); i++) {
            if (states.get(i) == ABSENT && states.compareAndSet(i, ABSENT, AWAKE)) {
                return tryLaunch(i);
            }
        }
        return false;
    }

    private boolean tryLaunch(int index) {
        try {
            launch(index);
            return true;
        } catch (OutOfMemoryError e) {
            // "unable to create native thread": those that there are go on.
            states.set(index, ABSENT);
            noThreadUntilNs = System.nanoTime() + RELAUNCH_NS;
            return false;
        }
    }

    private void launch(int index) {
        Worker worker = new Worker(this, index, threadPrefix + index);
        workers.set(index, worker);
        worker.start();
    }

    // ---- called by workers

    /** What a worker does all its life. It comes with a place in {@link #searching}. */
    void work(Worker worker) {
        boolean searches = true;
        while (!closed) {
            long token = queue.take();
            if (searches) {
                leaveSearch();
            }
            if (token != StagedQueue.NONE) {
                if (searches) {
                    signal();
                }
                searches = false;
                runner.run(token, worker);
            } else if (sleep(worker.index)) {
                searches = true;
            } else {
                return;
            }
        }
    }

    /** Parks until there is work; false if the worker has to end. */
    private boolean sleep(int index) {
        states.set(index, IDLE);
        if (queue.isAnyDue() && states.compareAndSet(index, IDLE, AWAKE)) {
            searching.incrementAndGet();
            return true;
        }
        long sinceNs = System.nanoTime();
        while (states.get(index) == IDLE && !closed) {
            if (index == 0) {
                LockSupport.park(this);
            } else if (System.nanoTime() - sinceNs < idleNs) {
                LockSupport.parkNanos(this, idleNs);
            } else if (states.compareAndSet(index, IDLE, ABSENT)) {
                // Work that came before this was seen may have found nobody idle.
                signal();
                return false;
            }
        }
        return !closed;
    }

    /** Ends every worker and waits for that. There is no work any more. */
    void close() {
        closed = true;
        for (int i = 0; i < workers.length(); i++) {
            Worker worker = workers.get(i);
            if (worker != null && worker != Thread.currentThread()) {
                LockSupport.unpark(worker);
                SteadyThread.join(worker);
            }
        }
    }
}
