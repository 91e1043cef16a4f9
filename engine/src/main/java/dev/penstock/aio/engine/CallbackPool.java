package dev.penstock.aio.engine;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run code of users: made as they are needed, up to so many, and gone when they have had nothing to do
 * for a while.
 *
 * <p>Who enqueues calls a thread, unless he is one that sweeps and will come to it himself: then the keepers look, now and
 * then, whether it goes on. All but one of the threads at most carry out requests at a time, for one may take long.
 */
final class CallbackPool {
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);
    /** What one thread has before it, from which on another one is called to help. */
    private static final int MUCH = 8;

    /** Makes a thread. */
    interface Factory {
        /**
         * Makes one that is not started.
         *
         * @throws OutOfMemoryError if there is no thread to be had
         */
        CallbackThread make(Runnable work);
    }

    private final int max;
    private final Factory factory;
    /** Told of what work throws, which it should not. */
    private final Consumer<Throwable> failed;

    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    /** About how many are in the queue. */
    private final AtomicInteger queued = new AtomicInteger();
    /** How many were taken out of it. */
    private final AtomicInteger taken = new AtomicInteger();
    /** How many threads carry out a request. */
    private final AtomicInteger helpers = new AtomicInteger();

    private final BriefLock lock = new BriefLock();

    // Guarded by the lock.
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    /** Threads that there are, or are being made. */
    private int workers;

    private boolean stopped;

    /** Touched by {@link #look} only; threads may overwrite each other's, it need not be exact. */
    private int takenSeen;

    CallbackPool(int max, Factory factory, Consumer<Throwable> failed) {
        this.max = max;
        this.factory = factory;
        this.failed = failed;
    }

    static Factory numbered(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> new CallbackThread(work, prefix + number.incrementAndGet());
    }

    /**
     * Runs something soon; a driver may call this.
     *
     * @throws RejectedExecutionException if it has ended
     * @throws OutOfMemoryError if there is no thread, and none to be had
     */
    void execute(Runnable work) {
        if (CallbackThread.isSweeping(this) && queued.get() < MUCH) {
            add(work);
        } else if (call(work)) {
            make(work);
        }
    }

    private void add(Runnable work) {
        queue.add(work);
        queued.incrementAndGet();
    }

    /** Enqueues what there is to enqueue, and calls a thread that is idle; answers whether one more is to be made. */
    private boolean call(@Nullable Runnable work) {
        lock.lock();
        try {
            if (work != null) {
                if (stopped) {
                    throw new RejectedExecutionException("the callback threads have ended");
                }
                add(work);
            }
            Worker next = idle.poll();
            if (next != null) {
                next.call();
                return false;
            }
            if (workers == max) {
                return false;
            }
            workers++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Makes a thread, which was counted; not under the lock, for that may take long. */
    private void make(@Nullable Runnable work) {
        try {
            new Worker().thread.start();
        } catch (Throwable noThread) {
            if (isNobodyLeft() && work != null && queue.remove(work)) {
                queued.decrementAndGet();
                throw noThread;
            }
            // Those that there are go on; tried again for the next.
        }
    }

    private boolean isNobodyLeft() {
        lock.lock();
        try {
            return --workers == 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls one more thread if something waits and nothing was taken since the last look. Called by keepers and the watch at
     * times.
     *
     * @return whether something waits for which one more could be called at the next look
     */
    boolean look() {
        int now = taken.get();
        boolean waits = hasWork();
        if (waits && now == takenSeen && call(null)) {
            make(null);
        }
        takenSeen = now;
        return waits && mayCall();
    }

    /** Whether something waits for which one more thread could be called, if it is still there at the next look. */
    boolean mayCallForWork() {
        return hasWork() && mayCall();
    }

    /** Whether more waits than the next thread to come takes. */
    boolean isBehind() {
        return queued.get() > 1;
    }

    private boolean mayCall() {
        lock.lock();
        try {
            return !idle.isEmpty() || workers < max;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the threads end when they have run what there is. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            for (Worker worker = idle.poll(); worker != null; worker = idle.poll()) {
                worker.call();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean hasWork() {
        return !queue.isEmpty();
    }

    /** Whether a thread of it may carry out a request, which may take long; it must {@link #hasHelped} then. */
    boolean mayHelp() {
        int now;
        do {
            now = helpers.get();
        } while (now < max - 1 && !helpers.compareAndSet(now, now + 1));
        return now < max - 1;
    }

    void hasHelped() {
        helpers.decrementAndGet();
    }

    private final class Worker implements Runnable {
        final CallbackThread thread = factory.make(this);
        private volatile boolean called;

        void call() {
            called = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            do {
                try {
                    for (Runnable next = next(); next != null; next = next()) {
                        next.run();
                    }
                    thread.rest();
                } catch (Throwable e) {
                    failed(e);
                }
            } while (hasWork() || await());
        }

        private void failed(Throwable why) {
            try {
                failed.accept(why);
            } catch (Throwable e) {
                // It cannot be said, and must not end the thread.
            }
        }

        private @Nullable Runnable next() {
            // What code of a user left behind would end every park.
            Thread.interrupted();
            Runnable next = queue.poll();
            if (next == null) {
                thread.sweep(CallbackPool.this, CallbackPool.this::hasWork);
                next = queue.poll();
            }
            if (next != null) {
                queued.decrementAndGet();
                taken.incrementAndGet();
            }
            return next;
        }

        /** Waits for something to run; false if the thread is to end. */
        private boolean await() {
            if (beginsToRest()) {
                long sinceNs = System.nanoTime();
                while (!called && System.nanoTime() - sinceNs < IDLE_NS) {
                    LockSupport.parkNanos(CallbackPool.this, IDLE_NS);
                    Thread.interrupted();
                }
            }
            return !ends();
        }

        /** Shows itself as idle, unless there is something to run, or it is to end. */
        private boolean beginsToRest() {
            lock.lock();
            try {
                called = stopped || hasWork();
                if (!called) {
                    idle.push(this);
                }
                return !called;
            } finally {
                lock.unlock();
            }
        }

        /** Takes the thread off if nobody has called it for long, or all is stopped, and there is nothing to run. */
        private boolean ends() {
            lock.lock();
            try {
                boolean uncalled = idle.remove(this);
                boolean ends = (uncalled || stopped) && !hasWork();
                if (ends) {
                    workers--;
                }
                return ends;
            } finally {
                lock.unlock();
            }
        }
    }
}
