package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What users do while the provider under their files changes: reads, writes, appends, syncs, cancels and lists over
 * several files from platform and virtual threads; and the proof that nothing of it was lost, done twice or failed. Who
 * runs it changes the providers meanwhile.
 *
 * <p>Each thread has places of its own in every file and knows what it wrote there last; so every read and, in the end,
 * every place is checked. A record that is appended names its thread and number, so that it is found once and in order.
 */
public final class SwapWorkload {
    /** What is counted. */
    public enum What {
        /** A read whose bytes were checked. */
        READ,
        /** A write that was read afterwards. */
        WRITE,
        /** A record that was found once and in order. */
        APPEND,
        /** A sync that was not before what it covers, where that is observed. */
        SYNC,
        /** A request that was canceled and left no trace. */
        CANCELED,
        /** A request that was to be canceled and was carried out. */
        NOT_CANCELED,
        /** A list of several requests. */
        LIST
    }

    private static final int FILES_WRITTEN = 12;
    private static final int FILES_APPENDED = 4;
    private static final int THREADS = 4;
    /** How much longer than asked it goes on at most, until enough has happened. */
    private static final Duration LONGER = Duration.ofMinutes(2);

    private final AsyncIo io;
    private final Path directory;
    private final long seed;
    private final SyncWitness witness;
    private final List<AsyncFile> written = new ArrayList<>();
    private final List<AppendLog> appended = new ArrayList<>();
    private final Map<What, LongAdder> counts = new EnumMap<>(What.class);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean over;

    /**
     * Makes a workload.
     *
     * @param io by whom
     * @param directory where its files are
     * @param seed of what is drawn
     * @param witness who sees every sync that is carried out; {@link SyncWitness#NONE} if there is nobody
     */
    public SwapWorkload(AsyncIo io, Path directory, long seed, SyncWitness witness) {
        this.io = io;
        this.directory = directory;
        this.seed = seed;
        this.witness = witness;
        for (What what : What.values()) {
            counts.put(what, new LongAdder());
        }
    }

    /**
     * Opens the files and runs the threads for some time, and where the machine is slow for two minutes more, until enough
     * has happened.
     *
     * @param time how long
     * @param meanwhile called again and again until it is over: changes something among the providers
     * @throws AssertionError with the seed, if anything went wrong
     */
    public void run(Duration time, Meanwhile meanwhile) throws Exception {
        open();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SwapWorker worker = new SwapWorker(this, i, seed + i);
            running.incrementAndGet();
            threads.add(start(i, () -> work(worker)));
        }
        long end = System.nanoTime() + time.toNanos();
        try {
            while (failures.isEmpty() && goesOn(end, meanwhile)) {
                meanwhile.step();
            }
        } finally {
            over = true;
            meanwhile.end();
        }
        for (Thread thread : threads) {
            TimeUnit.MILLISECONDS.timedJoin(thread, Bounded.LIMIT.toMillis());
        }
        requireGood();
        for (AsyncFile file : written) {
            file.close();
        }
        for (AppendLog log : appended) {
            log.check(this);
            log.file().close();
        }
        requireGood();
    }

    private static boolean goesOn(long end, Meanwhile meanwhile) throws Exception {
        long over = System.nanoTime() - end;
        return over < 0 || over < LONGER.toNanos() && !meanwhile.isEnough();
    }

    /** What happens while a workload runs. */
    @FunctionalInterface
    public interface Meanwhile {
        /** Does one step, which takes some time. */
        void step() throws Exception;

        /** Asks, once the time is over, whether so much has happened that it may end. */
        default boolean isEnough() throws Exception {
            return true;
        }

        /** It is over: sees to it that there is a provider, for what is under way waits for one. */
        default void end() throws Exception {}
    }

    private void open() throws AioException {
        for (int i = 0; i < FILES_WRITTEN; i++) {
            written.add(io.open(
                    directory.resolve("written" + i),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
        }
        for (int i = 0; i < FILES_APPENDED; i++) {
            appended.add(new AppendLog(io.open(
                    directory.resolve("appended" + i),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.APPEND)));
        }
    }

    private void work(SwapWorker worker) {
        try {
            while (!over && failures.isEmpty()) {
                worker.step();
            }
            worker.checkAll();
        } catch (Throwable e) {
            failures.add(e);
        } finally {
            running.decrementAndGet();
        }
    }

    /** Every second thread is virtual, where there are such. */
    private static Thread start(int number, Runnable work) throws ReflectiveOperationException {
        if (number % 2 == 1 && Runtime.version().feature() >= 21) {
            try {
                return (Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, work);
            } catch (InvocationTargetException e) {
                throw new AssertionError(e.getCause());
            }
        }
        Thread thread = new Thread(work, "penstock-swap-workload-" + number);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void requireGood() {
        if (!failures.isEmpty() || running.get() > 0) {
            AssertionError failure = new AssertionError("seed " + seed + ": " + failures.size() + " failures, "
                    + running.get() + " threads that did not end, after " + report());
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Returns how often each thing was done. */
    public Map<What, Long> counts() {
        Map<What, Long> sums = new EnumMap<>(What.class);
        counts.forEach((what, count) -> sums.put(what, count.sum()));
        return sums;
    }

    /** Returns the counts in one line. */
    public String report() {
        return counts().toString();
    }

    void count(What what) {
        counts.get(what).increment();
    }

    AsyncIo io() {
        return io;
    }

    SyncWitness witness() {
        return witness;
    }

    List<AsyncFile> written() {
        return written;
    }

    List<AppendLog> appended() {
        return appended;
    }

    void failed(String what) throws IOException {
        throw new IOException(what);
    }
}
