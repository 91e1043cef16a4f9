package dev.penstock.aio.notification.fanout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run listeners. A configured number of them is always free for those who behave: one that has been
 * inside a job for longer than {@link #HELD_NS} counts as held by it, and another thread takes its place. A listener
 * is run by one thread at a time, so it never holds more than one, and there are never more threads than that number and
 * {@link #HELD_MAX}.
 */
final class Pool {
    private static final long HELD_NS = 10_000_000;
    private static final long IDLE_SECONDS = 10;
    /** So many threads may be held by listeners; while there are more such listeners, everybody waits for one to return. */
    static final int HELD_MAX = 256;

    private final String name;
    private final int threads;
    private final LinkedBlockingQueue<Job> ready = new LinkedBlockingQueue<>();
    /** Jobs that were added and are not over. */
    private final AtomicInteger jobs = new AtomicInteger();

    private final AtomicInteger numbers = new AtomicInteger();
    /** Guarded by itself. */
    private final List<Worker> workers = new ArrayList<>();

    private volatile boolean stopped;

    /** Told of what a job throws, which it should not. */
    private final Consumer<Throwable> failed;

    Pool(String name, int threads, Consumer<Throwable> failed) {
        this.name = name;
        this.threads = threads;
        this.failed = failed;
    }

    void add(Job job) {
        jobs.incrementAndGet();
        ready.add(job);
    }

    /** Starts threads if jobs wait and fewer are free than there should be. Called now and then. */
    void staff() {
        if (ready.isEmpty() || stopped) {
            return;
        }
        synchronized (workers) {
            int free = free();
            for (int i = 0; i < ready.size() && free < threads && workers.size() < threads + HELD_MAX; i++) {
                if (!start()) {
                    return;
                }
                free++;
            }
        }
    }

    private int free() {
        long now = System.nanoTime();
        int free = 0;
        for (Worker worker : workers) {
            free += worker.isHeld(now) ? 0 : 1;
        }
        return free;
    }

    private boolean start() {
        Worker worker = new Worker();
        workers.add(worker);
        try {
            worker.thread.start();
            return true;
        } catch (OutOfMemoryError noThread) {
            // Those that there are go on; tried again at the next look.
            workers.remove(worker);
            return false;
        }
    }

    /** Interrupts the thread that runs a job, if one does. */
    void interrupt(Job job) {
        synchronized (workers) {
            for (Worker worker : workers) {
                worker.interrupt(job);
            }
        }
    }

    /** Whether every job is over; one that adds another before it is over leaves no gap between the two. */
    boolean isIdle() {
        return jobs.get() == 0;
    }

    /** Lets every thread end; one that is inside a job is interrupted. */
    void stop() {
        stopped = true;
        ready.clear();
        synchronized (workers) {
            for (Worker worker : workers) {
                worker.thread.interrupt();
            }
        }
    }

    /** Whether a thread is left, other than the calling one. */
    boolean isAnyLeft() {
        synchronized (workers) {
            return workers.stream().anyMatch(worker -> worker.thread != Thread.currentThread());
        }
    }

    private final class Worker implements Runnable {
        private final Thread thread = new Thread(this, name + "-listeners-" + numbers.incrementAndGet());
        /** What it is inside of. Written by the worker, under its own monitor. */
        private volatile @Nullable Job job;

        private volatile long sinceNs;

        Worker() {
            thread.setDaemon(true);
            forget();
        }

        /** Leaves nothing behind of the job before, or of whoever made the thread. */
        private void forget() {
            thread.setContextClassLoader(Pool.class.getClassLoader());
        }

        boolean isHeld(long nowNs) {
            return job != null && nowNs - sinceNs > HELD_NS;
        }

        synchronized void interrupt(Job of) {
            if (job == of) {
                thread.interrupt();
            }
        }

        @Override
        public void run() {
            for (Job next = take(); next != null; next = take()) {
                sinceNs = System.nanoTime();
                set(next);
                try {
                    next.run();
                } catch (Throwable e) {
                    failed.accept(e);
                } finally {
                    set(null);
                    jobs.decrementAndGet();
                    // What was meant for that job, or what its code left behind.
                    Thread.interrupted();
                    forget();
                }
            }
        }

        private synchronized void set(@Nullable Job next) {
            job = next;
        }

        /** Returns the next job, or null if this thread is to end. */
        private @Nullable Job take() {
            while (!stopped && !isTooMany()) {
                Job next = poll();
                if (next != null) {
                    return next;
                }
                if (retire(false)) {
                    return null;
                }
            }
            retire(true);
            return null;
        }

        private @Nullable Job poll() {
            try {
                return ready.poll(IDLE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException stop) {
                // It is, or else code of a user has interrupted a thread that is not his.
                return null;
            }
        }

        private boolean isTooMany() {
            synchronized (workers) {
                return free() > threads;
            }
        }

        /** Takes the thread off, unless a job has come meanwhile. */
        private boolean retire(boolean anyway) {
            synchronized (workers) {
                return (anyway || ready.isEmpty()) && workers.remove(this);
            }
        }
    }
}
