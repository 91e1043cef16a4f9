package dev.penstock.aio.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the code of users: callbacks and dependent stages. Drivers only enqueue here; a user's own executor, which is
 * code of users as well, is called from here too. What is on its way is bounded, for each user and in all, because a
 * submit that may have to call is refused while as many callbacks as requests are allowed have not run.
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
    private final ThreadPoolExecutor callbacks;
    private final ThreadPoolExecutor fallback;
    private final Stats stats;
    private final Warnings warnings;
    private final CallbackBacklog all = new CallbackBacklog();

    Notifier(String instance, int threads, Stats stats, Warnings warnings) {
        this.callbacks = pool("penstock-" + instance + "-callback-", threads);
        this.fallback = pool("penstock-" + instance + "-fallback-", 1);
        this.stats = stats;
        this.warnings = warnings;
    }

    private static ThreadPoolExecutor pool(String prefix, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedTransferQueue<>(), // its offer never parks: see BriefLock
                work -> Threads.daemon(work, prefix + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** How many callbacks were enqueued and have not run. */
    int pending() {
        return all.pending();
    }

    /** Enqueues a notification; never runs code of users. */
    void tell(Told told) {
        enqueued(told.consumer());
        enqueue(() -> handOver(told));
    }

    /** Enqueues the completion of a stage of a file's request. */
    void run(OpenFile file, Runnable completion) {
        enqueued(file.consumer());
        enqueue(() -> {
            try {
                inside(file, completion);
            } finally {
                ran(file.consumer());
            }
        });
    }

    private void enqueued(Consumer user) {
        all.enqueued();
        user.callbacks().enqueued();
    }

    private void ran(Consumer user) {
        all.ran();
        user.callbacks().ran();
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
        } catch (Throwable e) {
            work.run();
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

    /** Runs what is enqueued and then ends the threads; does not wait for code of users. */
    void stop() {
        callbacks.shutdown();
        fallback.shutdown();
    }
}
