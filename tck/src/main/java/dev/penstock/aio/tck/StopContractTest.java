package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * The end of an instance in plain Java: what runs ends, what is queued is canceled, and nothing of it is left. In a
 * container the instance ends with its bundle, which the container's tests show.
 */
class StopContractTest extends TckTest {
    /** Loops that start and stop instances at the same time, and how often each does. */
    private static final int TEARDOWN_LOOPS = 2;

    private static final int TEARDOWNS = 100;

    /** One request of each lane at a time is at the provider, so that the others wait in the engine. */
    @Override
    protected Map<String, ?> configuration() {
        return Map.of("window", 1, "close.timeout.ms", 60_000);
    }

    private Standalone standalone(UnderTest underTest) {
        assumeTrue(underTest.io() instanceof Standalone, "this instance is ended by its container");
        return (Standalone) underTest.io();
    }

    private Future<?> stopping() {
        return stopping(underTest());
    }

    private Future<?> stopping(UnderTest each) {
        Standalone io = standalone(each);
        return background(() -> {
            io.close();
            return null;
        });
    }

    private List<Request<Long>> fourWrites(AsyncFile file) {
        List<Request<Long>> requests = new ArrayList<>();
        for (long offset = 0; offset < 2048; offset += 512) {
            requests.add(file.write(Pattern.direct(512, 0, offset), offset));
        }
        return requests;
    }

    @Test
    void whatRunsEndsWhatIsQueuedIsCanceledAndEveryFileIsClosed() throws IOException {
        AsyncFile file = newFile("f");
        AsyncFile idle = newFile("idle");
        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> accepted = fourWrites(file);
        hold.awaitHeld(1);

        Future<?> stopping = stopping();

        for (Request<Long> queued : accepted.subList(1, 4)) {
            expectFailure(Errno.ECANCELED, queued);
        }
        assertFalse(accepted.get(0).isDone());
        assertFalse(stopping.isDone());
        hold.release();
        Bounded.get(stopping);
        assertEquals(512, answer(accepted.get(0)));
        assertFalse(file.isOpen());
        assertFalse(idle.isOpen());
        Pattern.checkFile(path("f"), 0, 512);
        assertEquals(0, Descriptors.of(path("f")));
        assertEquals(0, Descriptors.of(path("idle")));
    }

    @Test
    void whileItStopsNewRequestsAreRefusedWithENXIO() throws IOException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, 512, 512);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> running = file.write(Pattern.heap(512, 0, 0), 0);
        Request<Long> queued = file.write(Pattern.heap(512, 0, 512), 512);
        hold.awaitHeld(1);

        Future<?> stopping = stopping();
        expectFailure(Errno.ECANCELED, queued);

        assertRefused(file, block);
        hold.release();
        Bounded.get(stopping);
        assertEquals(512, answer(running));
        assertRefused(file, block);
    }

    private void assertRefused(AsyncFile file, ControlBlock block) throws AioException {
        expectErrno(Errno.ENXIO, () -> io().write(block));
        expectErrno(Errno.ENXIO, () -> io().read(block));
        expectErrno(Errno.ENXIO, () -> io().sync(SyncMode.FULL, block));
        expectFailure(Errno.ENXIO, file.write(ByteBuffer.allocate(1), 0));
        expectFailure(Errno.ENXIO, file.sync(SyncMode.DATA));
        expectErrno(Errno.ENXIO, () -> io().open(path("new"), WRITE, CREATE));
        assertFalse(path("new").toFile().exists());
        assertFalse(block.isBusy());
    }

    @Test
    void aStartThatRacesWithTheStopIsRefusedOrEndsAndIsToldOnce() throws AioException {
        Race race = race();
        int accepted = 0;
        for (int round = 0; round < Race.ROUNDS; round++) {
            try (UnderTest each = Tck.factory().start(configuration())) {
                Standalone io = standalone(each);
                AsyncFile file = io.open(path("f"), WRITE, CREATE);
                Told told = new Told();
                ControlBlock block = writeBlock(each, file).sigEvent(SigEvent.call(told));
                AtomicBoolean isAccepted = new AtomicBoolean();

                race.run(() -> isAccepted.set(isStarted(io, block)), io::close);

                if (isAccepted.get()) {
                    Errno end = io.error(block);
                    assertTrue(end == Errno.SUCCESS || end == Errno.ECANCELED, end::toString);
                    assertEquals(end == Errno.SUCCESS ? 512 : -1, io.result(block));
                    assertEquals(end, told.awaitOne().error());
                    accepted++;
                }
                assertFalse(block.isBusy());
                told.assertCount(isAccepted.get() ? 1 : 0);
            }
        }
        System.out.println("start against stop: " + accepted + " of " + Race.ROUNDS + " accepted");
    }

    private static boolean isStarted(AsyncIo io, ControlBlock block) {
        try {
            io.write(block);
            return true;
        } catch (AioException e) {
            assertEquals(Errno.ENXIO, e.errno(), e::getMessage);
            return false;
        }
    }

    @Test
    void everyRequestIsToldOnceThoughTheInstanceStops() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<Told> told = new ArrayList<>();
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            told.add(new Told());
            blocks.add(writeBlock(file, 8, 8L * i).sigEvent(SigEvent.call(told.get(i))));
            io().write(blocks.get(i));
        }
        hold.awaitHeld(1);

        Future<?> stopping = stopping();
        Bounded.await("the queued ones to end", () -> told.stream().skip(1).allMatch(one -> one.count() > 0));
        hold.release();
        Bounded.get(stopping);

        assertEquals(Errno.SUCCESS, told.get(0).awaitOne().error());
        for (Told one : told.subList(1, 8)) {
            assertEquals(Errno.ECANCELED, one.awaitOne().error());
        }
        told.forEach(one -> one.assertCount(1));
        assertEquals(8, io().result(blocks.get(0)));
        assertEquals(-1, io().result(blocks.get(7)));
    }

    @Test
    void aRequestThatNeverEndsDoesNotHoldTheStopForEver() throws AioException {
        UnderTest hasty = start(Map.of("close.timeout.ms", 100));
        Standalone io = standalone(hasty);
        AsyncFile file = io.open(path("f"), WRITE, CREATE);
        Hold hold = hasty.faults().hold(Faults.kind(TransferKind.WRITE));
        ControlBlock block =
                io.controlBlock().file(file).buffer(Pattern.direct(8, 0, 0)).sigEvent(SigEvent.call(new Told()));
        io.write(block);
        hold.awaitHeld(1);

        Bounded.get(background(() -> {
            io.close();
            return null;
        }));

        assertEquals(Errno.EINPROGRESS, io.error(block), "told as ended while the provider had it");
    }

    @Test
    void aSecondStopHasNoEffect() throws AioException {
        Standalone io = standalone(underTest());
        AsyncFile file = newFile("f");
        io.close();

        io.close();

        assertFalse(file.isOpen());
    }

    @Test
    void answersAndResultsOutliveTheInstance() throws AioException {
        Standalone io = standalone(underTest());
        AsyncFile file = newFile("f");
        Request<Long> request = file.write(Pattern.heap(512, 0, 0), 0);
        ControlBlock block = writeBlock(file, 8, 0);
        io.write(block);
        awaitDone(block);

        io.close();

        assertEquals(512, answer(request));
        assertEquals(Errno.SUCCESS, io.error(block));
        assertEquals(8, io.result(block));
    }

    @Test
    void aLeaseMayBeReleasedAfterTheStop() throws AioException {
        Standalone io = standalone(underTest());
        Lease lease = io.lease(4096);

        io.close();
        lease.close();

        expectErrno(Errno.ENXIO, () -> io.lease(4096));
    }

    @Test
    void waitersAreWokenByTheStop() throws AioException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ControlBlock running = writeBlock(file, 8, 0);
        io().write(running);
        ControlBlock queued = writeBlock(file, 8, 8);
        io().write(queued);
        hold.awaitHeld(1);
        Future<Boolean> waiting = background(() -> io().suspend(new ControlBlock[] {queued}, Bounded.LIMIT));

        Future<?> stopping = stopping();

        assertTrue(Bounded.get(waiting));
        hold.release();
        Bounded.get(stopping);
    }

    @Test
    @Asserts("URING-read-before-exit")
    void requestsWhoseThreadsAreGoneEndWithTheInstance() throws IOException {
        fileOf("f", 4096);
        for (int teardown = 0; teardown < 20; teardown++) {
            UnderTest each = start(configuration());
            requestsOfDeadThreadsEndWith(each, Race.ROUNDS / 20);
        }
    }

    private void requestsOfDeadThreadsEndWith(UnderTest each, int threads) throws AioException {
        AsyncFile file = each.io().open(path("f"), READ);
        Hold hold = each.faults().hold(Faults.kind(TransferKind.READ));
        List<Request<Long>> reads = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread submitter = new Thread(() -> {
                reads.add(file.read(ByteBuffer.allocateDirect(64), 0));
                reads.add(file.read(ByteBuffer.allocateDirect(64), 64));
            });
            submitter.start();
            Bounded.join(submitter);
        }
        hold.awaitHeld(1);

        Future<?> stopping = stopping(each);
        Bounded.await("what is queued to end", () -> ended(reads).size() == reads.size() - hold.held());
        List<Request<Long>> queued = ended(reads);
        hold.release();

        Bounded.get(stopping);
        for (Request<Long> read : reads) {
            if (queued.contains(read)) {
                expectFailure(Errno.ECANCELED, read);
            } else {
                assertEquals(64, answer(read));
            }
        }
    }

    private static List<Request<Long>> ended(List<Request<Long>> requests) {
        return requests.stream().filter(Request::isDone).toList();
    }

    @Test
    @Asserts("URING-io-wq-exit")
    void anIdleInstanceStopsWithoutWaitingForItsTimeLimit() throws AioException {
        UnderTest patient = start(Map.of("close.timeout.ms", 600_000));
        Standalone io = standalone(patient);
        answer(io.open(path("f"), WRITE, CREATE).write(ByteBuffer.allocate(8), 0));

        Bounded.get(background(() -> {
            io.close();
            return null;
        }));
    }

    @Test
    void noThreadOfAnInstanceKeepsTheProcessAlive() throws AioException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        UnderTest busy = start(Map.of());
        runSomething(busy, path("f"));

        Set<Thread> ours = new HashSet<>(Thread.getAllStackTraces().keySet());
        ours.removeAll(before);

        ours.forEach(thread -> assertTrue(thread.isDaemon(), () -> "not a daemon: " + thread));
    }

    @Test
    @Asserts("URING-teardown-loop")
    void anInstanceThatStopsLeavesNoThreadAndNoDescriptor() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        List<Future<?>> loops = new ArrayList<>();
        for (int i = 0; i < TEARDOWN_LOOPS; i++) {
            Path own = path("f-" + i);
            loops.add(background(() -> {
                Rounds rounds = new Rounds(TEARDOWNS);
                while (rounds.next()) {
                    try (UnderTest each = Tck.factory().start(Map.of())) {
                        runSomething(each, own);
                    }
                }
                return null;
            }));
        }
        loops.forEach(Bounded::get);

        Bounded.await(
                "the threads to end, but there are " + left(before),
                () -> left(before).isEmpty());
        for (int i = 0; i < TEARDOWN_LOOPS; i++) {
            assertEquals(0, Descriptors.of(path("f-" + i)));
        }
    }

    @Test
    @Asserts("ART-close-in-callback-b")
    void theInstanceStopsThoughACallbackIsInCodeOfItsUser() throws AioException {
        for (int round = 0; round < 10; round++) {
            UnderTest each = start(configuration());
            AsyncFile file = each.io().open(path("f"), WRITE, CREATE);
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            CountDownLatch left = new CountDownLatch(1);
            Told second = new Told();
            SigEvent blocking = SigEvent.call(notification -> {
                entered.countDown();
                Bounded.await(leave);
                left.countDown();
            });
            each.io().write(writeBlock(each, file).sigEvent(blocking));
            Bounded.await(entered);
            each.io().write(writeBlock(each, file).sigEvent(SigEvent.call(second)));

            Future<?> stopping = stopping(each);
            Bounded.await("the file to be closed", () -> !file.isOpen());
            leave.countDown();

            Bounded.get(stopping);
            Bounded.await(left);
            second.awaitOne();
            second.assertCount(1);
        }
    }

    private static ControlBlock writeBlock(UnderTest each, AsyncFile file) throws AioException {
        return each.io().controlBlock().file(file).buffer(Pattern.direct(512, 0, 0));
    }

    private void runSomething(UnderTest each, Path path) throws AioException {
        standalone(each);
        AsyncFile file = each.io().open(path, READ, WRITE, CREATE);
        CountDownLatch told = new CountDownLatch(1);
        each.io().write(writeBlock(each, file).sigEvent(SigEvent.call(notification -> told.countDown())));
        Bounded.await(told);
        answer(file.sync(SyncMode.DATA));
        assertEquals(512, answer(file.read(ByteBuffer.allocate(512), 0)));
    }

    /** Returns the threads that came since, but for those of the JVM and of the tests themselves. */
    private static List<Thread> left(Set<Thread> before) {
        List<Thread> since = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean isOfTests = thread.getName().startsWith("penstock-tck");
            if (!before.contains(thread) && thread.isAlive() && !isOfTests && isOurs(thread)) {
                since.add(thread);
            }
        }
        return since;
    }

    private static boolean isOurs(Thread thread) {
        return thread.getName().contains("penstock");
    }
}
