package dev.penstock.aio.engine;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.AioProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One instance of the engine: what its users share. */
final class Engine {
    private static final int CHORE_THREADS = 2;

    private final Config config;
    private final Stats stats = new Stats();
    private final Warnings warnings = new Warnings();
    private final Admission admission;
    private final Notifier notifier;
    private final LeasePool leases;
    private final Copies copies;
    private final Backends backends;
    private final Mover mover;
    private final TapPoint tapPoint = new TapPoint(this);
    private final ScheduledThreadPoolExecutor chores;
    private final Set<Consumer> consumers = ConcurrentHashMap.newKeySet();

    Engine(Config config) {
        this.config = config;
        this.admission = new Admission(config.maxRequests());
        this.notifier = new Notifier(config.name(), config.callbackThreads(), stats, warnings);
        this.leases = new LeasePool(this);
        this.copies = new Copies(leases, config.maxCopiedBytes(), config.maxCopiedBytesPerConsumer(), Copies.TURN_NS);
        this.backends = new Backends(this);
        this.mover = new Mover(this);
        this.chores = startChores();
    }

    /**
     * Starts the threads of the chores: a file that is to be closed when there is no thread to be had must end too.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    private ScheduledThreadPoolExecutor startChores() {
        ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(
                CHORE_THREADS, Threads.numbered("penstock-" + config.name() + "-chores-"));
        started.setRemoveOnCancelPolicy(true);
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        try {
            started.prestartAllCoreThreads();
        } catch (Error noThread) {
            started.shutdown();
            notifier.stop();
            throw noThread;
        }
        return started;
    }

    Config config() {
        return config;
    }

    String name() {
        return config.name();
    }

    Stats stats() {
        return stats;
    }

    Admission admission() {
        return admission;
    }

    Notifier notifier() {
        return notifier;
    }

    LeasePool leases() {
        return leases;
    }

    Copies copies() {
        return copies;
    }

    /** Where the notification service is put on. */
    TapPoint tapPoint() {
        return tapPoint;
    }

    Backends backends() {
        return backends;
    }

    Mover mover() {
        return mover;
    }

    /** Makes the calls of a user, who is to be {@linkplain Consumer#end ended} by whoever asked for him. */
    Consumer consumer(String user, long owner) {
        Consumer consumer = new Consumer(this, user, owner);
        consumers.add(consumer);
        return consumer;
    }

    /** Makes the calls of a program whose end is the end of the instance. */
    Standalone program() {
        Program program = new Program(this);
        consumers.add(program);
        return program;
    }

    void ended(Consumer consumer) {
        consumers.remove(consumer);
    }

    Set<Consumer> consumers() {
        return consumers;
    }

    /** Returns every open file of every user. */
    List<OpenFile> files() {
        List<OpenFile> files = new ArrayList<>();
        consumers.forEach(consumer -> files.addAll(consumer.files()));
        return files;
    }

    void addAll(List<? extends AioProvider> providers) {
        providers.forEach(provider -> backends.add(provider, provider.ranking()));
    }

    /**
     * Runs a chore, which may block for as long as a close of a descriptor does; null if it was run at once, because
     * the engine has stopped or memory is out.
     */
    @Nullable
    Future<?> later(Runnable chore, long delayNs) {
        try {
            return chores.schedule(chore, delayNs, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            chore.run();
            return null;
        }
    }

    /** Runs a chore as soon as a thread is free. */
    void soon(Runnable chore) {
        try {
            chores.execute(chore);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            chore.run();
        }
    }

    Warnings warnings() {
        return warnings;
    }

    /** Closes what users left, then the backends and every thread. However much is stuck, the time is that of one close. */
    void stop() {
        long deadline = System.nanoTime() + config.closeTimeoutNs();
        mover.stop();
        List<Consumer> ending = consumers.stream().filter(Consumer::beginEnd).toList();
        ending.forEach(consumer -> consumer.awaitEnd(deadline));
        backends.closeAll(deadline);
        mover.end();
        notifier.stop();
        chores.shutdown();
    }
}
