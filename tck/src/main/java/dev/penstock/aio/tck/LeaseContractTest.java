package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that the instance lends: whose it is when, and what is refused meanwhile. */
class LeaseContractTest extends TckTest {
    private static final int PAGE = 4096;

    @ParameterizedTest
    @ValueSource(ints = {1, 300, PAGE - 1, PAGE, PAGE + 1, 65_536, 1_000_003, 8 << 20})
    @Asserts("ART-aligned-buffer-args")
    void aLeaseIsDirectPageAlignedAndOfTheSizeAskedFor(int bytes) throws AioException {
        try (Lease lease = io().lease(bytes)) {
            ByteBuffer buffer = lease.buffer();

            assertTrue(buffer.isDirect());
            assertFalse(buffer.isReadOnly());
            assertEquals(0, buffer.alignmentOffset(0, PAGE));
            assertEquals(0, buffer.position());
            assertEquals(bytes, buffer.remaining());
            assertEquals(bytes, lease.capacity());
            assertFalse(lease.isBorrowed());
            assertSame(buffer, lease.buffer());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -4096, Integer.MIN_VALUE})
    @Asserts("ART-aligned-buffer-args")
    void aSizeBelowOneIsEINVAL(int bytes) {
        expectErrno(Errno.EINVAL, () -> io().lease(bytes));
    }

    @Test
    void leasesHeldAtATimeDoNotOverlap() throws AioException {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            leases.add(io().lease(1 + i * 379));
            Pattern.fill(leases.get(i).buffer(), i, 0);
        }

        for (int i = 0; i < leases.size(); i++) {
            Pattern.check(leases.get(i).buffer(), i, 0);
            leases.get(i).close();
        }
    }

    @Test
    void whatRemainsInTheBufferIsMovedAndPositionAndLimitStay() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease lease = io().lease(PAGE)) {
            Pattern.fill(lease.buffer().position(100).limit(200), 0, 0);

            assertEquals(100, answer(file.write(lease, 0)));

            assertEquals(100, lease.buffer().position());
            assertEquals(200, lease.buffer().limit());
            lease.buffer().clear().position(1000);
            assertEquals(100, answer(file.read(lease, 0)));
            assertEquals(1000, lease.buffer().position());
            assertEquals(PAGE, lease.buffer().limit());
            Pattern.check(lease.buffer().limit(1100), 0, 0);
        }
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void aControlBlockTakesWhatRemainsWhenTheLeaseIsSet() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease lease = io().lease(PAGE)) {
            Pattern.fill(lease.buffer(), 0, 0);
            ControlBlock block = io().controlBlock().file(file);
            lease.buffer().limit(100);
            block.lease(lease);
            assertEquals(100, block.length());
            lease.buffer().limit(PAGE);

            assertEquals(100, writeAndWait(block));
            lease.buffer().position(100).limit(300);
            assertEquals(200, writeAndWait(block.lease(lease).offset(100)));

            assertEquals(200, block.length());
            assertEquals(50, writeAndWait(block.length(50)));
        }
        Pattern.checkFile(path("f"), 0, 300);
    }

    @Test
    void whileItIsBorrowedItsMethodsRefuseAndItStaysAsItIs() throws IOException {
        AsyncFile file = newFile("f");
        Lease lease = io().lease(PAGE);
        Pattern.fill(lease.buffer(), 0, 0);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(lease, 0);

        assertTrue(lease.isBorrowed());
        assertThrows(IllegalStateException.class, lease::buffer);
        assertThrows(IllegalStateException.class, lease::close);
        assertEquals(PAGE, lease.capacity());
        assertTrue(lease.isBorrowed());
        hold.release();

        assertEquals(PAGE, answer(write));
        assertFalse(lease.isBorrowed());
        Pattern.check(lease.buffer(), 0, 0);
        lease.close();
        Pattern.checkFile(path("f"), 0, PAGE);
    }

    @Test
    void aControlBlockBorrowsFromTheStartToTheEndOfEachRequest() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease lease = io().lease(PAGE)) {
            ControlBlock block = io().controlBlock().file(file).lease(lease);
            assertFalse(lease.isBorrowed());
            for (int i = 0; i < 3; i++) {
                Hold hold = hold(TransferKind.WRITE);
                io().write(block);
                assertTrue(lease.isBorrowed());
                assertThrows(IllegalStateException.class, lease::buffer);
                hold.release();
                awaitDone(block);
                assertFalse(lease.isBorrowed());
                assertEquals(PAGE, io().result(block));
            }
        }
    }

    @Test
    void ofSeveralRequestsTheLastOneGivesItBack() throws IOException {
        AsyncFile file = newFile("f");
        Lease lease = io().lease(PAGE);
        Pattern.fill(lease.buffer(), 0, 0);
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> first = file.write(lease, 0);
        Request<Long> second = file.write(lease, PAGE);
        hold.awaitHeld(2);

        hold.release(1);
        assertEquals(PAGE, answer(first));

        assertTrue(lease.isBorrowed());
        assertThrows(IllegalStateException.class, lease::close);
        hold.release();
        assertEquals(PAGE, answer(second));
        assertFalse(lease.isBorrowed());
        lease.close();
    }

    @Test
    void aViewTakenEarlierStillWorksWhileItIsBorrowed() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease lease = io().lease(PAGE)) {
            ByteBuffer view = lease.buffer();
            Hold hold = hold(TransferKind.WRITE);
            Request<Long> write = file.write(lease, 0);

            view.put(0, (byte) 1);
            assertEquals(1, view.get(0));
            hold.release();

            assertEquals(PAGE, answer(write));
        }
    }

    @Test
    void aRequestThatFailsGivesItBack() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease lease = io().lease(PAGE)) {
            faults().fail(Faults.kind(TransferKind.WRITE), Errno.EIO, 1);

            expectFailure(Errno.EIO, file.write(lease, 0));

            assertFalse(lease.isBorrowed());
        }
    }

    @Test
    void aRequestThatIsCanceledGivesItBack() throws IOException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncFile file = narrow.io().open(fileOf("f", PAGE), READ);
        Hold hold = narrow.faults().hold(Faults.kind(TransferKind.READ));
        Request<Long> running = file.read(ByteBuffer.allocate(10), 0);
        hold.awaitHeld(1);
        try (Lease lease = narrow.io().lease(PAGE)) {
            Request<Long> queued = file.read(lease, 0);
            assertTrue(lease.isBorrowed());

            assertEquals(CancelResult.CANCELED, queued.cancel());

            assertFalse(lease.isBorrowed());
        }
        hold.release();
        assertEquals(10, answer(running));
    }

    @Test
    void aRefusedRequestDoesNotBorrow() throws IOException {
        AsyncFile readable = open(fileOf("f", PAGE), READ);
        AsyncFile writable = open(path("f"), WRITE);
        try (Lease lease = io().lease(PAGE)) {
            expectFailure(Errno.EBADF, readable.write(lease, 0));
            expectFailure(Errno.EBADF, writable.read(lease, 0));
            expectFailure(Errno.EINVAL, readable.read(lease, -1));
            ControlBlock block = io().controlBlock().file(readable).lease(lease).priority(-1);
            expectErrno(Errno.EINVAL, () -> io().read(block));

            assertFalse(lease.isBorrowed());
        }
    }

    @Test
    void aRequestRefusedAtALimitDoesNotBorrow() throws IOException {
        UnderTest one = start(Map.of("max.requests", 1, "max.requests.per.consumer", 1));
        AsyncFile file = one.io().open(fileOf("f", PAGE), READ);
        Hold hold = one.faults().hold(Faults.kind(TransferKind.READ));
        Request<Long> running = file.read(ByteBuffer.allocate(10), 0);
        try (Lease lease = one.io().lease(PAGE)) {
            expectFailure(Errno.EAGAIN, file.read(lease, 0));

            assertFalse(lease.isBorrowed());
        }
        hold.release();
        assertEquals(10, answer(running));
    }

    @Test
    void afterTheReleaseItRefusesAndASecondReleaseHasNoEffect() throws IOException {
        AsyncFile file = newFile("f");
        Lease lease = io().lease(100);
        ControlBlock block = io().controlBlock().file(file).lease(lease);
        lease.close();

        lease.close();

        assertEquals(100, lease.capacity());
        assertFalse(lease.isBorrowed());
        assertThrows(IllegalStateException.class, lease::buffer);
        assertThrows(IllegalStateException.class, () -> file.write(lease, 0));
        assertThrows(IllegalStateException.class, () -> file.read(lease, 0));
        assertThrows(IllegalStateException.class, () -> file.writeFully(lease, 0));
        assertThrows(IllegalStateException.class, () -> file.readFully(lease, 0));
        assertThrows(IllegalStateException.class, () -> io().write(block));
        assertThrows(
                IllegalStateException.class,
                () -> io().write(io().controlBlock().file(file).lease(lease)));
        assertFalse(block.isBusy());
    }

    @Test
    void moreThanTheLimitIsEAGAINUntilSomethingIsGivenBack() throws AioException {
        UnderTest small = start(Map.of("max.leased.bytes", 1 << 20));
        assertEquals(1 << 20, small.io().limits().maxLeasedBytes());
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            leases.add(small.io().lease(65_536));
        }

        expectErrno(Errno.EAGAIN, () -> small.io().lease(1));
        expectErrno(Errno.EAGAIN, () -> small.io().lease(Integer.MAX_VALUE));

        leases.get(7).close();
        leases.get(7).close();
        try (Lease lease = small.io().lease(65_536)) {
            assertEquals(65_536, lease.capacity());
            expectErrno(Errno.EAGAIN, () -> small.io().lease(1));
        }
    }

    @Test
    void theLimitCountsWhatIsLeasedNowHoweverOftenItWasLeased() throws AioException {
        UnderTest small = start(Map.of("max.leased.bytes", 1 << 20));
        for (int round = 0; round < Race.ROUNDS; round++) {
            try (Lease first = small.io().lease(1 + round * 257);
                    Lease second = small.io().lease(1 + round * 263)) {
                assertTrue(first.capacity() <= second.capacity());
            }
        }
        small.io().lease(1 << 20).close();
    }

    @Test
    void aLeaseOfAnotherInstanceIsRefused() throws AioException {
        UnderTest other = start(Map.of());
        AsyncFile file = newFile("f");
        try (Lease foreign = other.io().lease(100)) {
            assertThrows(IllegalArgumentException.class, () -> file.write(foreign, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> io().write(io().controlBlock().file(file).lease(foreign)));
            assertFalse(foreign.isBorrowed());
        }
    }

    @Test
    void aReleaseThatRacesWithAStartWinsOrIsRefusedButNeverBoth() throws IOException {
        AsyncFile file = open(fileOf("f", PAGE), READ);
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            Lease lease = io().lease(PAGE);
            List<Request<Long>> started = new ArrayList<>();
            AtomicBoolean isReleased = new AtomicBoolean();

            race.run(
                    () -> unlessRefused(() -> started.add(file.read(lease, 0))),
                    () -> unlessRefused(() -> {
                        lease.close();
                        isReleased.set(true);
                    }));

            assertTrue(isReleased.get() || !started.isEmpty());
            if (!started.isEmpty()) {
                assertEquals(PAGE, answer(started.get(0)));
            }
            assertFalse(lease.isBorrowed());
            lease.close();
        }
        try (Lease all = io().lease(PAGE)) {
            assertEquals(PAGE, answer(file.read(all, 0)));
            Pattern.check(all.buffer(), 0, 0);
        }
    }

    private static void unlessRefused(Runnable action) {
        try {
            action.run();
        } catch (IllegalStateException refused) {
            assertTrue(refused.getMessage() != null, "a refusal says why");
        }
    }

    @Test
    void memoryGivenBackServesOthersWithoutMixingThem() throws IOException {
        AsyncFile file = newFile("f");
        List<Request<Long>> writes = new ArrayList<>();
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Lease lease = io().lease(PAGE);
            Pattern.fill(lease.buffer(), 0, (long) PAGE * i);
            writes.add(file.write(lease, (long) PAGE * i));
            leases.add(lease);
            if (i % 10 == 9) {
                for (int j = i - 9; j <= i; j++) {
                    assertEquals(PAGE, answer(writes.get(j)));
                    leases.get(j).close();
                }
            }
        }
        Pattern.checkFile(path("f"), 0, 500 * PAGE);
    }

    @Test
    void nullArgumentsAreNamed() throws IOException {
        AsyncFile file = newFile("f");

        Nulls.refused("lease", () -> io().controlBlock().lease(null));
        Nulls.refused("target", () -> file.read((Lease) null, 0));
        Nulls.refused("source", () -> file.write((Lease) null, 0));
    }
}
