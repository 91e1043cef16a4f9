package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Faults;
import dev.penstock.aio.tck.Hold;
import dev.penstock.aio.tck.TransferRecord;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** The bundle of a provider stops while files are open: they go on with the next one, or wait for it. */
@InContainer
class ProviderStopIT extends ContainerTest {
    private AsyncIo io;
    private Bundle provider;
    private Faults faults;

    private void configure(Object... configuration) throws Exception {
        configuration(ENGINE).update(properties(configuration));
        ConfigurationFence.await(context);
        io = service(AsyncIo.class);
    }

    /** Configures the default instance and binds a provider of a bundle of its own. */
    private void bind(Object... configuration) throws Exception {
        configure(configuration);
        provider = start("faulting", TestBundle.empty("faulting"));
        FaultingProvider faulting = new FaultingProvider(StandIn.named("faulting", nio()));
        faults = faulting.faults();
        endAfterwards(faults::clear);
        provider.getBundleContext().registerService(AioProvider.class, faulting, ranking(100));
        assertEquals("faulting", io.provider().name());
    }

    private AsyncFile open(String name, OpenOption... more) throws AioException {
        Set<OpenOption> options = new HashSet<>(Arrays.asList(more));
        options.addAll(Set.of(READ, WRITE, CREATE));
        AsyncFile file = io.open(folder.resolve(name), options);
        endAfterwards(file);
        return file;
    }

    /** Holds transfers until the end of the test at the latest, before files are closed. */
    private Hold hold(Predicate<Transfer> which) {
        Hold hold = faults.hold(which);
        endAfterwards(hold);
        return hold;
    }

    private static List<Request<Long>> writes(AsyncFile file, int count) {
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(file.write(ByteBuffer.allocateDirect(1), i));
        }
        return writes;
    }

    private void awaitShown(String text) {
        Bounded.await("aio:files to show: " + text, () -> shell("aio:files").contains(text));
    }

    private void awaitMoving(int inFlight) {
        awaitShown(" moving: waits for " + inFlight + " requests in flight at provider faulting");
    }

    /** Asserts that a file is with a provider now, and nowhere else. */
    private void assertServedBy(String name, AsyncFile file) throws AioException {
        String files = shell("aio:files");
        assertTrue(files.contains(file.path() + " provider=" + name + " pending=0 "), files);
        assertFalse(files.contains("moving"), files);
        assertEquals(1, Leftovers.descriptors(folder));
        assertWorks(file);
    }

    // ---- there is another one

    @Test
    void theStopReturnsOnlyWhenWhatIsInFlightHasEndedAndTheFileGoesOn() throws Exception {
        bind();
        AsyncFile file = open("f");
        Hold hold = hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> writes = writes(file, 3);
        hold.awaitHeld(3);

        Thread stopping = inBackground(provider::stop);
        awaitMoving(3);
        writes.add(file.write(ByteBuffer.allocate(1), 3));
        assertTrue(stopping.isAlive(), "stopped while the provider had requests");
        assertEquals(List.of(), writes.stream().filter(Request::isDone).toList());
        hold.release();
        Bounded.join(stopping);

        for (Request<Long> write : writes) {
            assertEquals(1, answer(write));
        }
        assertServedBy("nio", file);
        assertEquals("nio", io.provider().name());
    }

    @Test
    void whatIsQueuedGoesToTheNextProvider() throws Exception {
        bind("window", 1);
        AsyncFile file = open("f");
        List<TransferRecord> seen = faults.record();
        Hold hold = hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> writes = writes(file, 3);
        Request<Void> sync = file.sync(SyncMode.FULL);
        hold.awaitHeld(1);

        Thread stopping = inBackground(provider::stop);
        awaitMoving(1);
        hold.release();
        Bounded.join(stopping);

        for (Request<Long> write : writes) {
            assertEquals(1, answer(write));
        }
        answer(sync);
        assertServedBy("nio", file);
        assertEquals(
                List.of(0L),
                seen.stream()
                        .filter(record -> record.is(TransferRecord.Event.STAGED, TransferKind.WRITE))
                        .map(TransferRecord::offset)
                        .toList());
    }

    @Test
    void whoWaitsIsWokenByTheNextProvider() throws Exception {
        bind("window", 1);
        AsyncFile file = open("f");
        Hold hold = hold(Faults.kind(TransferKind.WRITE));
        writes(file, 1);
        ControlBlock queued = io.controlBlock().file(file).buffer(ByteBuffer.allocateDirect(1));
        io.write(queued);
        hold.awaitHeld(1);
        Thread waiting = inBackground(() -> assertTrue(io.suspend(new ControlBlock[] {queued}, Bounded.LIMIT)));

        Thread stopping = inBackground(provider::stop);
        awaitMoving(1);
        hold.release();

        Bounded.join(waiting);
        Bounded.join(stopping);
        assertEquals(Errno.SUCCESS, io.error(queued));
        assertEquals(1, io.result(queued));
    }

    @Test
    void whatNeverEndsHoldsTheStopNoLongerThanConfiguredAndLeavesItsFileAloneBehind() throws Exception {
        bind("close.timeout.ms", 200, "swap.timeout.ms", 1_000);
        AsyncFile stuck = open("stuck");
        AsyncFile other = open("other");
        Hold hold = hold(Faults.on(stuck.path()));
        Request<Long> write = writes(stuck, 1).get(0);
        hold.awaitHeld(1);

        Bounded.join(inBackground(provider::stop));

        assertFalse(write.isDone(), "told as ended while the provider has it");
        expectFailure(Errno.ESTALE, stuck.write(ByteBuffer.allocate(1), 0));
        awaitShown("stuck provider=faulting ");
        awaitShown(" stays: waits for 1 requests in flight at provider faulting");
        awaitShown("other provider=nio ");
        assertWorks(other);
        hold.release();
        assertEquals(1, answer(write));
    }

    @Test
    void aFileThatIsOpenedSlowlyAtTheNextProviderIsServedWhereItIs() throws Exception {
        configure();
        AsyncFile file = open("f");
        FaultingProvider slow = new FaultingProvider(StandIn.named("slow", nio()));
        CountDownLatch go = new CountDownLatch(1);
        endAfterwards(go::countDown);
        slow.faults().beforeTakeOver(path -> Bounded.await(go));

        register(slow, 100);
        awaitShown("provider=nio pending=0 user=" + context.getBundle().getSymbolicName());
        awaitShown(" moving: is being opened at another provider");
        assertWorks(file);
        go.countDown();

        awaitShown("f provider=slow ");
        assertWorks(file);
    }

    @Test
    void aFileThatMovedIsClosedWhereItIs() throws Exception {
        bind();
        AsyncFile file = open("f");

        provider.stop();
        file.close();

        assertFalse(file.isOpen());
        assertEquals("instance default", shell("aio:files"));
        assertEquals(0, Leftovers.descriptors(folder));
    }

    @Test
    void aFileThatNoOtherCanHaveStaysWithAReasonAndIsStaleWhenItsProviderHasStopped() throws Exception {
        configure();
        endAfterwards(bundle(NIO)::start);
        AsyncFile file = open("f", DSYNC);
        register(new StandIn("weak", Probe.available(Set.of()), nio()), 100);
        awaitShown("f provider=nio pending=0 ");
        awaitShown(" stays: provider weak cannot do [");
        assertWorks(file);

        bundle(NIO).stop();

        expectFailure(Errno.ESTALE, file.read(ByteBuffer.allocate(1), 0));
        assertEquals(0, Leftovers.descriptors(folder));
    }

    // ---- there is no other one

    @Test
    void withoutAnyProviderTheServiceStaysAndRequestsWaitForTheNextOne() throws Exception {
        configure();
        endAfterwards(bundle(NIO)::start);
        AsyncFile file = open("f");
        assertWorks(file);
        ServiceReference<AsyncIo> reference = context.getServiceReference(AsyncIo.class);

        bundle(NIO).stop();
        List<Request<Long>> writes = writes(file, 3);
        Request<Void> sync = file.sync(SyncMode.FULL);

        assertEquals("instance default", shell("aio:providers"));
        awaitShown("f provider=none pending=4 ");
        assertEquals(0, Leftovers.descriptors(folder));
        assertSame(io, context.getService(reference));
        assertEquals(List.of(), writes.stream().filter(Request::isDone).toList());
        bundle(NIO).start();

        for (Request<Long> write : writes) {
            assertEquals(1, answer(write));
        }
        answer(sync);
        assertServedBy("nio", file);
        assertEquals(reference, context.getServiceReference(AsyncIo.class));
    }

    @Test
    void withoutAnyProviderForTooLongRequestsFailUntilThereIsOneAgain() throws Exception {
        configure("provider.wait.ms", 50);
        endAfterwards(bundle(NIO)::start);
        AsyncFile file = open("f");

        bundle(NIO).stop();

        expectFailure(Errno.ENXIO, writes(file, 1).get(0));
        expectFailure(Errno.ENXIO, file.size());
        bundle(NIO).start();
        awaitShown("f provider=nio ");
        assertServedBy("nio", file);
    }

    // ---- under load

    @Test
    void underLoadNoRequestFailsHoweverOftenProvidersStop() throws Exception {
        bind("swap.settle.ms", 0);
        List<AsyncFile> files = List.of(open("f"), open("g"), open("h"));
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        List<Thread> users = new ArrayList<>();
        for (AsyncFile file : files) {
            users.add(inBackground(() -> use(file, over, done)));
        }
        endAfterwards(() -> over.set(true));

        for (int round = 0; round < 10; round++) {
            awaitMore(done);
            provider.stop();
            awaitMore(done);
            bundle(NIO).stop();
            bundle(NIO).start();
            awaitMore(done);
            provider.start();
            provider.getBundleContext()
                    .registerService(
                            AioProvider.class, new FaultingProvider(StandIn.named("faulting", nio())), ranking(100));
        }

        over.set(true);
        users.forEach(Bounded::join);
        Bounded.await("one descriptor of each file", () -> Leftovers.descriptors(folder) == files.size());
    }

    private static void awaitMore(AtomicLong done) {
        long before = done.get();
        Bounded.await("more requests to be done", () -> done.get() > before);
    }

    /** Writes, some hundred requests at a time; each must succeed. */
    private static void use(AsyncFile file, AtomicBoolean over, AtomicLong done) throws Exception {
        while (!over.get()) {
            List<Request<Long>> requests = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                requests.add(file.write(ByteBuffer.allocateDirect(512), 512L * i));
            }
            for (Request<Long> request : requests) {
                assertEquals(512, answer(request));
                done.incrementAndGet();
            }
        }
    }
}
