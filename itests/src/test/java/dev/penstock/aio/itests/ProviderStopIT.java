package dev.penstock.aio.itests;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.FaultingProvider;
import dev.penstock.aio.tck.Faults;
import dev.penstock.aio.tck.Hold;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/** The bundle of a provider stops while requests are in flight: they end, later ones are refused, nothing hangs. */
@InContainer
class ProviderStopIT extends ContainerTest {
    private AsyncIo io;
    private Bundle provider;
    private Faults faults;

    /** Configures the default instance and binds a provider of a bundle of its own. */
    private void bind(Object... configuration) throws Exception {
        configuration(ENGINE).update(properties(configuration));
        ConfigurationFence.await(context);
        io = service(AsyncIo.class);
        provider = start("faulting", TestBundle.empty("faulting"));
        FaultingProvider faulting = new FaultingProvider(StandIn.named("faulting", nio()));
        faults = faulting.faults();
        endAfterwards(faults::clear);
        provider.getBundleContext().registerService(AioProvider.class, faulting, ranking(100));
        assertEquals("faulting", io.provider().name());
    }

    private AsyncFile open(String name) throws AioException {
        AsyncFile file = io.open(folder.resolve(name), READ, WRITE, CREATE);
        endAfterwards(file);
        return file;
    }

    private static List<Request<Long>> writes(AsyncFile file, int count) {
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(file.write(ByteBuffer.allocateDirect(1), i));
        }
        return writes;
    }

    /** Returns whether the file's provider has begun to leave. */
    private static boolean isStale(AsyncFile file) {
        Request<Long> request = file.size();
        return request.isDone() && ends(List.of(request)).containsKey(Errno.ESTALE);
    }

    @Test
    void whatIsInFlightIsAwaitedAndLaterRequestsAreStale() throws Exception {
        bind("close.timeout.ms", 60_000);
        AsyncFile file = open("f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> writes = writes(file, 3);
        hold.awaitHeld(3);

        Thread stopping = inBackground(provider::stop);
        Bounded.await("later requests to be refused", () -> isStale(file));
        assertFalse(writes.get(0).isDone(), "told as ended while the provider had it");
        hold.release();
        Bounded.join(stopping);

        for (Request<Long> write : writes) {
            assertEquals(1, answer(write));
        }
        expectFailure(Errno.ESTALE, file.read(ByteBuffer.allocate(1), 0));
        assertEquals(0, Leftovers.descriptors(folder));
        assertWorks(open("g"));
        assertEquals("nio", io.provider().name());
    }

    @Test
    void whatIsQueuedEndsStale() throws Exception {
        bind("close.timeout.ms", 60_000, "window", 1);
        AsyncFile file = open("f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        List<Request<Long>> writes = writes(file, 3);
        Request<Void> sync = file.sync(SyncMode.FULL);
        hold.awaitHeld(1);

        Thread stopping = inBackground(provider::stop);

        Bounded.await("later requests to be refused", () -> isStale(file));
        hold.release();
        Bounded.join(stopping);
        assertEquals(1, answer(writes.get(0)));
        expectFailure(Errno.ESTALE, writes.get(1));
        expectFailure(Errno.ESTALE, writes.get(2));
        expectFailure(Errno.ESTALE, sync);
    }

    @Test
    void whatNeverEndsHoldsTheStopNoLongerThanConfigured() throws Exception {
        bind("close.timeout.ms", 200);
        AsyncFile file = open("f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        Request<Long> write = writes(file, 1).get(0);
        hold.awaitHeld(1);

        Bounded.join(inBackground(provider::stop));

        assertFalse(write.isDone(), "told as ended while the provider has it");
        expectFailure(Errno.ESTALE, file.write(ByteBuffer.allocate(1), 0));
        assertWorks(open("g"));
        hold.release();
        assertEquals(1, answer(write));
    }

    @Test
    void waitersAreWoken() throws Exception {
        bind("close.timeout.ms", 60_000, "window", 1);
        AsyncFile file = open("f");
        Hold hold = faults.hold(Faults.kind(TransferKind.WRITE));
        writes(file, 1);
        ControlBlock queued = io.controlBlock().file(file).buffer(ByteBuffer.allocateDirect(1));
        io.write(queued);
        hold.awaitHeld(1);
        Thread waiting = inBackground(() -> assertTrue(io.suspend(new ControlBlock[] {queued}, Bounded.LIMIT)));

        Thread stopping = inBackground(provider::stop);
        Bounded.await("later requests to be refused", () -> isStale(file));
        hold.release();

        Bounded.join(waiting);
        Bounded.join(stopping);
        assertEquals(Errno.ESTALE, io.error(queued));
        assertEquals(-1, io.result(queued));
    }

    @Test
    void aFileOfAProviderThatIsGoneCanBeClosed() throws Exception {
        bind();
        AsyncFile file = open("f");

        provider.stop();
        file.close();

        assertFalse(file.isOpen());
        assertEquals("instance default", shell("aio:files"));
    }

    @Test
    void underLoadEveryRequestEndsAndNoneIsLost() throws Exception {
        bind();
        provider.stop();
        assertEquals("nio", io.provider().name());
        List<AsyncFile> files = List.of(open("f"), open("g"), open("h"));
        List<List<Request<Long>>> answers = new ArrayList<>();
        List<Thread> users = new ArrayList<>();
        for (AsyncFile file : files) {
            List<Request<Long>> requests = new ArrayList<>();
            answers.add(requests);
            users.add(inBackground(() -> useUntilStale(file, requests)));
        }
        Bounded.await("some requests to be done", () -> shell("aio:stats").matches("(?s).*requests done +[1-9].*"));

        bundle(NIO).stop();

        users.forEach(Bounded::join);
        for (List<Request<Long>> requests : answers) {
            Map<Errno, Integer> ends = ends(requests);
            assertTrue(Set.of(Errno.SUCCESS, Errno.ESTALE).containsAll(ends.keySet()), ends::toString);
            assertTrue(ends.get(Errno.ESTALE) >= 1, ends::toString);
        }
        assertEquals(0, Leftovers.descriptors(folder));
        bundle(NIO).start();
        assertWorks(open("f"));
    }

    /** Writes, some hundred requests at a time, until the file is stale. */
    private static void useUntilStale(AsyncFile file, List<Request<Long>> requests) throws Exception {
        for (; ; ) {
            for (int i = 0; i < 200; i++) {
                requests.add(file.write(ByteBuffer.allocateDirect(512), 512L * i));
            }
            Request<Long> last = requests.get(requests.size() - 1);
            if (ends(List.of(last)).containsKey(Errno.ESTALE)) {
                return;
            }
        }
    }

    private static Map<Errno, Integer> ends(List<Request<Long>> requests) {
        Map<Errno, Integer> ends = new EnumMap<>(Errno.class);
        for (Request<Long> request : requests) {
            try {
                answer(request);
                ends.merge(Errno.SUCCESS, 1, Integer::sum);
            } catch (AioException e) {
                ends.merge(e.errno(), 1, Integer::sum);
            }
        }
        return ends;
    }
}
