package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.itests.harness.InContainer;
import dev.penstock.aio.itests.harness.TestBundle;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Faults;
import dev.penstock.aio.tck.Hold;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Each bundle has its own share; it lives until the bundle stops, and then nothing of it is left. */
@InContainer
class ConsumerIT extends ContainerTest {
    private Bundle consumer;
    private AsyncIo io;

    @BeforeEach
    void startAConsumer() throws Exception {
        service(AsyncIo.class);
        consumer = start("consumer", TestBundle.empty("consumer"));
        io = serviceOfTheConsumer();
    }

    private AsyncIo serviceOfTheConsumer() {
        ServiceReference<AsyncIo> reference = consumer.getBundleContext().getServiceReference(AsyncIo.class);
        return consumer.getBundleContext().getService(reference);
    }

    private AsyncFile open(AsyncIo user, String name) throws AioException {
        return user.open(folder.resolve(name), READ, WRITE, CREATE);
    }

    /** Reconfigures the default instance, puts faults below it, and gets it anew. */
    private Faults faults(Object... configuration) throws Exception {
        configuration(ENGINE).update(properties(configuration));
        ConfigurationFence.await(context);
        FaultingProvider provider = new FaultingProvider(StandIn.named("faulting", nio()));
        endAfterwards(provider.faults()::clear);
        register(provider, 100);
        io = serviceOfTheConsumer();
        return provider.faults();
    }

    @Test
    void whatAStoppedBundleOpenedIsClosed() throws Exception {
        AsyncFile file = open(io, "f");
        open(io, "g");
        assertWorks(file);
        assertEquals(2, Leftovers.descriptors(folder));
        String user = "user=consumer [" + consumer.getBundleId() + "]";
        assertTrue(shell("aio:files").contains(user), () -> shell("aio:files"));

        consumer.stop();

        assertEquals(0, Leftovers.descriptors(folder));
        assertEquals("instance default", shell("aio:files"));
        assertFalse(file.isOpen());
        expectFailure(Errno.ENXIO, file.read(ByteBuffer.allocate(1), 0));
        expectErrno(Errno.ENXIO, () -> open(io, "h"));
        expectErrno(Errno.ENXIO, () -> io.lease(1));
    }

    @Test
    void whatAStoppedBundleLeasedIsReturned() throws Exception {
        long quota = io.limits().maxLeasedBytes();
        Lease lease = io.lease(4096);
        io.lease((int) (quota - 4096));
        expectErrno(Errno.EAGAIN, () -> io.lease(1));

        consumer.stop();

        assertThrows(IllegalStateException.class, lease::buffer);
        consumer.start();
        AsyncIo again = serviceOfTheConsumer();
        again.lease(4096);
        again.lease((int) (quota - 4096));
    }

    @Test
    void otherBundlesDoNotNotice() throws Exception {
        AsyncIo other = service(AsyncIo.class);
        AsyncFile file = open(other, "f");
        endAfterwards(file);
        Lease lease = other.lease(4096);
        endAfterwards(lease);
        assertNotSame(io, other);
        assertThrows(IllegalArgumentException.class, () -> other.controlBlock().file(open(io, "g")));

        consumer.stop();

        assertWorks(file);
        assertEquals(4096, lease.buffer().remaining());
    }

    @Test
    void oneGreedyBundleCannotStarveTheOthers() throws Exception {
        Faults faults = faults("max.requests", 100, "max.requests.per.consumer", 10);
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        AsyncFile greedy = open(io, "f");
        writes(greedy, 10);

        expectFailure(Errno.EAGAIN, greedy.write(ByteBuffer.allocate(1), 0));

        AsyncFile modest = open(service(AsyncIo.class), "g");
        endAfterwards(modest);
        Request<Long> write = modest.write(ByteBuffer.allocate(1), 0);
        hold.awaitHeld(11);
        hold.release();
        assertEquals(1, answer(write));
    }

    @Test
    void anUngetClosesNothing() throws Exception {
        ServiceReference<AsyncIo> reference = consumer.getBundleContext().getServiceReference(AsyncIo.class);
        AsyncFile file = open(io, "f");

        consumer.getBundleContext().ungetService(reference);

        assertWorks(file);
        assertEquals(4096, io.lease(4096).capacity());
        assertSame(io, serviceOfTheConsumer());
    }

    @Test
    void aBundleThatIsStartedAgainGetsAShareOfItsOwn() throws Exception {
        AsyncFile file = open(io, "f");
        consumer.stop();

        consumer.start();

        AsyncIo again = serviceOfTheConsumer();
        assertNotSame(io, again);
        assertWorks(open(again, "f"));
        assertFalse(file.isOpen());
    }

    @Test
    void whatRunsWhenABundleStopsIsAwaited() throws Exception {
        Faults faults = faults("close.timeout.ms", 60_000);
        AsyncFile file = open(io, "f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> writes = writes(file, 3);
        hold.awaitHeld(3);

        Thread stopping = inBackground(consumer::stop);
        Bounded.await("the end of its share", () -> !file.isOpen());
        hold.release();
        Bounded.join(stopping);

        for (Request<Long> write : writes) {
            assertEquals(1, answer(write));
        }
        assertNothingIsLeft();
    }

    @Test
    void whatIsQueuedWhenABundleStopsIsCanceled() throws Exception {
        Faults faults = faults("close.timeout.ms", 60_000, "window", 1);
        AsyncFile file = open(io, "f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> writes = writes(file, 3);
        hold.awaitHeld(1);

        Thread stopping = inBackground(consumer::stop);

        expectFailure(Errno.ECANCELED, writes.get(1));
        expectFailure(Errno.ECANCELED, writes.get(2));
        hold.release();
        Bounded.join(stopping);
        assertEquals(1, answer(writes.get(0)));
        assertNothingIsLeft();
    }

    @Test
    void whatNeverEndsHoldsTheStopNoLongerThanConfigured() throws Exception {
        Faults faults = faults("close.timeout.ms", 200);
        AsyncFile file = open(io, "f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        Request<Long> write = writes(file, 1).get(0);
        hold.awaitHeld(1);

        Bounded.join(inBackground(consumer::stop));

        assertFalse(write.isDone(), "told as ended while the provider has it");
        hold.release();
        assertEquals(1, answer(write));
        Bounded.await("the end of the file", () -> Leftovers.descriptors(folder) == 0);
    }

    @Test
    void theShellTellsOfARequestWhatItIsAndHowOldItIs() throws Exception {
        Faults faults = faults();
        AsyncFile file = open(io, "f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        long beforeNs = System.nanoTime();
        Request<Long> write = file.write(ByteBuffer.allocateDirect(3), 7);
        hold.awaitHeld(1);

        Bounded.await("an age of 50 ms", () -> ageMs() >= 50);

        long ageMs = ageMs();
        // It may be told to be some milliseconds older than it is.
        assertTrue(
                ageMs <= (System.nanoTime() - beforeNs) / 1_000_000 + Bounded.LIMIT.toMillis(),
                "older than it can be: " + ageMs);
        hold.release();
        assertEquals(3, answer(write));
        assertFalse(shell("aio:requests").contains("consumer"), () -> shell("aio:requests"));
    }

    /** Returns the age of the only request, which is three bytes written at offset 7. */
    private long ageMs() {
        String told = shell("aio:requests");
        Matcher request = Pattern.compile("instance default\\R  WRITE "
                        + Pattern.quote(folder.resolve("f").toString())
                        + " offset=7 length=3 IN_FLIGHT age=(\\d+) ms user=consumer \\["
                        + consumer.getBundleId() + "]")
                .matcher(told);
        assertTrue(request.matches(), told);
        return Long.parseLong(request.group(1));
    }

    private static List<Request<Long>> writes(AsyncFile file, int count) {
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(file.write(ByteBuffer.allocateDirect(1), i));
        }
        return writes;
    }

    private void assertNothingIsLeft() {
        assertEquals(0, Leftovers.descriptors(folder));
        assertFalse(shell("aio:files").contains("consumer"), () -> shell("aio:files"));
        assertFalse(shell("aio:requests").contains("consumer"), () -> shell("aio:requests"));
    }
}
