package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * An instance of the engine over a {@link ScriptedProvider}, started by the first use and ended after each test; then
 * the provider must have seen no violation, and no thread of the instance may be left.
 */
@Timeout(60)
abstract class EngineTest {
    private static final AtomicInteger INSTANCES = new AtomicInteger();
    /** Held, because loggers are collectable. */
    private static final Logger LOGGER = Logger.getLogger("dev.penstock.aio");

    final ScriptedProvider provider = new ScriptedProvider();
    private final String name = "test" + INSTANCES.incrementAndGet();
    private final Map<String, Object> configuration = new TreeMap<>(Map.of("name", name, "close.timeout.ms", 2000));
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger paths = new AtomicInteger();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Handler toWarnings = new Handler() {
        @Override
        public void publish(LogRecord warning) {
            warnings.add(warning.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Instance instance;
    private AsyncIo io;

    @BeforeEach
    void catchWarnings() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(toWarnings);
    }

    @AfterEach
    void endTheInstance() {
        LOGGER.removeHandler(toWarnings);
        boolean interrupted = Thread.interrupted();
        provider.script(new Script());
        provider.release();
        for (Thread thread : threads) {
            thread.interrupt();
            Bounded.join(thread);
        }
        if (instance != null) {
            instance.stop();
        }
        assertThat(interrupted).as("the test left its thread interrupted").isFalse();
        assertThat(provider.violations()).isEmpty();
        await("no thread of the instance is left", () -> threadsOfTheInstance().isEmpty());
    }

    final List<Thread> threadsOfTheInstance() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("penstock-" + name + "-"))
                .toList();
    }

    /** Waits until no keeper has anything to do but to look, now and then, at what a lane has in flight. */
    final void awaitKeepersParked() {
        await(
                "the keepers park",
                () -> threadsOfTheInstance().stream()
                        .filter(each -> each.getName().contains("-keeper-"))
                        .allMatch(each -> each.getState() == Thread.State.WAITING || collects(each)));
    }

    /** The keeper of the first lane, once it runs. */
    final Thread keeper() {
        await("the keeper runs", () -> !keepers().isEmpty());
        return keepers().get(0);
    }

    private List<Thread> keepers() {
        return threadsOfTheInstance().stream()
                .filter(each -> each.getName().endsWith("-keeper-0"))
                .toList();
    }

    private boolean collects(Thread keeper) {
        String keeperName = keeper.getName();
        int lane = Integer.parseInt(keeperName.substring(keeperName.lastIndexOf('-') + 1));
        return provider.delivery == ScriptedProvider.Delivery.COLLECTED
                && provider.backend().lane(lane).outstanding() > 0;
    }

    // ---- the instance

    /** Sets an attribute of the configuration; before the first use. */
    final void configure(String attribute, Object value) {
        configuration.put(attribute, value);
    }

    /** An instance that does not know the provider yet. */
    final Instance bare() {
        if (instance == null) {
            instance = new Instance(configuration);
        }
        return instance;
    }

    final Instance instance() {
        if (io == null) {
            bare().add(provider, provider.ranking());
            io = instance.user("the test");
        }
        return instance;
    }

    final AsyncIo io() {
        instance();
        return io;
    }

    /** What was logged for operators since the test began. */
    final List<String> warnings() {
        return warnings;
    }

    /** The value of a counter. */
    final long count(String counter) {
        Long value = instance().stats().get(counter);
        assertThat(value).as(counter).isNotNull();
        return value;
    }

    final AsyncFile open() throws AioException {
        return io().open(newPath(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    final AsyncFile openToAppend() throws AioException {
        return io().open(newPath(), StandardOpenOption.APPEND);
    }

    final Path newPath() {
        return Path.of("/penstock/scripted/" + paths.incrementAndGet());
    }

    /** The file of the backend that was opened last. */
    final ScriptedFile scripted() {
        List<ScriptedFile> files = provider.backend().files();
        return files.get(files.size() - 1);
    }

    /** A block with a direct buffer of its own. */
    final ControlBlock block(AsyncFile file, int bytes, long offset) throws AioException {
        return io().controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocateDirect(bytes))
                .offset(offset);
    }

    /** Waits for a block and collects its result, which must be a success. */
    final long success(ControlBlock block) throws AioException {
        assertThat(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT))
                .as("done in time")
                .isTrue();
        assertThat(io().error(block)).isEqualTo(Errno.SUCCESS);
        return io().result(block);
    }

    /** Waits for a block, which must fail, and collects it. */
    final Errno failure(ControlBlock block) throws AioException {
        assertThat(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT))
                .as("done in time")
                .isTrue();
        Errno errno = io().error(block);
        assertThat(io().result(block)).isEqualTo(-1);
        return errno;
    }

    /** Waits until a block is done, without a call that flushes, collects or drives. */
    final void awaitUndriven(ControlBlock block) {
        await("the end of " + block, () -> !block.isBusy());
    }

    static void await(String what, BooleanSupplier condition) {
        Bounded.await(what, condition);
    }

    // ---- threads

    /** A task in a thread of its own. */
    final <T> FutureTask<T> background(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        start(new Thread(future, "test-background"));
        return future;
    }

    /** A task in a thread whose requests go to a lane. */
    final <T> FutureTask<T> onLane(int lane, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread;
        do {
            thread = new Thread(future, "test-lane-" + lane);
        } while (laneOf(thread) != lane);
        start(thread);
        return future;
    }

    private void start(Thread thread) {
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @SuppressWarnings("deprecation") // threadId() came with Java 19
    static long threadId(Thread thread) {
        return thread.getId();
    }

    private int laneOf(Thread thread) {
        return (int) threadId(thread) & (provider.lanes - 1);
    }
}
