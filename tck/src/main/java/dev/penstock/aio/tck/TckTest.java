package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.Request;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * What every test of the contract stands on: a fresh instance and a directory for each test, and waits that end.
 *
 * <p>What a test starts by these methods is ended after it, held transfers first.
 *
 * <p>Each test runs in a thread of its own, so that also a wait that no interrupt ends, as that of a close, fails the
 * test in time instead of keeping the others from running.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
@ExtendWith(AssertionReport.class)
public abstract class TckTest extends InstanceTest {
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private UnderTest underTest;
    private ExecutorService background;

    /** For the tests that stand on this. */
    protected TckTest() {}

    @BeforeEach
    @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
    void startTheInstance() {
        background = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "penstock-tck-background");
            thread.setDaemon(true);
            return thread;
        });
        underTest = start(configuration());
    }

    @AfterEach
    @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
    void endWhatWasStarted() throws Exception {
        Thread.interrupted();
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
        background.shutdownNow();
    }

    /** Returns the engine's configuration for the tests of a class; a class overrides it. */
    protected Map<String, ?> configuration() {
        return Map.of();
    }

    /** Starts a further instance, closed after the test. */
    protected final UnderTest start(Map<String, ?> configuration) {
        UnderTest started = Tck.factory().start(configuration);
        toClose.push(started);
        return started;
    }

    /** Returns a race, closed after the test. */
    protected final Race race() {
        Race race = new Race();
        toClose.push(race);
        return race;
    }

    /** Returns this test's instance with its faults. */
    protected final UnderTest underTest() {
        return underTest;
    }

    @Override
    protected final AsyncIo io() {
        return underTest.io();
    }

    /** Returns the faults of this test's instance. */
    protected final Faults faults() {
        return underTest.faults();
    }

    /** Keeps transfers of some kinds running, of every kind if none is named. */
    protected final Hold hold(TransferKind... kinds) {
        return faults().hold(kinds.length == 0 ? transfer -> true : Faults.kind(kinds));
    }

    /** Runs something in another thread, which is interrupted after the test. */
    protected final <T> Future<T> background(Callable<T> task) {
        return background.submit(task);
    }

    /** Returns an executor of the caller of callbacks, with threads of its own. */
    protected final Executor executor() {
        return background;
    }

    /** Goes on if the provider claims a capability; else asserts that it refuses, and reports the test as not run. */
    protected final void assumeCapability(String capability, Path path, OpenOption... options) throws AioException {
        if (!io().provider().capabilities().contains(capability)) {
            expectErrno(Errno.EOPNOTSUPP, () -> open(path, options));
            Assumptions.abort("the provider refuses what it does not claim: " + capability);
        }
    }

    /** Opens a file that passes the page cache by; aborts the test where the provider or the file system cannot. */
    protected final AsyncFile openDirect(Path path, OpenOption... options) throws IOException {
        return openDirect(FileOption.DIRECT, path, options);
    }

    /** As {@link #openDirect(Path, OpenOption...)}, by an option that means it. */
    protected final AsyncFile openDirect(OpenOption direct, Path path, OpenOption... options) throws IOException {
        OpenOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = direct;
        assumeCapability("DIRECT", path, all);
        JdkDirect.assumePossibleIn(directory);
        return open(path, all);
    }

    /** Returns a block for a buffer of a file. */
    protected final ControlBlock block(AsyncFile file, ByteBuffer buffer, long offset) throws AioException {
        return io().controlBlock().file(file).buffer(buffer).offset(offset);
    }

    /** Returns a block to write bytes of {@link Pattern} with a seed of 0. */
    protected final ControlBlock writeBlock(AsyncFile file, int bytes, long offset) throws AioException {
        return block(file, Pattern.direct(bytes, 0, offset), offset);
    }

    /** Starts a read, waits for its end and collects its result, which must be a success. */
    protected final long readAndWait(ControlBlock block) throws AioException {
        io().read(block);
        return success(block);
    }

    /** Starts a write, waits for its end and collects its result, which must be a success. */
    protected final long writeAndWait(ControlBlock block) throws AioException {
        io().write(block);
        return success(block);
    }

    /** Waits for the end of a block's request, and asserts that it failed with an error and has the result -1. */
    protected final void failure(Errno expected, ControlBlock block) throws AioException {
        awaitDone(block);
        assertEquals(expected, io().error(block));
        assertEquals(-1, io().result(block));
    }

    /** Waits for a request and returns its answer. */
    protected static <T> T answer(Request<T> request) throws AioException {
        try {
            return request.await(Bounded.LIMIT);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + Bounded.LIMIT + ": " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the waiting test was interrupted", e);
        }
    }

    /** Asserts that something throws an {@link AioException} with an errno, and returns it. */
    protected static AioException expectErrno(Errno expected, Executable executable) {
        AioException refusal = assertThrows(AioException.class, executable);
        assertEquals(expected, refusal.errno(), refusal::getMessage);
        return refusal;
    }

    /** Waits for a request and asserts that it fails with an errno; returns the failure. */
    protected static AioException expectFailure(Errno expected, Request<?> request) {
        return expectErrno(expected, () -> answer(request));
    }
}
