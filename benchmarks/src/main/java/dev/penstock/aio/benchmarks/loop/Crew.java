package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The submitting threads of a work, each with its loop. A loop is made, used and closed by its own thread alone; between
 * the calls all are idle.
 */
public final class Crew implements AutoCloseable {
    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<Loop> loops = new ArrayList<>();
    /** Written by the thread that calls {@link #run}, read after each step. */
    private volatile boolean isOver;

    /**
     * What they did together.
     *
     * @param requests how many ended
     * @param nanos from the start of all until the last was idle again
     */
    public record Turn(long requests, long nanos) {}

    /** Makes the threads, and each its loop. */
    public Crew(Client client, int size) throws Exception {
        try {
            for (int i = 0; i < size; i++) {
                int number = i;
                ExecutorService thread =
                        Executors.newSingleThreadExecutor(task -> new Thread(task, "submit-" + number));
                threads.add(thread);
                loops.add(result(thread.submit(() -> client.loop(number))));
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /**
     * Starts all together, lets them work, and ends what is in flight. They read no clock: they are told when it is
     * over.
     *
     * @param meter told when all are about to start, and when all are idle again
     */
    public Turn run(long nanos, Meter meter) throws Exception {
        isOver = false;
        CountDownLatch ready = new CountDownLatch(loops.size());
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(loops.size());
        List<Future<Long>> counts = submit(loop -> {
            ready.countDown();
            go.await();
            try {
                return work(loop);
            } finally {
                ended.countDown();
            }
        });
        ready.await();
        meter.begin();
        long sinceNs = System.nanoTime();
        go.countDown();
        // Over before its time only if all fail.
        boolean failed = ended.await(nanos, TimeUnit.NANOSECONDS);
        isOver = true;
        if (!failed) {
            ended.await();
        }
        long tookNs = System.nanoTime() - sinceNs;
        meter.end();
        return new Turn(sum(counts), tookNs);
    }

    private long work(Loop loop) throws Exception {
        long requests = 0;
        loop.fill();
        do {
            requests += loop.step();
        } while (!isOver);
        return requests + loop.drain();
    }

    /** Runs a turn that nobody meters. */
    public Turn run(long nanos) throws Exception {
        return run(nanos, Meter.NONE);
    }

    /** Tells all loops whom to tell how long requests take. */
    public void observe(@Nullable Latencies latencies) throws Exception {
        sum(submit(loop -> {
            loop.observe(latencies);
            return 0L;
        }));
    }

    /** Does something with each loop, one after the other. */
    public void each(Task task) throws Exception {
        for (int i = 0; i < loops.size(); i++) {
            Loop loop = loops.get(i);
            result(threads.get(i).submit(() -> {
                task.run(loop);
                return true;
            }));
        }
    }

    /** Something to do with a loop. */
    @FunctionalInterface
    public interface Task {
        /** Does it. */
        void run(Loop loop) throws Exception;
    }

    private interface Count {
        long of(Loop loop) throws Exception;
    }

    private List<Future<Long>> submit(Count count) {
        List<Future<Long>> counts = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            Loop loop = loops.get(i);
            Callable<Long> task = () -> count.of(loop);
            counts.add(threads.get(i).submit(task));
        }
        return counts;
    }

    /** Waits for all, whether one fails or not. */
    private static long sum(List<Future<Long>> counts) throws Exception {
        long sum = 0;
        Exception failure = null;
        for (Future<Long> count : counts) {
            try {
                sum += result(count);
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return sum;
    }

    private static <T> T result(Future<T> of) throws Exception {
        try {
            return of.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception known) {
                throw known;
            }
            throw e;
        }
    }

    /** Closes the loops and ends the threads. */
    @Override
    public void close() throws IOException {
        try {
            sum(submit(loop -> {
                loop.close();
                return 0;
            }));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            threads.forEach(ExecutorService::shutdown);
        }
    }
}
