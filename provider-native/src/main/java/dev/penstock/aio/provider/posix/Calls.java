package dev.penstock.aio.provider.posix;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Carries out, in one thread of its own that comes and goes with the work, what blocks and has no aio function. At most
 * as much is queued as the lanes have slots.
 */
final class Calls {
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor executor;

    Calls(String instance) {
        executor = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> thread(work, instance));
        executor.allowCoreThreadTimeOut(true);
    }

    /** It holds nothing of the thread that happened to need it first. */
    private static Thread thread(Runnable work, String instance) {
        Thread thread = new Thread(null, work, "penstock-native-" + instance + "-calls", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Calls.class.getClassLoader());
        return thread;
    }

    /** Returns false if there is no thread to be had. */
    boolean run(Runnable call) {
        try {
            executor.execute(call);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            return false;
        }
    }

    void close() {
        executor.shutdown();
    }
}
