package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Slab;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.TransferRecord.Event;
import dev.penstock.aio.tck.system.TestSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The faults do to a lane of either kind what the tests of the contract rely on. */
@Timeout(60)
class FaultsTest {
    private static final Path PATH = Path.of("some", "file");
    private static final TestSpec SPEC = new TestSpec(PATH);

    private final Map<Long, Object> ends = new ConcurrentHashMap<>();
    private final Faults faults = new Faults();
    private ScriptedBackend real;
    private FaultingBackend backend;
    private Lane lane;
    private BackendFile file;

    private void start(boolean pushes) throws AioException {
        real = new ScriptedBackend(pushes);
        backend = new FaultingBackend(real, faults, "test");
        lane = backend.lane(0, new Ends());
        file = backend.open(SPEC);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private final class Ends implements CompletionSink {
        @Override
        public void completed(long token, long result) {
            assertFalse(Thread.holdsLock(faults));
            ends.merge(token, result, (first, second) -> "twice");
        }

        @Override
        public void failed(long token, int errno, String text) {
            ends.merge(token, text, (first, second) -> "twice");
        }

        @Override
        public void repeat(long token) {
            ends.merge(token, "repeat", (first, second) -> "twice");
        }
    }

    private record Write(BackendFile file, long offset, ByteBuffer... parts) implements Transfer {
        @Override
        public TransferKind kind() {
            return TransferKind.WRITE;
        }

        @Override
        public long length() {
            long length = 0;
            for (ByteBuffer part : parts) {
                length += part.remaining();
            }
            return length;
        }

        @Override
        public int buffers() {
            return parts.length;
        }

        @Override
        public ByteBuffer buffer(int index) {
            return parts[index];
        }

        @Override
        public int pin() {
            return (int) length();
        }

        @Override
        public Slab slab() {
            return null;
        }

        @Override
        public int slabOffset() {
            return 0;
        }

        @Override
        public boolean needsKeeper() {
            return true;
        }
    }

    private void stage(long token) {
        lane.stage(token, new Write(file, token * 100, ByteBuffer.allocate(30), ByteBuffer.allocate(70)));
    }

    /** Ends what reached the real lane, and delivers it. */
    private List<Transfer> finish() {
        lane.flush();
        List<Transfer> transfers = real.finish();
        if (!lane.pushes()) {
            lane.collect();
        }
        return transfers;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutAFaultTheRealLaneGetsTheTransferWithTheRealFile(boolean pushes) throws AioException {
        start(pushes);
        stage(1);

        List<Transfer> transfers = finish();

        assertSame(real.files().get(0), transfers.get(0).file());
        assertEquals(100, transfers.get(0).length());
        assertEquals(2, transfers.get(0).buffers());
        assertTrue(transfers.get(0).needsKeeper());
        assertEquals(Map.of(1L, 100L), ends);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeldTransferIsNotThereCannotBeTakenBackAndGoesOnWhenReleased(boolean pushes) throws AioException {
        start(pushes);
        Hold hold = faults.hold(Faults.at(100));
        stage(1);
        stage(2);

        assertEquals(1, finish().size());
        assertEquals(1, hold.held());
        hold.awaitHeld(1);
        assertFalse(lane.cancel(1));
        assertFalse(lane.help(1));
        hold.release();

        assertEquals(1, real.wakes());
        assertEquals(1, finish().size());
        assertEquals(Map.of(1L, 100L, 2L, 100L), ends);
        stage(1);
        assertEquals(1, finish().size());
    }

    @Test
    void aHoldReleasesTheOldestFirstAndGoesOnHolding() throws AioException {
        start(true);
        Hold hold = faults.hold(Faults.on(PATH).and(Faults.kind(TransferKind.WRITE)));
        for (long token = 1; token <= 3; token++) {
            stage(token);
        }

        assertEquals(2, hold.release(2));
        stage(4);

        assertEquals(2, finish().size());
        assertEquals(Map.of(1L, 100L, 2L, 100L), ends);
        assertEquals(2, hold.held());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureIsDeliveredAfterTheFlushAndTheRealLaneNeverSeesIt(boolean pushes) throws AioException {
        start(pushes);
        faults.fail(transfer -> true, Errno.EIO, 1);
        faults.failWithText(transfer -> true, 0, "text", 1);
        faults.repeat(transfer -> true, 1);
        for (long token = 1; token <= 4; token++) {
            stage(token);
        }
        assertEquals(Map.of(), ends);
        assertFalse(lane.cancel(1));

        assertEquals(1, finish().size());

        Bounded.await("all told", () -> ends.size() == 4);
        assertEquals(Map.of(1L, -5L, 2L, "text", 3L, "repeat", 4L, 100L), ends);
    }

    @Test
    void aHeldTransferMayFailWhenItIsReleased() throws AioException {
        start(true);
        faults.fail(transfer -> true, Errno.ENOSPC, 1);
        Hold hold = faults.hold(transfer -> true);
        stage(1);
        assertEquals(Map.of(), ends);

        hold.release();

        Bounded.await("told", () -> ends.size() == 1);
        assertEquals(-28L, ends.get(1L));
    }

    @Test
    void aLimitCutsLengthAndBuffersAndLeavesTheEnginesBuffersAlone() throws AioException {
        start(true);
        faults.limit(transfer -> true, 40, 1);
        faults.limit(transfer -> true, 20, 1);
        Write first = new Write(file, 0, ByteBuffer.allocate(30), ByteBuffer.allocate(70));
        lane.stage(1, first);
        stage(2);
        stage(3);

        List<Transfer> transfers = finish();

        assertEquals(2, transfers.get(0).buffers());
        assertEquals(10, transfers.get(0).buffer(1).remaining());
        assertSame(transfers.get(0).buffer(1), transfers.get(0).buffer(1));
        assertEquals(70, first.buffer(1).remaining());
        assertEquals(1, transfers.get(1).buffers());
        assertEquals(Map.of(1L, 40L, 2L, 20L, 3L, 100L), ends);
    }

    @Test
    void theRecordShowsStagingAndEndInOrder() throws AioException {
        start(false);
        List<TransferRecord> seen = faults.record();
        faults.fail(Faults.at(200), Errno.EIO, 1);
        stage(1);
        finish();
        stage(2);
        finish();

        assertEquals(
                List.of(
                        new TransferRecord(Event.STAGED, TransferKind.WRITE, PATH, 100, 100, 0),
                        new TransferRecord(Event.COMPLETED, TransferKind.WRITE, PATH, 100, 100, 100),
                        new TransferRecord(Event.STAGED, TransferKind.WRITE, PATH, 200, 100, 0),
                        new TransferRecord(Event.COMPLETED, TransferKind.WRITE, PATH, 200, 100, -5)),
                seen);
    }

    @Test
    void aCloseThatFailsHasClosedTheRealFile() throws AioException {
        start(true);
        faults.failClose(Errno.EIO, 1);

        assertEquals(Errno.EIO, assertThrows(AioException.class, file::close).errno());

        assertEquals(List.of(), real.files());
    }

    @Test
    void aFileTellsTheDescriptorOfTheRealOne() throws AioException {
        start(true);

        assertEquals(ScriptedBackend.NUMBER, file.descriptor());
    }

    @Test
    void aFileThatWasTakenOverIsTheRealBackendsAndGetsFaultsToo() throws AioException {
        start(true);
        faults.failClose(Errno.EIO, 1);

        file = backend.takeOver(SPEC, 5);
        stage(1);

        assertEquals(5, file.descriptor());
        assertSame(real.files().get(1), finish().get(0).file());
        assertEquals(Errno.EIO, assertThrows(AioException.class, file::close).errno());
        assertEquals(1, real.files().size());
    }

    @Test
    void whatTheRealBackendDoesNotTakeOverIsNotTakenOver() throws AioException {
        start(true);

        assertNull(backend.takeOver(SPEC, -1));
    }

    @Test
    void aTakeOverFailsAsTheTestSaysAndTheRealBackendDoesNotSeeIt() throws AioException {
        start(true);
        List<Path> begun = new ArrayList<>();
        faults.beforeTakeOver(path -> {
            begun.add(path);
            throw new AioException("take over", Errno.EMFILE);
        });

        AioException failure = assertThrows(AioException.class, () -> backend.takeOver(SPEC, 5));

        assertEquals(Errno.EMFILE, failure.errno());
        assertEquals(List.of(PATH), begun);
        assertEquals(1, real.files().size());
    }

    @Test
    void clearEndsEverything() throws AioException {
        start(true);
        faults.fail(transfer -> true, Errno.EIO, 5);
        faults.limit(transfer -> true, 1, 5);
        faults.hold(transfer -> true);
        faults.beforeTakeOver(path -> {
            throw new AioException("take over", Errno.EMFILE);
        });
        List<TransferRecord> seen = faults.record();
        stage(1);

        faults.clear();
        stage(2);

        finish();
        assertEquals(Map.of(1L, 100L, 2L, 100L), ends);
        assertEquals(1, seen.size());
        assertEquals(5, backend.takeOver(SPEC, 5).descriptor());
    }
}
