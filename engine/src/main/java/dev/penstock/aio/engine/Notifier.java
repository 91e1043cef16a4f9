package dev.penstock.aio.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the code of users: callbacks and dependent stages. Drivers only enqueue here; a user's own executor, which is
 * code of users as well, is called from here too. What is on its way is bounded, for each user and in all, because a
 * submit that may have to call is refused while as many callbacks as requests are allowed have not run.
 *
 * <p>The fallback thread is there from the start: when it is needed there may be no thread to be had, and a driver must
 * never run code of users.
 */
final class Notifier {
    private static final long IDLE_SECONDS = 10;

    /** The files whose callbacks the current thread is in, innermost first. */
    private static final class Inside {
        final OpenFile file;
        final @Nullable Inside outer;

        Inside(OpenFile file, @Nullable Inside outer) {
            this.file = file;
            this.outer = outer;
        }
    }

    private final ThreadLocal<@Nullable Object> inside = new ThreadLocal<>();
    private final CallbackPool callbacks;
    private final ThreadPoolExecutor fallback;
    private final Stats stats;
    private final Warnings warnings;
    /** Of all users, those apart who have ended: enqueued and not run. */
    private final AtomicInteger pending = new AtomicInteger();

    /**
     * Starts the fallback thread.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    Notifier(String instance, int threads, Stats stats, Warnings warnings) {
        this(
                threads,
                CallbackPool.numbered("penstock-" + instance + "-callback-"),
                Threads.numbered("penstock-" + instance + "-fallback-"),
                stats,
                warnings);
    }

    /** With the threads of a test. */
    Notifier(
            int threads,
            CallbackPool.Factory callbackThreads,
            ThreadFactory fallbackThreads,
            Stats stats,
            Warnings warnings) {
        this.callbacks = new CallbackPool(
                threads, callbackThreads, why -> warnings.repeated("the engine failed in running a callback", why));
        this.fallback = pool(1, fallbackThreads);
        this.fallback.prestartCoreThread();
        this.stats = stats;
        this.warnings = warnings;
    }

    private static ThreadPoolExecutor pool(int threads, ThreadFactory factory) {
        // The offer of this queue never parks: see BriefLock.
        return new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedTransferQueue<>(), factory);
    }

    /**
     * Sees to it that callbacks go on though one of them takes long; called by keepers and the watch at times.
     *
     * @return whether it should be called again soon
     */
    boolean lookAtCallbacks() {
        return callbacks.look();
    }

    /** See {@link CallbackPool#mayCallForWork}. */
    boolean mayCallForCallbacks() {
        return callbacks.mayCallForWork();
    }

    /** How many callbacks were enqueued and have not run. */
    int pending() {
        return pending.get();
    }

    /** Enqueues a notification; never runs code of users. */
    void tell(Told told) {
        enqueued(told.consumer());
        enqueue(() -> handOver(told));
    }

    /** Enqueues the completion of a stage of a file's request. */
    void run(OpenFile file, Runnable completion) {
        enqueued(file.consumer());
        AtomicBoolean begun = new AtomicBoolean();
        enqueue(() -> {
            // An executor that threw may have kept it all the same, and run it beside the fallback.
            if (begun.compareAndSet(false, true)) {
                try {
                    inside(file, completion);
                } finally {
                    ran(file.consumer());
                }
            }
        });
    }

    private void enqueued(Consumer user) {
        if (user.callbacks().enqueued()) {
            pending.incrementAndGet();
        }
    }

    private void ran(Consumer user) {
        if (user.callbacks().ran()) {
            pending.decrementAndGet();
        }
    }

    /** A user has ended: what of his has not run, and perhaps never will, is not held against others. */
    void abandon(Consumer user) {
        pending.addAndGet(-user.callbacks().abandon());
    }

    private void enqueue(Runnable work) {
        try {
            callbacks.execute(work);
        } catch (Throwable e) {
            // Stopped, or no thread to be had: the work must not be lost, and not run here if that can be helped.
            fallBack(work, e);
        }
    }

    private void fallBack(Runnable work, Throwable why) {
        stats.rejectedCallbacks.increment();
        warnings.repeated("an executor rejected a callback; the fallback thread runs it", why);
        try {
            fallback.execute(work);
        } catch (Throwable noThread) {
            // After the stop, when the thread has ended. Whoever calls may be a driver: the next that gets one runs it.
            if (!fallback.getQueue().contains(work)) {
                fallback.getQueue().add(work);
            }
        }
    }

    private void handOver(Told told) {
        Executor executor = told.executor();
        if (executor == null) {
            call(told);
            return;
        }
        try {
            executor.execute(() -> call(told));
        } catch (Throwable e) {
            fallBack(() -> call(told), e);
        }
    }

    private void call(Told told) {
        if (!told.begin()) {
            return;
        }
        try {
            OpenFile file = told.file();
            if (file == null) {
                guarded(told::call);
            } else {
                inside(file, told::call);
            }
        } finally {
            ran(told.consumer());
            told.called();
        }
    }

    private void inside(OpenFile file, Runnable code) {
        Inside outer = (Inside) inside.get();
        inside.set(new Inside(file, outer));
        try {
            guarded(code);
        } finally {
            if (outer == null) {
                inside.remove();
            } else {
                inside.set(outer);
            }
        }
    }

    private void guarded(Runnable code) {
        try {
            code.run();
        } catch (Throwable e) {
            stats.failedCallbacks.increment();
            warnings.repeated("a callback failed", e);
        }
    }

    /** Whether the current thread runs a callback of this file. */
    boolean isInside(OpenFile file) {
        for (Inside at = (Inside) inside.get(); at != null; at = at.outer) {
            if (at.file == file) {
                return true;
            }
        }
        return false;
    }

    /** How many fallback threads there are: one until the end, then one while there is something for it. */
    int fallbackThreads() {
        return fallback.getPoolSize();
    }

    /**
     * Runs what is enqueued and then ends the threads; does not wait for code of users. What comes later, when a
     * provider that was left running ends a request, is run by a fallback thread made for it.
     */
    void stop() {
        callbacks.stop();
        fallback.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        fallback.allowCoreThreadTimeOut(true);
    }
}
