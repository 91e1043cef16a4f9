package dev.penstock.aio.provider.uring;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that is there from the start and as long as the backend, which has two: one makes the calls that block and have no
 * place in a ring, the other starts what may be started by a thread that lives long only. At most as much is queued as
 * the lanes have slots, or a start for each lane.
 */
final class Calls {
    private final ThreadPoolExecutor executor;

    /**
     * Starts the thread.
     *
     * @param what it does, for its name
     * @throws OutOfMemoryError if there is no thread to be had
     */
    Calls(String instance, String what) {
        // The offer of this queue never parks, and with its thread there an execution does nothing else.
        executor = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedTransferQueue<>(), work -> thread(work, instance, what));
        executor.prestartCoreThread();
    }

    /** It holds nothing of the thread that happens to make it. */
    private static Thread thread(Runnable work, String instance, String what) {
        Thread thread = new Thread(null, work, "penstock-uring-" + instance + "-" + what, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Calls.class.getClassLoader());
        return thread;
    }

    /** Returns false if it was closed. */
    boolean run(Runnable call) {
        try {
            executor.execute(call);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    /** Lets the thread end when it has nothing to do any more. */
    void close() {
        executor.shutdown();
    }
}
