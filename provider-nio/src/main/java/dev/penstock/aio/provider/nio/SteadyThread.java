package dev.penstock.aio.provider.nio;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that cannot be interrupted. An interrupt that meets a thread in an operation of a
 * {@link java.nio.channels.FileChannel} closes the channel, for everybody and for good; so the channels that all
 * requests of a file share are touched by such threads only.
 *
 * <p>It takes nothing over from the thread that makes it: that may be a thread of any bundle's.
 */
class SteadyThread extends Thread {
    SteadyThread(@Nullable Runnable target, String name) {
        super(null, target, name, 0, false);
        setDaemon(true);
        setContextClassLoader(null);
    }

    /** Has no effect. */
    @Override
    public final void interrupt() {}

    /**
     * Runs something in a thread of its own and waits for its end, whether the caller is interrupted or not.
     *
     * @throws IOException from the work; so are its {@link RuntimeException} and {@link Error}
     */
    static <T> T call(String name, Callable<T> work) throws IOException {
        Outcome<T> outcome = new Outcome<>(work);
        Thread thread = new SteadyThread(outcome, name);
        thread.start();
        join(thread);
        return outcome.get();
    }

    /** Waits for the end of a thread, and keeps an interrupt for later. */
    static void join(Thread thread) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Written by the thread that works, read after its end. */
    private static final class Outcome<T> implements Runnable {
        private final Callable<T> work;
        private @Nullable T value;
        private @Nullable Throwable failure;

        Outcome(Callable<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                value = work.call();
            } catch (Throwable e) {
                failure = e;
            }
        }

        T get() throws IOException {
            if (failure instanceof IOException told) {
                throw told;
            }
            if (failure instanceof RuntimeException told) {
                throw told;
            }
            if (failure instanceof Error told) {
                throw told;
            }
            T result = value;
            if (result == null) {
                throw new IOException("no result", failure);
            }
            return result;
        }
    }
}
