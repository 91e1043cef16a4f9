package dev.penstock.aio.engine;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.ProviderSwitch.Cause;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings open files to the backend that they should be at: the best one, or any if theirs leaves or is broken. Each
 * file moves by itself, see {@link FileMove}.
 *
 * <p>Whenever something changes among the providers, it looks at every file. A file that is moving then, or that is
 * opened then, is looked at when that is done; so none is forgotten.
 */
final class Mover {
    /** Opens and closes may block; more of them than this at a time wait for one another. */
    static final int THREADS = 16;

    private static final long IDLE_SECONDS = 1;
    private static final long POLL_NS = 100_000;

    /** What never blocks needs few. */
    private static final int STEP_THREADS = 2;

    private final Engine engine;
    /** For opens at other backends. */
    private final ThreadPoolExecutor opens;
    /** For closes of descriptors. */
    private final ThreadPoolExecutor closes;
    /** For the steps of files whose transfers are held, which must not wait for opens and closes of others. */
    private final ThreadPoolExecutor steps;
    /** The ends of the time that files may be without a provider. */
    private final Map<OpenFile, Future<?>> waiting = new ConcurrentHashMap<>();

    private final AtomicBoolean retrying = new AtomicBoolean();
    private volatile boolean stopped;

    Mover(Engine engine) {
        this.engine = engine;
        this.opens = threads("mover", THREADS);
        this.closes = threads("closer", THREADS);
        this.steps = threads("switcher", STEP_THREADS);
    }

    private ThreadPoolExecutor threads(String what, int count) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Threads.numbered("penstock-" + engine.name() + "-" + what + "-"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Runs what may block for as long as an open does. */
    void open(Runnable work) {
        run(opens, work);
    }

    /** Runs what may block for as long as a close does. */
    void close(Runnable work) {
        run(closes, work);
    }

    /** Runs what blocks for nobody. */
    void step(Runnable work) {
        run(steps, work);
    }

    private void run(ThreadPoolExecutor threads, Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            engine.soon(work);
        }
    }

    // ---- what changes

    /**
     * Something changed among the providers: looks at every file, in a thread of its own.
     *
     * @param settleNs if more than 0, files that need not move look once more after this time
     */
    void reconsider(Cause cause, String provider, long settleNs) {
        if (stopped) {
            return;
        }
        look(new Switch(engine, cause, provider, engine.backends().choice()));
        if (settleNs > 0) {
            Runnable settled = () -> {
                engine.backends().changed();
                lookAgain(provider);
            };
            Future<?> unused = engine.later(settled, settleNs);
        }
    }

    /** Looks at every file once more, though what happened was told already. */
    private void lookAgain(String provider) {
        if (!stopped) {
            look(again(provider));
        }
    }

    /** A backend is still broken: looks whether what could not move can now. Told only if something does. */
    void retry(Bound broken) {
        if (!stopped) {
            look(new Switch(
                    engine, Cause.BROKEN, broken.name(), engine.backends().presentChoice(), false));
        }
    }

    private Switch again(String provider) {
        return new Switch(engine, Cause.ARRIVED, provider, engine.backends().presentChoice());
    }

    /** At the files that are open now: one that is opened from now on does not count as moved by this change. */
    private void look(Switch change) {
        List<OpenFile> files = engine.files();
        open(() -> {
            files.forEach(file -> consider(file, change));
            change.ended();
        });
    }

    /** A file was opened, or has moved, while something may have changed. */
    void opened(OpenFile file, int generation) {
        if (generation != engine.backends().generation()) {
            Switch change = again(file.backend().name());
            consider(file, change);
            change.ended();
        }
    }

    /** Moves a file, if it should and can. */
    private void consider(OpenFile file, Switch change) {
        boolean stays =
                stopped || file.order().isStranded() || engine.backends().isBest(file.backend());
        if (stays || !file.closing().tryHold()) {
            return;
        }
        FileMove move = new FileMove(file, engine, change);
        if (!file.beginMove(move)) {
            file.closing().released();
        } else if (stopped || !move.isStillRight()) {
            // Between the look and now it moved, or nothing of it is to move any more.
            file.forgetMove();
            file.closing().released();
        } else {
            change.begins();
            move.start();
        }
    }

    /** A move is over; the file has the next one if something changed meanwhile. */
    void ended(OpenFile file, FileMove move, Switch change) {
        if (move.isOutdated() && !file.order().isStranded()) {
            consider(file, change);
        }
        change.ended();
    }

    // ---- leaving

    /**
     * Moves every file of a backend away whose provider leaves. Returns when each has moved, or cannot; a file that is
     * opened or arrives meanwhile is one of them.
     */
    void leave(Bound bound) {
        if (stopped) {
            return;
        }
        Switch change =
                new Switch(engine, Cause.LEFT, bound.name(), engine.backends().choice());
        // Twice until a move gives up, which may have waited behind another one.
        long deadline = System.nanoTime() + 4 * engine.config().swapTimeoutNs();
        engine.files().forEach(file -> {
            FileMove move = file.move();
            if (move != null) {
                move.destinationLeaves(bound);
            }
        });
        while (moveAway(bound, change) && !stopped && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(this, POLL_NS);
        }
        change.ended();
    }

    /** Sees to it that every file is moving; false if none is left that could. */
    private boolean moveAway(Bound bound, Switch change) {
        boolean any = bound.isArriving();
        for (OpenFile file : bound.files()) {
            boolean isToMove = file.backend() == bound
                    && !file.order().isStranded()
                    && !file.closing().isDrained();
            any |= isToMove;
            if (isToMove && file.move() == null) {
                consider(file, change);
            }
        }
        return any;
    }

    // ---- no provider

    /** A file is without a provider from now on. */
    void waits(OpenFile file, Bound none) {
        Runnable tooLong = () -> {
            waiting.remove(file);
            file.order().strand(Errno.ENXIO, none);
        };
        Future<?> end = engine.later(tooLong, engine.config().providerWaitNs());
        if (end != null) {
            waiting.put(file, end);
            retryLater();
        }
    }

    /** A provider that could not be started may be a while later. */
    private void retryLater() {
        if (retrying.compareAndSet(false, true)) {
            Future<?> unused = engine.later(
                    () -> {
                        retrying.set(false);
                        if (!stopped && engine.files().stream().anyMatch(Mover::hasNoProvider)) {
                            lookAgain(NoProvider.NAME);
                            retryLater();
                        }
                    },
                    KnownProvider.RESTART_NS);
        }
    }

    private static boolean hasNoProvider(OpenFile file) {
        return file.backend().isNowhere() && !file.order().isStranded();
    }

    /** It has one again, or needs none any more. */
    void waitsNoLonger(OpenFile file) {
        Future<?> end = waiting.remove(file);
        if (end != null) {
            end.cancel(false);
        }
    }

    // ---- the end

    /** Moves nothing any more; a file that is moving stays where it is. */
    void stop() {
        stopped = true;
        engine.files().forEach(file -> {
            FileMove move = file.move();
            if (move != null) {
                move.giveUp("the instance stops");
            }
        });
    }

    /** Ends the threads. */
    void end() {
        opens.shutdown();
        steps.shutdown();
        closes.shutdown();
    }
}
